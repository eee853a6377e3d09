import { h } from '../widget/dom.js';

/** So many rows beyond those in sight are drawn, for fast scrolling and for Tab. */
const BEYOND = 8;

/** A list of rows of one height, of which only those in sight are drawn; the arrow keys go from row to row. */
export class LongList {
  /** @type {any[]} */
  #items = [];
  /** @type {Map<string, HTMLElement>} by the id of what they show */
  #drawn = new Map();
  #current = '';
  #asked = 0;

  /**
   * @param {number} height of a row, px @param {(item: any) => string} idOf
   * @param {(item: any, node: HTMLElement) => void} draw fills a row, if anything in it has changed
   */
  constructor(height, idOf, draw) {
    this.height = height;
    this.idOf = idOf;
    this.draw = draw;
    this.list = h('ul', { class: 'rows' });
    const scroll = () => (this.#asked ||= requestAnimationFrame(() => this.#render()));
    this.node = h(
      'div',
      { class: 'long-list', scroll, keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) },
      this.list,
    );
    this.list.addEventListener('focusin', (event) => this.#focused(/** @type {HTMLElement} */ (event.target)));
    new ResizeObserver(scroll).observe(this.node);
  }

  /** @param {any[]} items */
  update(items) {
    this.#items = items;
    this.list.style.blockSize = `${items.length * this.height}px`;
    if (!items.some((item) => this.idOf(item) === this.#current))
      this.#current = items.length ? this.idOf(items[0]) : '';
    this.#render();
  }

  /** Goes so many rows on from the one at hand, or to the first. @param {number} step */
  move(step) {
    if (!this.#items.length) return;
    const inside = this.list.contains(document.activeElement);
    this.go((inside ? this.#index() + step : this.#index()) || 0);
  }

  /** @param {number} at */
  go(at) {
    const item = this.#items[Math.max(0, Math.min(at, this.#items.length - 1))];
    if (!item) return;
    this.#current = this.idOf(item);
    const top = this.#items.indexOf(item) * this.height;
    const { scrollTop, clientHeight } = this.node;
    if (top < scrollTop) this.node.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) this.node.scrollTop = top + this.height - clientHeight;
    this.#render();
    /** @type {HTMLElement | null} */ (this.#drawn.get(this.#current)?.querySelector('a'))?.focus({
      preventScroll: true,
    });
  }

  #index() {
    return Math.max(
      0,
      this.#items.findIndex((item) => this.idOf(item) === this.#current),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const page = Math.max(1, Math.floor(this.node.clientHeight / this.height) - 1);
    const at = this.#index();
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: Infinity }[
      event.key
    ];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.go(to);
  }

  /** @param {HTMLElement} target */
  #focused(target) {
    for (const [id, node] of this.#drawn) if (node.contains(target)) this.#current = id;
    this.#tabStop();
  }

  #render() {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    const first = Math.max(0, Math.floor(this.node.scrollTop / this.height) - BEYOND);
    const last = Math.ceil((this.node.scrollTop + this.node.clientHeight) / this.height) + BEYOND;
    const at = this.#items.findIndex((item) => this.idOf(item) === this.#current);
    const wanted = new Map();
    this.#items.forEach((item, i) => {
      // The row at hand stays, so that focus and Tab are where they were.
      if ((i >= first && i < last) || i === at) wanted.set(this.idOf(item), [item, i]);
    });
    for (const [id, node] of this.#drawn) {
      if (wanted.has(id)) continue;
      node.remove();
      this.#drawn.delete(id);
    }
    let before = /** @type {ChildNode | null} */ (this.list.firstChild);
    for (const [id, [item, i]] of wanted) {
      const node = this.#drawn.get(id) ?? h('li');
      this.#drawn.set(id, node);
      this.draw(item, node);
      node.style.insetBlockStart = `${i * this.height}px`;
      node.setAttribute('aria-setsize', String(this.#items.length));
      node.setAttribute('aria-posinset', String(i + 1));
      // Moving a node would take the focus from it.
      if (node === before) before = before.nextSibling;
      else if (node.contains(document.activeElement)) {
        while (before && before !== node) {
          const next = before.nextSibling;
          this.list.append(before);
          before = next;
        }
        before = node.nextSibling;
      } else this.list.insertBefore(node, before);
    }
    this.#tabStop();
  }

  /** One row takes part in Tab. */
  #tabStop() {
    for (const [id, node] of this.#drawn) {
      const link = node.querySelector('a');
      if (link) link.tabIndex = id === this.#current ? 0 : -1;
    }
  }
}
