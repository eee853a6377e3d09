import { h, icon, linked, paragraphs } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { short } from '../widget/time.js';
import { exactly, LOCALE, moodOf, newsOf, percent, plain, UPSET } from './words.js';

const NAMES = { customer: 'Customer', bot: 'Bot', agent: 'Agent', system: '' };

/** All that happened in a conversation, and what this agent has sent that is not stored yet. */
export class HistoryView {
  /** @type {Map<number, HTMLElement>} touchpoints never change, so each is drawn once */
  #drawn = new Map();
  #pending = h('div', { class: 'pending' });
  #atEnd = true;

  /** @param {string} customer a name for them @param {{retry(id: string): void, edit(id: string): void}} on */
  constructor(customer, on) {
    this.customer = customer;
    this.on = on;
    const scroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = this.node;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < 48;
    };
    const labels = { role: 'log', 'aria-label': 'History', 'aria-relevant': 'additions', tabindex: 0 };
    this.node = h('div', { class: 'history', scroll, ...labels }, this.#pending);
    new ResizeObserver(() => this.#stay()).observe(this.node);
  }

  /** @param {StaffTouchpoint[]} touchpoints @param {Message[]} outbox */
  update(touchpoints, outbox) {
    for (const touchpoint of touchpoints) {
      if (this.#drawn.has(touchpoint.seq)) continue;
      const node = this.#draw(touchpoint);
      this.#drawn.set(touchpoint.seq, node);
      this.node.insertBefore(node, this.#pending);
    }
    const stored = new Set(touchpoints.map((touchpoint) => touchpoint.client_id));
    const waiting = outbox.filter((message) => !stored.has(message.client_id));
    this.#pending.replaceChildren(...waiting.map((message) => this.#unsent(message)));
    this.#stay();
  }

  /** Times age: "now" becomes "1 min". */
  tick() {
    for (const time of this.node.querySelectorAll('time')) {
      const seen = time.firstElementChild;
      if (seen) seen.textContent = short(time.dateTime, LOCALE, 'now');
    }
  }

  toEnd() {
    this.#atEnd = true;
    this.#stay();
  }

  #stay() {
    if (this.#atEnd) this.node.scrollTop = this.node.scrollHeight;
  }

  /** @param {StaffTouchpoint} touchpoint */
  #draw(touchpoint) {
    const { actor, text, time, type } = touchpoint;
    const spoken = text && (type === 'message.received' || type === 'message.sent' || actor.kind === 'bot');
    const news = newsOf(touchpoint);
    if (!spoken && !news && !text) return h('div', { hidden: true });
    const clock = h(
      'time',
      { datetime: time, title: exactly(time) },
      h('span', { 'aria-hidden': 'true' }, short(time, LOCALE, 'now')),
      h('span', { class: 'unseen' }, exactly(time)),
    );
    const line = news ? h('p', { class: 'news' }, news, ' ', clock) : null;
    if (!spoken) return line ?? h('p', { class: 'news' }, text ?? '', ' ', clock);
    const name = actor.kind === 'customer' ? this.customer : (actor.name ?? NAMES[actor.kind]);
    const label = actor.kind === 'bot' && actor.name ? `${actor.name} (bot)` : name;
    return h(
      'div',
      { class: `said ${actor.kind}` },
      h('p', { class: 'by' }, icon(actor.kind === 'bot' ? icons.bot : icons.person), label, ' ', clock),
      h('div', { class: 'bubble' }, ...paragraphs(text, actor.kind === 'customer' ? Array.of : linked)),
      this.#understood(touchpoint),
      type === 'handoff.requested' ? line : null,
    );
  }

  /** What the bot took the message for, and the mood in it where that is low. @param {StaffTouchpoint} touchpoint */
  #understood({ type, intent, confidence, in_scope, alternatives, mood = 0 }) {
    if (type !== 'message.received') return null;
    const upset = mood <= UPSET && h('span', { class: 'mark bad' }, icon(icons.warning), moodOf(mood));
    if (!intent || confidence === undefined) return upset && h('p', { class: 'understood' }, upset);
    const known = in_scope !== false;
    const best = `${plain(intent)} ${percent(confidence)}`;
    const others = (alternatives ?? []).slice(0, 2).map((one) => `${plain(one.intent)} ${percent(one.confidence)}`);
    const words = known ? best : `Out of scope; nearest ${best}`;
    return h(
      'p',
      { class: known ? 'understood' : 'understood unsure' },
      h('span', { class: 'unseen' }, 'Understood as: '),
      words,
      others.length ? h('span', { class: 'others' }, `, or ${others.join(', ')}`) : null,
      upset,
    );
  }

  /** @param {Message} message */
  #unsent({ client_id, text = '', late, failed }) {
    const state = failed
      ? [
          h('span', {}, icon(icons.warning), ` Not sent. ${failed}`),
          h('button', { class: 'link', click: () => this.on.retry(client_id) }, 'Try again'),
          h('button', { class: 'link', click: () => this.on.edit(client_id) }, 'Edit'),
        ]
      : [late ? 'Not sent yet. Trying again.' : 'Sending'];
    return h(
      'div',
      { class: `said agent ${failed ? 'failed' : 'unsent'}` },
      h('div', { class: 'bubble' }, ...paragraphs(text, Array.of)),
      h('p', { class: 'understood', role: failed ? 'alert' : undefined }, ...state),
    );
  }
}
