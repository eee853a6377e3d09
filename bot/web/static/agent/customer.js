import { h, icon } from '../widget/dom.js';
import { block } from './icons.js';
import { exactly, nameOf, OUTCOMES, plain } from './words.js';

/** More than this would push the rest out of sight; they are there on demand. */
const FIRST = 8;

/** Who the customer is, what the shop says about them, and their way so far. */
export class CustomerPanel {
  node = h(
    'aside',
    { class: 'customer-panel', 'aria-label': 'Customer' },
    h('p', { class: 'state' }, 'Loading the customer'),
  );
  #as = '';
  #all = false;

  /** @param {string} id the conversation @param {{block(blocked: boolean): void, close(): void}} on */
  constructor(id, on) {
    this.id = id;
    this.on = on;
  }

  /** @param {History} history @param {boolean} supervises whether this agent may block */
  update(history, supervises) {
    const { customer, blocked } = history;
    const as = JSON.stringify([customer, blocked, supervises, this.#all]);
    if (as === this.#as) return;
    this.#as = as;
    const focused = this.node.contains(document.activeElement);
    this.node.replaceChildren(
      h('button', { class: 'back link', click: this.on.close }, 'Back to the conversation'),
      h('h2', { dir: 'auto' }, nameOf(customer.name, this.id)),
      blocked ? h('p', { class: 'mark bad' }, icon(block), 'Blocked: they can’t write any more') : '',
      facts(customer),
      this.#earlier(history, supervises),
      this.#journey(customer.journey),
      supervises ? this.#block(Boolean(blocked)) : '',
    );
    if (focused) /** @type {HTMLElement} */ (this.node.querySelector('button, a'))?.focus();
  }

  /** @param {string} problem */
  fail(problem) {
    this.#as = '';
    this.node.replaceChildren(h('p', { class: 'state' }, `The customer could not be loaded. ${problem}`));
  }

  /** @param {History} history @param {boolean} supervises */
  #earlier(history, supervises) {
    // Requests that were closed in this same conversation come first.
    const before = (history.customer.episodes ?? []).slice(0, -1).reverse();
    const others = [...before, ...(history.customer.conversations ?? [])];
    const shown = this.#all ? others : others.slice(0, FIRST);
    const all = () => {
      this.#all = true;
      this.update(history, supervises);
    };
    return h(
      'section',
      {},
      h('h3', {}, 'Earlier conversations'),
      others.length
        ? h('ol', { class: 'episodes' }, ...shown.map(episode))
        : h('p', { class: 'hint' }, 'This is the first one.'),
      others.length > shown.length ? h('button', { class: 'link', click: all }, `Show all ${others.length}`) : null,
    );
  }

  /** @param {Step[] | undefined} steps */
  #journey(steps) {
    if (!steps?.length) return '';
    return h(
      'section',
      {},
      h('h3', {}, 'Journey'),
      h(
        'ol',
        { class: 'journey' },
        ...steps
          .slice(-FIRST * 2)
          .map(({ time, type, stage, words }) =>
            h(
              'li',
              {},
              h('span', {}, words ?? plain(type.split('.').slice(-2).join(' '))),
              h('span', { class: 'hint' }, [stage && plain(stage), exactly(time)].filter(Boolean).join(' · ')),
            ),
          ),
      ),
    );
  }

  /** @param {boolean} blocked */
  #block(blocked) {
    const words = blocked ? 'Unblock this customer' : 'Block this customer';
    return h('button', { class: 'button quiet block', click: () => this.on.block(!blocked) }, icon(block), words);
  }
}

/** @param {History['customer']} customer */
function facts({ email, locale, details = {}, customer_ref }) {
  const rest = Object.entries(details).filter(([name]) => !['name', 'email', 'id', 'hash', 'expires'].includes(name));
  const rows = [
    ['E-mail', email && h('a', { href: `mailto:${email}` }, email)],
    ['Language', locale],
    ...rest.map(([name, value]) => [
      plain(name),
      typeof value === 'boolean' ? (value ? 'Yes' : 'No') : `${value ?? ''}`,
    ]),
    ['Reference', customer_ref],
  ].filter(([, value]) => value);
  return h(
    'dl',
    { class: 'details' },
    ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', { dir: 'auto' }, value)]),
  );
}

/** @param {Episode} one */
function episode({ conversation_id, started, closed, intents = [], outcome, rating, scale, may_open = true }) {
  const about = [...new Set(intents)].map(plain).join(', ') || 'No intent';
  const end = outcome ? (OUTCOMES[outcome] ?? plain(outcome)) : closed ? 'Closed' : 'Open';
  return h(
    'li',
    {},
    may_open && conversation_id ? h('a', { href: `#conversation=${conversation_id}` }, about) : h('span', {}, about),
    h(
      'span',
      { class: 'hint' },
      [exactly(started), end, rating != null && `rated ${rating}${scale ? ` of ${scale.at(-1)}` : ''}`]
        .filter(Boolean)
        .join(' · '),
    ),
  );
}
