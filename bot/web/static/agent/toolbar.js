import { h, icon } from '../widget/dom.js';
import { bot, person } from '../widget/icons.js';
import { check, transfer } from './icons.js';

/** Who has a conversation, and the acts that this allows, as buttons and as keys. */
export class Toolbar {
  #owner = h('p', { class: 'owner', role: 'status' });
  #actions = h('div', { class: 'actions' });
  /** @type {Record<string, () => void>} */
  #can = {};
  #as = '';

  /**
   * @param {import('./acts.js').Acts} acts @param {import('./directory.js').Directory} directory
   * @param {(act: () => Promise<void>) => Promise<void>} attempt does it and says where it failed @param {() => void} details
   */
  constructor(acts, directory, attempt, details) {
    this.acts = acts;
    this.directory = directory;
    this.attempt = attempt;
    const customer = h(
      'button',
      { class: 'button quiet details-button', 'aria-label': 'Customer', click: details },
      icon(person),
    );
    this.node = h('div', { class: 'toolbar' }, this.#owner, this.#actions, customer);
  }

  /** @param {History} history @param {boolean} mine */
  update({ owner, agent }, mine) {
    const as = `${owner} ${agent?.id} ${mine}`;
    if (as === this.#as) return;
    this.#as = as;
    const name = agent?.name ?? 'another agent';
    this.#owner.textContent = {
      bot: 'With the bot',
      queued: 'Waiting',
      assigned: mine ? 'With you' : `With ${name}`,
      closed: 'Closed',
    }[owner];
    this.#owner.className = `owner ${owner} ${mine ? 'mine' : ''}`;
    const { acts } = this;
    const claim = () => {
      first.disabled = true;
      this.attempt(() => acts.claim()).finally(() => (first.disabled = false));
    };
    const buttons = mine
      ? [
          this.#button('resolve', check, 'Resolve', () => acts.resolve()),
          this.#button('transfer', transfer, 'Transfer', () => acts.transfer()),
          this.#button('return', bot, 'To the bot', () => acts.giveBack()),
        ]
      : owner === 'queued'
        ? [this.#button('claim', check, 'Claim', claim, true)]
        : owner === 'assigned'
          ? [this.#button('takeover', person, 'Take over', () => acts.takeOver(name))]
          : [];
    if (this.directory.supervises && !mine && (owner === 'queued' || owner === 'assigned'))
      buttons.push(this.#button('assign', transfer, owner === 'queued' ? 'Assign' : 'Reassign', () => acts.assign()));
    this.#can = Object.fromEntries(buttons.map(({ act, run }) => [act, run]));
    const first = /** @type {HTMLButtonElement} */ (buttons[0]?.node);
    const focused = this.#actions.contains(document.activeElement);
    this.#actions.replaceChildren(...buttons.map(({ node }) => node));
    if (focused) first?.focus();
  }

  /** @param {string} act */
  press(act) {
    this.#can[act]?.();
  }

  /** @param {string} act @param {string} path @param {string} words @param {() => void} run */
  #button(act, path, words, run, primary = false) {
    // Where there is little room, the words of what comes second are for screen readers and the pointer alone.
    const kind = primary ? 'button' : act === 'resolve' || act === 'takeover' ? 'button quiet' : 'button quiet second';
    const node = h('button', { class: kind, title: words, click: run }, icon(path), h('span', {}, words));
    return { act, run, node };
  }
}
