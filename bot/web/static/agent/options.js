import { h } from '../widget/dom.js';

let made = 0;

/** A list to choose one from while the focus stays in a text field: arrows move, Enter takes. */
export class Options {
  /** @type {any[]} */
  #items = [];
  #at = 0;

  /**
   * @param {string} label @param {(item: any, index: number) => (Node | string)[]} draw
   * @param {(item: any) => void} choose @param {HTMLElement} input where the focus is
   */
  constructor(label, draw, choose, input) {
    this.draw = draw;
    this.choose = choose;
    this.input = input;
    this.id = `options-${++made}`;
    this.node = h('ul', { class: 'options', role: 'listbox', 'aria-label': label, id: this.id });
    input.setAttribute('aria-controls', this.id);
    input.setAttribute('aria-autocomplete', 'list');
  }

  get empty() {
    return !this.#items.length;
  }

  /** @param {any[]} items */
  update(items) {
    this.#items = items;
    this.#at = 0;
    this.node.replaceChildren(
      ...items.map((item, i) =>
        h(
          'li',
          {
            class: 'option',
            role: 'option',
            id: `${this.id}-${i}`,
            // The field keeps the focus.
            pointerdown: (/** @type {Event} */ event) => event.preventDefault(),
            click: () => this.choose(item),
          },
          ...this.draw(item, i),
        ),
      ),
    );
    this.#mark();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was meant for the list */
  key(event) {
    if (this.empty || event.isComposing) return false;
    const last = this.#items.length - 1;
    const to = { ArrowDown: this.#at + 1, ArrowUp: this.#at - 1, PageDown: this.#at + 8, PageUp: this.#at - 8 }[
      event.key
    ];
    if (event.key === 'Enter') this.choose(this.#items[this.#at]);
    else if (to === undefined) return false;
    else this.#at = to > last ? (this.#at === last ? 0 : last) : to < 0 ? (this.#at === 0 ? last : 0) : to;
    event.preventDefault();
    this.#mark();
    return true;
  }

  #mark() {
    this.input.removeAttribute('aria-activedescendant');
    [...this.node.children].forEach((node, i) => {
      node.setAttribute('aria-selected', String(i === this.#at));
      if (i !== this.#at) return;
      this.input.setAttribute('aria-activedescendant', node.id);
      node.scrollIntoView({ block: 'nearest' });
    });
  }
}
