import { h } from '../widget/dom.js';
import { dialog } from './dialog.js';
import { Options } from './options.js';

/** Typing this fast is one question. */
const PAUSE = 200;

/**
 * A dialog in which one thing is found by typing and taken with Enter.
 * @template T
 * @param {{title: string, label: string, hint: string, none: string, too_many: string, most: number, quick?: boolean,
 *   find: (query: string) => T[] | Promise<T[] | null>, draw: (item: T, index: number) => (Node | string)[],
 *   choose: (item: T) => void | Promise<void>, after?: () => void, more?: () => string}} what
 *   `more` is what there is to say beside the number found; `find` gives null for a query that is too short; with `quick` the first ones are also taken by their digit
 */
export function pick({ title, label, hint, none, too_many, most, quick, find, draw, choose, after, more }) {
  let asked = 0;
  const state = h('p', { class: 'hint', role: 'status' }, hint);
  const input = h('input', {
    type: 'text',
    role: 'combobox',
    'aria-expanded': 'true',
    'aria-label': label,
    placeholder: label,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const take = async (/** @type {T} */ item) => {
    try {
      await choose(item);
      node.close();
      after?.();
    } catch (problem) {
      say(problem.message, true);
    }
  };
  const options = new Options(title, draw, take, input);
  const say = (/** @type {string} */ words, bad = false) => {
    state.textContent = words;
    state.className = bad ? 'alert' : 'hint';
  };
  const look = async () => {
    const turn = ++asked;
    const late = setTimeout(() => turn === asked && say('Searching'), 300);
    try {
      const found = await find(input.value.trim());
      if (turn !== asked) return;
      options.update((found ?? []).slice(0, most));
      const count = found?.length ?? 0;
      const words = !count ? none : count >= most ? too_many : quick ? hint : `${count} found.`;
      say(found ? [words, more?.()].filter(Boolean).join(' ') : hint);
    } catch (problem) {
      if (turn === asked) say(problem.message, true);
    } finally {
      clearTimeout(late);
    }
  };
  let pause = 0;
  input.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(look, quick ? 0 : PAUSE);
  });
  input.addEventListener('keydown', (event) => {
    if (options.key(event)) return;
    const at = quick && !input.value ? Number(event.key) : 0;
    if (at >= 1 && at <= options.node.children.length) {
      event.preventDefault();
      /** @type {HTMLElement} */ (options.node.children[at - 1]).click();
    }
  });
  const node = dialog(title, 'picker', input, state, options.node);
  input.focus();
  look();
  return node;
}
