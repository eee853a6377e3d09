import { h } from '../widget/dom.js';
import { Options } from './options.js';

/** A slash at the start of a word, and what is typed after it. */
const CALL = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;

/** The menu of canned replies that opens on `/` in the reply. */
export class CannedMenu {
  #state = h('p', { class: 'hint', role: 'status' });
  /** @type {Canned[]} */
  #all = [];
  #turn = 0;
  /** @type {Set<string>} places for values that nothing is known for, as they stand in the text */
  #gaps = new Set();

  /**
   * @param {import('../widget/composer.js').Composer} composer @param {import('./directory.js').Directory} directory
   * @param {() => {locale: string, values: Record<string, string>}} about the customer's language, and what is known for
   *   the places in a text
   */
  constructor(composer, directory, about) {
    this.composer = composer;
    this.directory = directory;
    this.about = about;
    const draw = (/** @type {Canned} */ { name, title, text }) => [
      h('span', { class: 'name' }, `/${name}`),
      h('span', { class: 'title' }, title),
      h('span', { class: 'preview', dir: 'auto' }, text),
    ];
    const { input } = composer;
    this.options = new Options('Canned replies', draw, (item) => this.#take(item), input);
    this.node = h('div', { class: 'menu canned', hidden: true }, this.options.node, this.#state);
    input.addEventListener('input', () => this.#look());
    // A list that scrolls takes part in Tab, and has the same keys.
    this.options.node.tabIndex = 0;
    this.node.addEventListener('keydown', (event) => this.#key(event));
    for (const part of [input, this.node]) {
      part.addEventListener('focusout', (event) => {
        const to = /** @type {Node | null} */ (/** @type {FocusEvent} */ (event).relatedTarget);
        if (to !== input && !this.node.contains(to)) this.#close();
      });
    }
    // Before the composer, which would send.
    composer.node.addEventListener('keydown', (event) => this.#key(event), { capture: true });
  }

  /** The first place in a text that still wants a value. @param {string} text */
  gapIn(text) {
    return [...this.#gaps].find((gap) => text.includes(gap)) ?? '';
  }

  /** Selects a place, so that what is typed replaces it. @param {string} gap */
  select(gap) {
    const { input } = this.composer;
    const at = input.value.indexOf(gap);
    if (gap && at >= 0) input.setSelectionRange(at, at + gap.length);
    input.focus();
  }

  get #call() {
    const { value, selectionStart } = this.composer.input;
    return CALL.exec(value.slice(0, selectionStart));
  }

  async #look() {
    const turn = ++this.#turn;
    if (!this.#call) return this.#close();
    if (!this.#all.length) this.#say('Loading the replies');
    try {
      this.#all = await this.directory.replies(this.about().locale);
    } catch (problem) {
      return this.#say(`The replies could not be loaded. ${problem.message}`);
    }
    const call = this.#call;
    if (turn !== this.#turn || !call) return;
    const wanted = call[1].toLowerCase();
    const found = this.#all.filter(
      ({ name, title }) => name.toLowerCase().startsWith(wanted) || title.toLowerCase().includes(wanted),
    );
    // Whoever types on, means a slash.
    if (!found.length && wanted) return this.#close();
    this.options.update(found);
    this.#say(found.length ? '' : 'There are no canned replies yet.');
  }

  /** @param {string} words */
  #say(words) {
    this.node.hidden = false;
    this.#state.hidden = !words;
    this.#state.textContent = words;
  }

  #close() {
    this.node.hidden = true;
    this.options.update([]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.node.hidden) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.#close();
      this.composer.input.focus();
    } else if (!this.options.key(event)) return;
    event.stopPropagation();
  }

  /** @param {Canned} reply */
  #take({ text }) {
    const { input } = this.composer;
    const call = this.#call;
    const end = input.selectionStart;
    const start = call ? end - call[1].length - 1 : end;
    const { values } = this.about();
    // Who gave no name is not called by one: "Hello, {name}." stays a sentence.
    const known = values.name ? text : text.replace(/,? ?\{name\}/g, '');
    const filled = known.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? (this.#gaps.add(gap), gap));
    this.#close();
    insert(this.composer, filled, start, end);
    this.select(this.gapIn(filled));
  }
}

/**
 * Puts a text where the cursor is, or instead of a range.
 * @param {import('../widget/composer.js').Composer} composer @param {string} text
 */
export function insert(composer, text, start = composer.input.selectionStart, end = composer.input.selectionEnd) {
  const { input } = composer;
  const gap = start > 0 && !/\s$/.test(input.value.slice(0, start)) ? ' ' : '';
  input.setRangeText(gap + text, start, end, 'end');
  input.dispatchEvent(new Event('input'));
  input.focus();
  input.scrollTop = input.scrollHeight;
}
