import { h, icon } from '../widget/dom.js';
import { bot, down } from '../widget/icons.js';

let made = 0;

/** What the bot had of a conversation; once people have it, it can be folded. */
export class Part {
  #count = 0;
  #body = h('div', { class: 'part-body', id: `part-${++made}` });
  #fold = h('button', {
    class: 'fold',
    hidden: true,
    'aria-controls': this.#body.id,
    click: () => (this.open = !this.open),
  });
  node = h('div', { class: 'part' }, this.#fold, this.#body);

  /** @param {HTMLElement} node @param {StaffTouchpoint} touchpoint */
  add(node, touchpoint) {
    if (touchpoint.text) this.#count++;
    this.#body.append(node);
  }

  /** People have the conversation now. @param {boolean} folded */
  close(folded) {
    const words = this.#count === 1 ? '1 message' : `${this.#count} messages`;
    this.#fold.replaceChildren(icon(bot), `The bot’s part: ${words}`, icon(down));
    this.#fold.hidden = !this.#count;
    this.open = !folded;
  }

  get open() {
    return !this.#body.hidden;
  }

  set open(open) {
    this.#body.hidden = !open;
    this.#fold.setAttribute('aria-expanded', String(open));
  }
}
