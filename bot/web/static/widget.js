/*
 * The whole embed: <script src="https://HOST/widget.js" async></script>
 * It names one global, botWidget, remembers the calls made before the widget is there, and fetches the widget.
 */
(() => {
  'use strict';
  if (window.botWidget) return;

  /** @type {any} */
  const script = document.currentScript ?? document.querySelector('script[src*="widget.js"]');
  const base = new URL('.', script.src).href;
  const calls = ['open', 'close', 'toggle', 'send', 'identify', 'setLocale', 'setTheme', 'reset', 'on', 'off'];
  const queue = [];
  /** @type {Record<string, (...values: any[]) => void>} */
  const botWidget = {};
  for (const name of calls) botWidget[name] = (...values) => void queue.push([name, values]);
  window.botWidget = botWidget;

  const ready = new Promise((resolve) => {
    if (document.body) resolve();
    else document.addEventListener('DOMContentLoaded', () => resolve(), { once: true });
  });

  const load = async (attempt) => {
    try {
      // A browser may remember that a module failed to load; another address makes it ask again.
      const { start } = await import(`${base}static/latest/widget/element.js${attempt ? `?attempt=${attempt}` : ''}`);
      await ready;
      const widget = start(base, { ...script.dataset });
      for (const name of calls) botWidget[name] = (...values) => void widget[name](...values);
      for (const [name, values] of queue.splice(0)) widget[name](...values);
      widget.ready();
    } catch (error) {
      if (attempt < 5) setTimeout(load, 2000 * 2 ** attempt, attempt + 1);
      else console.error(`The chat widget could not be loaded from ${base}:`, error);
    }
  };
  load(0);
})();
