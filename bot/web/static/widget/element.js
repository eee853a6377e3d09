import { Conversation } from './conversation.js';
import { fill, h, icon } from './dom.js';
import { view } from './entries.js';
import * as icons from './icons.js';
import { Panel } from './panel.js';
import { Pause } from './pause.js';
import { style } from './style.js';
import { directionOf, spoken, textsFor } from './texts.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
const small = matchMedia('(max-width: 479px)');

/** A page may declare anything as its language. @param {string} tag */
function known(tag) {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** The launcher and the panel, and what `window.botWidget` can do with them. */
class Widget extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #launcher = h('button', { class: 'launcher', 'aria-haspopup': 'dialog', click: () => this.toggle() });
  /** @type {Panel} */
  #panel;
  /** @type {Config | null} */
  #config = null;
  #pause = new Pause();
  #asking = false;
  #notice = { text: '' };
  #typing = '';
  #typed = 0;
  #unread = 0;
  /** @type {Record<string, Set<(detail?: unknown) => void>>} */
  #listeners = {};

  /** @param {string} base @param {DOMStringMap} options the script tag's data- attributes */
  begin(base, options) {
    this.#root.adoptedStyleSheets = [sheet];
    this.locale = known(options.locale || document.documentElement.lang || navigator.language);
    if (options.position) this.setAttribute('position', options.position);
    this.setTheme(options.theme);
    this.conversation = new Conversation(base, {
      context: () => ({ locale: this.locale, page: location.href.split(/[?#]/)[0].slice(0, 2000) }),
      changed: (fresh) => this.#changed(fresh),
      typing: (actor) => this.#type(actor.name),
      error: (problem) => this.#emit('error', problem),
    });
    this.#draw();
    this.conversation.resume();
    small.addEventListener('change', () => this.#open && this.#show());
    const viewport = window.visualViewport;
    // Where a keyboard comes up, the panel is as high as what is left.
    viewport?.addEventListener('resize', () => this.style.setProperty('--height', `${viewport.height}px`));
    setInterval(() => this.#panel.thread.tick(), 30_000);
    if ('open' in options && options.open !== 'false') this.open();
  }

  ready() {
    this.#emit('ready');
  }

  open() {
    if (this.#open) return;
    this.#show();
    this.#load();
    this.#changed([]);
    this.#panel.thread.toEnd();
    this.#emit('open');
  }

  close() {
    if (!this.#open) return;
    this.#panel.node.close();
    this.#changed([]);
    this.#launcher.focus();
    this.#emit('close');
  }

  toggle() {
    this.#open ? this.close() : this.open();
  }

  /** @param {string} text */
  send(text) {
    if (text.trim()) this.#say({ text: text.trim() });
  }

  /** @param {object} customer {id, hash, expires, name, …} as the shop's server signed it */
  identify(customer) {
    this.#try(this.conversation.identify(customer));
  }

  /** @param {string} locale */
  setLocale(locale) {
    this.locale = known(locale);
    this.#config = null;
    this.#draw();
    if (this.#open) this.#load();
  }

  /** @param {string} [name] light or dark; anything else follows the system */
  setTheme(name = '') {
    this.setAttribute('theme', name);
  }

  reset() {
    this.conversation.reset();
  }

  /** @param {string} event @param {(detail?: unknown) => void} listener */
  on(event, listener) {
    (this.#listeners[event] ??= new Set()).add(listener);
  }

  /** @param {string} event @param {(detail?: unknown) => void} listener */
  off(event, listener) {
    this.#listeners[event]?.delete(listener);
  }

  get #open() {
    return this.#panel.node.open;
  }

  #emit(event, detail) {
    // A mistake in the page's listener is reported as the page's own and doesn't stop the chat.
    for (const listener of this.#listeners[event] ?? []) queueMicrotask(() => listener(detail));
  }

  #try(call) {
    call.catch((problem) => {
      this.#notice = { text: problem.message };
      this.#emit('error', problem);
      this.#changed([]);
    });
  }

  #say(content) {
    this.#notice = { text: '' };
    this.conversation.outbox.push(content);
    this.#panel.thread.toEnd();
    if (this.#open) this.#panel.focus(false);
  }

  /** Asks for greeting and texts until they are there. */
  async #load() {
    if (this.#config || this.#asking) return;
    this.#asking = true;
    for (let failures = 0; !this.#config; failures++) {
      const { locale } = this;
      try {
        const config = await this.conversation.api.config(locale);
        // Only a shop that sends e-mail has its pages carry the form for it.
        if (config.mail) config.form = (await import('./mail.js').catch(() => null))?.MailForm;
        if (locale === this.locale) this.#config = config;
        this.#notice = { text: '' };
      } catch (problem) {
        this.#notice = { text: this.texts.unreachable, again: () => this.#pause.hurry() };
        this.#emit('error', problem);
        this.#changed([]);
        await this.#pause.backOff(failures);
      }
    }
    this.#asking = false;
    this.#draw();
  }

  #draw() {
    const { locale } = this.#config ?? this;
    const { outbox } = this.conversation;
    const old = this.#panel;
    this.texts = textsFor(locale, this.#config?.texts);
    // Times and numbers are in the language of the words around them.
    this.lang = this.#config?.texts || spoken.test(locale) ? locale : 'en';
    this.dir = this.#config?.dir ?? directionOf(locale);
    this.#panel = new Panel(this.texts, this.lang, this.#config, {
      close: () => this.close(),
      send: (text) => this.#say({ text }),
      typing: () => this.conversation.typing(),
      reply: (reply) => this.#say(reply),
      retry: (key) => outbox.retry(key),
      edit: (key) => {
        this.#panel.composer.text = outbox.take(key)?.text ?? '';
        this.#panel.composer.input.focus();
      },
      leave: () => this.#try(this.conversation.leave()),
      rate: ({ episode, kind }, score, comment) => outbox.push({ feedback: { episode, kind, score, comment } }),
      note: (...what) => this.conversation.note(...what),
      mail: (...what) => this.conversation.post(...what),
    });
    this.#root.replaceChildren(this.#launcher, this.#panel.node);
    if (old?.node.open) this.#show();
    if (old) this.#panel.composer.text = old.composer.text;
    this.#changed([]);
  }

  #show() {
    const { node } = this.#panel;
    node.close();
    if (small.matches) node.showModal();
    else node.show();
    this.#panel.focus();
  }

  #type(name = this.texts.agent) {
    this.#typing = fill(this.texts.typing, { name });
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => {
      this.#typing = '';
      this.#changed([]);
    }, 6000);
    this.#changed([]);
  }

  /** @param {Touchpoint[]} fresh */
  #changed(fresh) {
    const { conversation, texts } = this;
    const { api, log, outbox, live, ended, loading, queue, blocked } = conversation;
    const said = (/** @type {Touchpoint} */ one) =>
      one.text && one.seq > conversation.read && one.actor.kind !== 'customer';
    for (const touchpoint of fresh) {
      if (touchpoint.seq > conversation.read) this.#emit('message', touchpoint);
      if (touchpoint.actor.kind === 'agent') this.#typing = '';
    }
    if (fresh.some(said) && !this.#panel.thread.atEnd) this.#panel.newer.hidden = false;

    const shown = view(log.items, outbox.items, this.#config, texts, api.conversation);
    Object.assign(shown, blocked ? { blocked, replies: [], survey: null } : queue);
    conversation.owner = shown.owner;
    if (shown.owner !== 'assigned') this.#typing = '';
    if (this.#open && !loading && !document.hidden) conversation.markRead();

    const notice = this.#notice.text || !ended || !log.last ? this.#notice : { text: texts.ended };
    this.#panel.update(shown, { live, loading, notice, typing: this.#typing });

    const unread = log.items.filter(said).length;
    const news = unread ? `, ${fill(texts.unread, { n: unread })}` : '';
    this.#launcher.setAttribute('aria-label', this.#open ? texts.close : texts.open + news);
    this.#launcher.setAttribute('aria-expanded', `${this.#open}`);
    const badge = unread ? h('span', { class: 'badge' }, `${unread}`) : '';
    this.#launcher.replaceChildren(icon(this.#open ? icons.down : icons.chat), badge);
    if (unread !== this.#unread) this.#emit('unread', unread);
    this.#unread = unread;
  }
}

/** @param {string} base @param {DOMStringMap} options */
export function start(base, options) {
  customElements.define('bot-widget', Widget);
  const widget = /** @type {Widget} */ (document.createElement('bot-widget'));
  document.body.append(widget);
  widget.begin(base, options);
  return widget;
}
