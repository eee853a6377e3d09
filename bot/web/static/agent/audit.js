import { h } from '../widget/dom.js';
import { factsOf } from './facts.js';
import { failure } from './forms.js';
import { exactly, plain } from './words.js';

/** @typedef {Record<string, any> & {position: number, type: string, time: string, stream: string}} Told */
/** @typedef {{touchpoints: Told[], types: string[], names: Record<string, string>, before?: number}} AuditPage */

const ROWS = 100;
/** So many pages are asked for at most, one after the other, for one press of a button. */
const TRIES = 10;

/** What happened to an account. */
const ACCOUNT = {
  added: 'Account made',
  invited: 'Somebody invited',
  invitation_withdrawn: 'Invitation withdrawn',
  joined: 'Joined by invitation',
  changed: 'Account changed',
  disabled: 'Account disabled',
  enabled: 'Account enabled',
  password_changed: 'Password changed',
  reset_asked: 'Link to a new password',
  second_factor_on: 'Second factor on',
  second_factor_off: 'Second factor off',
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  sign_in_failed: 'Sign-in failed',
  locked: 'Account locked',
  sessions_ended: 'Sessions ended',
};

/** @param {string} type `note.added` is "Note added" */
const typeWords = (type) => plain(type.replace('.', ' '));

/** The audit: what staff and system did, newest first. */
export class AuditView {
  #state = h('p', { class: 'state', role: 'status' }, 'Loading the audit');
  #body = h('tbody');
  #type = h('select', { name: 'type', change: () => this.#begin() }, h('option', { value: '' }, 'Everything'));
  #who = h('select', { name: 'account', change: () => this.#begin() }, h('option', { value: '' }, 'Everybody'));
  #older = h('button', { class: 'button quiet', hidden: true, click: () => this.#more() }, 'Older');
  /** @type {number | undefined} */
  #before;
  #asked = 0;

  /** @param {import('./api.js').AgentApi} api */
  constructor(api) {
    this.api = api;
    const heads = ['When', 'What', 'Who', 'About', 'Details'];
    this.node = h(
      'section',
      { class: 'settings audit', 'aria-labelledby': 'audit-title' },
      h('header', { class: 'page-head' }, h('a', { class: 'back', href: '#' }, 'Back to the queue'), h('h2', { id: 'audit-title' }, 'Audit')),
      h('form', { class: 'filters', submit: (/** @type {Event} */ event) => event.preventDefault() },
        h('label', {}, 'What', this.#type), h('label', {}, 'Who', this.#who)),
      h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': 'audit-title' },
        h('table', { class: 'list' }, h('thead', {}, h('tr', {}, ...heads.map((words) => h('th', { scope: 'col' }, words)))), this.#body)),
      this.#state,
      this.#older,
    );
  }

  start() {
    this.#begin();
  }

  stop() {
    this.#asked += 1;
  }

  #begin() {
    this.#body.replaceChildren();
    this.#before = undefined;
    this.#more();
  }

  async #more() {
    const asked = ++this.#asked;
    this.#older.hidden = true;
    this.#say('Loading');
    try {
      let found = 0;
      for (let tries = 0; tries < TRIES && found < ROWS; tries += 1) {
        const page = await this.#page(ROWS - found);
        if (asked !== this.#asked) return;
        this.#options(page);
        this.#body.append(...page.touchpoints.map((one) => row(one, page.names)));
        found += page.touchpoints.length;
        this.#before = page.before;
        if (page.before === undefined) break;
      }
      this.#older.hidden = this.#before === undefined;
      const empty = this.#before === undefined ? 'There is nothing of that kind.' : 'Nothing of that kind lately.';
      this.#say(this.#body.firstChild ? '' : empty);
    } catch (problem) {
      if (asked !== this.#asked) return;
      this.#state.hidden = false;
      this.#state.replaceChildren(failure(`The audit could not be loaded. ${problem.message}`, () => this.#more()));
    }
  }

  /** @param {number} limit @returns {Promise<AuditPage>} */
  #page(limit) {
    const query = new URLSearchParams({ limit: `${limit}` });
    if (this.#before !== undefined) query.set('before', `${this.#before}`);
    if (this.#type.value) query.set('type', this.#type.value);
    if (this.#who.value) query.set('account', this.#who.value);
    return this.api.read(`audit?${query}`);
  }

  /** @param {AuditPage} page */
  #options({ types, names }) {
    if (this.#type.options.length > 1) return;
    this.#type.append(...types.map((value) => h('option', { value }, typeWords(value))));
    const people = Object.entries(names).sort((a, b) => a[1].localeCompare(b[1]));
    this.#who.append(...people.map(([value, words]) => h('option', { value }, words)));
  }

  /** @param {string} words */
  #say(words) {
    this.#state.textContent = words;
    this.#state.hidden = !words;
  }
}

/** @param {Told} told @param {Record<string, string>} names */
function row(told, names) {
  const { type, time, what, actor, stream } = told;
  const words = type === 'account.changed' ? (ACCOUNT[what] ?? plain(what)) : typeWords(type);
  const who = (/** @type {string | undefined} */ id) => (id ? (names[id] ?? 'A former account') : '');
  const by = who(told.by ?? actor.id ?? (actor.kind === 'agent' ? told.agent_id : '')) || plain(actor.kind);
  return h(
    'tr',
    {},
    h('td', {}, h('time', { datetime: time, title: `Position ${told.position}` }, exactly(time))),
    h('td', {}, words),
    h('td', {}, by),
    h('td', {}, about(stream, who(told.account_id))),
    h('td', {}, factsOf(told, who)),
  );
}

/** @param {string} stream @param {string} account */
function about(stream, account) {
  const [kind, id = ''] = stream.split('/');
  if (kind === 'conversation') return h('a', { href: `#conversation=${id}` }, `Conversation ${id.slice(-6)}`);
  return account || plain(kind);
}
