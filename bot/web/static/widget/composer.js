import { h, icon } from './dom.js';
import { send } from './icons.js';

/** Where one writes: grows to five lines; Enter sends, Shift and Enter break the line. */
export class Composer {
  /** @param {{compose: string, send: string}} texts @param {number} longest @param {(text: string) => void} sendText */
  constructor(texts, longest, sendText, typing = () => {}) {
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const text = this.text.trim();
      if (!text) return;
      this.text = '';
      sendText(text);
    };
    this.input = h('textarea', {
      rows: 1,
      dir: 'auto',
      maxlength: longest,
      placeholder: texts.compose,
      'aria-label': texts.compose,
      enterkeyhint: 'send',
      input: () => {
        this.#fit();
        typing();
      },
      keydown: (/** @type {KeyboardEvent} */ event) => {
        // While an input method composes, Enter picks a word; Safari says so by the key code alone.
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
      },
    });
    const button = h('button', { class: 'send', 'aria-label': texts.send, title: texts.send }, icon(send));
    this.node = h('form', { class: 'composer', submit }, this.input, button);
  }

  get text() {
    return this.input.value;
  }

  set text(value) {
    this.input.value = value;
    this.#fit();
  }

  #fit() {
    const { input } = this;
    input.rows = 1;
    while (input.rows < 5 && input.scrollHeight > input.clientHeight) input.rows++;
  }
}
