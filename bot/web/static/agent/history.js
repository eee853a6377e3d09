import { h } from '../widget/dom.js';
import { short } from '../widget/time.js';
import { drawTouchpoint, drawUnsent, understood } from './said.js';
import { Part } from './part.js';
import { LOCALE } from './words.js';

/** What gives a conversation back to the bot. */
const TO_BOT = new Set(['conversation.returned', 'handoff.cancelled', 'episode.closed']);

/** All that happened in a conversation, and what this agent has sent that is not stored yet. */
export class HistoryView {
  /** @type {Map<number, HTMLElement>} touchpoints never change, so each is drawn once */
  #drawn = new Map();
  /** @type {Map<number, StaffTouchpoint>} */
  #known = new Map();
  #pending = h('div', { class: 'pending' });
  #atEnd = true;
  #height = 0;
  /** @type {Part[]} what the bot had before people came */
  #parts = [];
  /** @type {Part | null} */
  #part = null;
  #below = h('button', { class: 'news-button', hidden: true, click: () => this.toEnd() }, 'New messages below');

  /**
   * @param {string} customer a name for them
   * @param {{retry(id: string): void, edit(id: string): void, correct(touchpoint: StaffTouchpoint): void, nameOf: NameOf}} on
   */
  constructor(customer, on) {
    this.customer = customer;
    this.on = on;
    const scroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = this.log;
      // A list that has become shorter is not one that somebody has scrolled.
      if (clientHeight !== this.#height) return;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < 48;
      if (this.#atEnd) this.#below.hidden = true;
    };
    const labels = { role: 'log', 'aria-label': 'History', 'aria-relevant': 'additions', tabindex: 0 };
    const keydown = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    this.log = h('div', { class: 'history', scroll, keydown, ...labels }, this.#pending);
    this.node = h('div', { class: 'history-frame' }, this.log, this.#below);
    new ResizeObserver(() => {
      this.#height = this.log.clientHeight;
      this.#stay();
    }).observe(this.log);
  }

  /** @param {StaffTouchpoint[]} touchpoints @param {Message[]} outbox */
  update(touchpoints, outbox) {
    const first = !this.#drawn.size;
    let more = false;
    for (const touchpoint of touchpoints) {
      if (this.#drawn.has(touchpoint.seq)) continue;
      this.#known.set(touchpoint.seq, touchpoint);
      if (touchpoint.type === 'intent.corrected') this.#correct(touchpoint);
      this.#add(touchpoint, first);
      more ||= Boolean(touchpoint.text) && !first;
    }
    const stored = new Set(touchpoints.map((touchpoint) => touchpoint.client_id));
    const waiting = outbox.filter((message) => !stored.has(message.client_id));
    const held = this.#pending.querySelector(':focus-within')?.closest('[data-client]')?.getAttribute('data-client');
    const unsent = waiting.map((message) => drawUnsent(message, this.on));
    this.#pending.replaceChildren(...unsent);
    if (held) {
      // Whoever is at a message stays there when it is drawn anew, or has become a stored one.
      const { seq } = touchpoints.find((touchpoint) => touchpoint.client_id === held) ?? {};
      if (seq) this.focus(seq);
      else unsent.find((node) => node.dataset.client === held)?.focus();
    }
    if (more && !this.#atEnd) this.#below.hidden = false;
    this.#stay();
  }

  /** Times age: "now" becomes "1 min". */
  tick() {
    for (const time of this.log.querySelectorAll('time')) {
      const seen = time.firstElementChild;
      if (seen) seen.textContent = short(time.dateTime, LOCALE, 'now');
    }
  }

  toEnd() {
    this.#atEnd = true;
    this.#stay();
  }

  /** Shows or folds what the bot did before people came. */
  fold() {
    const open = this.#parts.some((part) => part.open);
    for (const part of this.#parts) part.open = !open;
  }

  /** Goes to a message, or to the last. @param {number} [seq] */
  focus(seq) {
    const at = seq === undefined ? this.#messages().at(-1) : this.#drawn.get(seq);
    /** @type {HTMLElement} */ (at ?? this.log).focus();
  }

  /** The message at hand whose intent can be corrected, else the customer's last. @returns {StaffTouchpoint | undefined} */
  get message() {
    const at = document.activeElement?.closest('[data-seq]');
    const focused =
      this.log.contains(at ?? null) && this.#known.get(Number(/** @type {HTMLElement} */ (at).dataset.seq));
    if (focused && focused.type === 'message.received') return focused;
    return [...this.#known.values()].findLast(({ type, intent }) => type === 'message.received' && intent);
  }

  /** How far the other side has read. @param {number} seq */
  seen(seq) {
    const mine = [...this.#known.values()].filter((one) => one.type === 'message.sent' && one.seq <= seq).at(-1);
    this.log.querySelector('.seen')?.remove();
    if (mine) this.#drawn.get(mine.seq)?.append(h('p', { class: 'seen' }, 'Seen'));
  }

  #stay() {
    if (this.#atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** @param {StaffTouchpoint} touchpoint @param {boolean} first the page has just been opened */
  #add(touchpoint, first) {
    const { seq, type } = touchpoint;
    const node = drawTouchpoint(touchpoint, this.customer, this.on);
    this.#drawn.set(seq, node);
    if (type === 'handoff.requested' && this.#part) {
      // Whoever watched it live is not interrupted.
      this.#part.close(first);
      this.#parts.push(this.#part);
      this.#part = null;
    }
    if (type === 'conversation.started') this.#part = this.#begin();
    if (this.#part) this.#part.add(node, touchpoint);
    else this.log.insertBefore(node, this.#pending);
    if (TO_BOT.has(type)) this.#part = this.#begin();
  }

  #begin() {
    if (this.#part) return this.#part;
    const part = new Part();
    this.log.insertBefore(part.node, this.#pending);
    return part;
  }

  /** @param {StaffTouchpoint} correction */
  #correct(correction) {
    const { corrected_seq: seq = 0 } = correction;
    const message = this.#known.get(seq);
    const line = message && understood(message, this.on, correction);
    if (!line) return;
    this.#drawn.get(seq)?.querySelector('.understood')?.remove();
    this.#drawn.get(seq)?.append(line);
  }

  #messages() {
    return [...this.log.querySelectorAll('.said')].filter((one) => /** @type {HTMLElement} */ (one).offsetParent);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = /** @type {HTMLElement[]} */ (this.#messages());
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement?.closest('.said')));
    const next = at < 0 ? all.at(-1) : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  }
}
