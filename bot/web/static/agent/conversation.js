import { Problem } from '../widget/api.js';
import { Composer } from '../widget/composer.js';
import { h, uuid } from '../widget/dom.js';
import { Outbox } from '../widget/outbox.js';
import { Drafts } from './drafts.js';
import { HistoryView } from './history.js';
import { SummaryView } from './summary.js';
import { nameOf, plain } from './words.js';

/** One conversation: who it is with, all that happened, and what the agent can do now. */
export class ConversationView {
  #title = h('h2', {}, 'Loading');
  #facts = h('p', { class: 'facts' });
  #owner = h('p', { class: 'owner', role: 'status' });
  #actions = h('div', { class: 'actions' });
  #notice = h('p', { class: 'alert', role: 'alert', hidden: true });
  #foot = h('div', { class: 'reply' });
  #summary = new SummaryView();
  /** @type {History | null} */
  #history = null;
  /** @type {HistoryView | null} */
  #view = null;
  #shownOwner = '';

  /** @param {import('./api.js').AgentApi} api @param {string} id @param {() => void} changed */
  constructor(api, id, changed) {
    this.api = api;
    this.id = id;
    this.changed = changed;
    this.drafts = new Drafts(id);
    this.outbox = new Outbox(
      this.drafts.unsent,
      (message) => this.#deliver(message),
      () => {
        this.drafts.unsent = this.outbox.items;
        this.#render();
      },
    );
    this.composer = new Composer({ compose: 'Write a reply', send: 'Send' }, 4000, (text) => {
      this.drafts.text = '';
      this.#view?.toEnd();
      this.outbox.push({ text });
      this.composer.input.focus();
    });
    this.composer.text = this.drafts.text;
    this.composer.input.addEventListener('input', () => (this.drafts.text = this.composer.text));
    this.body = h('div', { class: 'body' }, h('p', { class: 'state' }, 'Loading the conversation'));
    this.node = h(
      'article',
      { class: 'conversation' },
      h(
        'header',
        {},
        h('a', { class: 'back', href: '#' }, 'Back to the queue'),
        h('div', { class: 'about' }, this.#title, this.#facts),
        this.#owner,
        this.#actions,
      ),
      this.#notice,
      this.#summary.node,
      this.body,
      this.#foot,
    );
  }

  start() {
    this.timer = setInterval(() => this.#view?.tick(), 30_000);
    this.refresh();
  }

  stop() {
    clearInterval(this.timer);
  }

  async refresh() {
    try {
      this.#history = await this.api.conversation(this.id);
    } catch (problem) {
      if (!this.#history) {
        const again = h('button', { class: 'link', click: () => this.refresh() }, 'Try again');
        this.#title.textContent = 'Conversation';
        this.body.replaceChildren(h('p', { class: 'state' }, `It could not be loaded. ${problem.message} `, again));
      }
      return;
    }
    this.#render();
    if (this.outbox.items.some((message) => !message.failed)) this.outbox.run();
  }

  #render() {
    const history = this.#history;
    if (!history) return;
    const { customer, owner, agent } = history;
    const name = nameOf(customer.name, this.id);
    if (!this.#view) {
      this.#view = new HistoryView(name, {
        retry: (id) => this.outbox.retry(id),
        edit: (id) => {
          this.composer.text = this.drafts.text = this.outbox.take(id)?.text ?? '';
          this.composer.input.focus();
        },
      });
      this.body.replaceChildren(this.#view.node);
    }
    this.#title.textContent = name;
    this.#summary.update(history);
    const { skill, intent } = history;
    const about = this.#summary.node.hidden ? intent : skill !== 'general' && skill;
    this.#facts.textContent = [about && plain(about), customer.locale].filter(Boolean).join(' · ');
    this.#act(owner, agent ?? null);
    this.#view.update(history.touchpoints, this.outbox.items);
  }

  /** What the agent can do depends on who owns it. @param {History['owner']} owner @param {History['agent']} agent */
  #act(owner, agent) {
    const mine = owner === 'assigned' && agent?.id === this.api.session?.account.id;
    const shown = `${owner} ${agent?.id}`;
    if (shown === this.#shownOwner) return;
    const before = this.#shownOwner;
    this.#shownOwner = shown;
    this.#owner.textContent = {
      bot: 'With the bot',
      queued: 'Waiting',
      assigned: mine ? 'With you' : `With ${agent?.name ?? 'another agent'}`,
      closed: 'Closed',
    }[owner];
    this.#owner.className = `owner ${owner}`;
    const claim = h('button', { class: 'button', click: () => this.#try('claim', claim) }, 'Claim');
    const resolve = h('button', { class: 'button quiet', click: () => this.#confirm() }, 'Resolve');
    this.#actions.replaceChildren(...(mine ? [resolve] : owner === 'queued' ? [claim] : []));
    const why = {
      bot: 'The bot has this conversation.',
      queued: 'Claim the conversation to reply.',
      assigned: `${agent?.name ?? 'Another agent'} replies here.`,
      closed: 'This request is closed. The next message of the customer opens a new one.',
    }[owner];
    this.#foot.replaceChildren(mine ? this.composer.node : h('p', { class: 'state' }, why));
    if (mine && before) this.composer.input.focus();
    if (mine) this.composer.text = this.composer.text;
  }

  /** The customer is told that it is over, so it is asked first. */
  #confirm() {
    const done = () => {
      dialog.close();
      dialog.remove();
    };
    const yes = h('button', { class: 'button', click: () => (done(), this.#try('resolve', yes)) }, 'Resolve');
    const no = h('button', { class: 'button quiet', click: done }, 'Keep it open');
    const dialog = h(
      'dialog',
      { class: 'ask', 'aria-labelledby': 'ask', close: done },
      h('h2', { id: 'ask' }, 'Resolve this conversation?'),
      h('p', {}, 'The customer is told that it is closed. If they write again, the bot answers first.'),
      h('div', { class: 'actions' }, yes, no),
    );
    this.node.append(dialog);
    dialog.showModal();
  }

  /** @param {'claim' | 'resolve'} act @param {HTMLButtonElement} button */
  async #try(act, button) {
    button.disabled = true;
    this.#notice.hidden = true;
    try {
      this.#stored(await this.api.act(this.id, act, { client_id: uuid() }));
    } catch (problem) {
      this.#notice.textContent = problem.message;
      this.#notice.hidden = false;
    }
    button.disabled = false;
    await this.refresh();
    this.changed();
  }

  /** @param {Message} message */
  async #deliver({ client_id, text }) {
    try {
      this.#stored(await this.api.act(this.id, 'messages', { client_id, text }));
    } catch (error) {
      // Who has to sign in again finds the reply still on its way.
      throw error.status === 401 ? new Problem(0) : error;
    }
  }

  /** @param {{touchpoints: StaffTouchpoint[]}} answer */
  #stored({ touchpoints }) {
    const history = this.#history;
    const last = history?.touchpoints.at(-1)?.seq ?? 0;
    // What somebody else did in between is missing here; then the next reading brings all of it.
    if (history && touchpoints[0]?.seq === last + 1) history.touchpoints.push(...touchpoints);
  }
}
