import { Problem } from '../widget/api.js';
import { h, icon } from '../widget/dom.js';
import { Outbox } from '../widget/outbox.js';
import { Acts } from './acts.js';
import { CustomerPanel } from './customer.js';
import { Drafts } from './drafts.js';
import { HistoryView } from './history.js';
import { eye } from './icons.js';
import { SummaryView } from './summary.js';
import { Toolbar } from './toolbar.js';
import { nameOf, plain } from './words.js';
import { Writer } from './writer.js';

/** The others are told this often that somebody looks on. */
const LOOKING = 20_000;
/** "Is typing" goes away by itself after this. */
const TYPING = 6000;

/** One conversation: who it is with, all that happened, and what the agent can do now. */
export class ConversationView {
  #title = h('h2', { dir: 'auto' }, 'Loading');
  #facts = h('p', { class: 'facts' });
  #watching = h('p', { class: 'watching', role: 'status' });
  #notice = h('p', { class: 'alert', role: 'alert', hidden: true });
  #typing = h('p', { class: 'typing', role: 'status' });
  #why = h('p', { class: 'why-not', role: 'status', hidden: true });
  #summary = new SummaryView();
  /** @type {History | null} */
  #history = null;
  /** @type {HistoryView | null} */
  #view = null;
  #asked = 0;
  /** Which of the questions what is on show answers. */
  #answered = 0;
  #shownOwner = '';
  #mine = false;
  #free = true;
  /** The agent has just taken it, and wants to write. */
  #taken = false;
  #customerRead = 0;
  #read = 0;

  /**
   * @param {import('./api.js').AgentApi} api @param {string} id @param {import('./directory.js').Directory} directory
   * @param {{changed(): void, details(open: boolean): void}} on
   */
  constructor(api, id, directory, on) {
    this.api = api;
    this.id = id;
    this.directory = directory;
    this.on = on;
    this.drafts = new Drafts(directory.me.id, id);
    this.outbox = new Outbox(
      this.drafts.unsent,
      (message) => this.#deliver(message),
      () => {
        this.drafts.unsent = this.outbox.items;
        this.#render();
      },
    );
    this.writer = new Writer(api, id, this.drafts, directory, (text, kind) => {
      this.#view?.toEnd();
      // What a message is, is kept with it over a reload.
      this.outbox.push(/** @type {any} */ ({ text, note: kind === 'note' || undefined }));
    });
    this.acts = new Acts(api, id, directory, (answer) => this.#done(answer));
    this.acts.taken = () => {
      this.#taken = true;
      this.#begin();
    };
    this.acts.keep = (note) => this.writer.putBefore('note', note);
    this.panel = new CustomerPanel(id, {
      block: (blocked) => this.acts.block(blocked),
      close: () => on.details(false),
    });
    this.toolbar = new Toolbar(
      this.acts,
      directory,
      (act) => this.#try(act),
      () => on.details(true),
    );
    this.body = h('div', { class: 'body' }, h('p', { class: 'state' }, 'Loading the conversation'));
    const back = h('a', { class: 'back', href: '#' }, 'Back to the queue');
    const about = h('div', { class: 'about' }, this.#title, this.#facts);
    this.node = h(
      'article',
      { class: 'conversation' },
      h('header', {}, back, about, this.toolbar.node),
      this.#watching,
      this.#notice,
      this.#summary.node,
      this.body,
      this.#typing,
      h('div', { class: 'reply' }, this.#why, this.writer.node),
    );
  }

  start() {
    const look = () => document.hidden || this.api.hint(this.id, 'looking');
    this.timers = [setInterval(() => this.#view?.tick(), 30_000), setInterval(look, LOOKING)];
    look();
    this.refresh();
  }

  stop() {
    this.api.hint(this.id, 'looking', { looking: false });
    this.timers?.forEach(clearInterval);
    clearTimeout(this.quiet);
  }

  async refresh() {
    const asked = ++this.#asked;
    try {
      const history = await this.api.conversation(this.id);
      // Answers may overtake each other.
      if (asked < this.#answered) return;
      this.#answered = asked;
      this.#history = history;
    } catch (problem) {
      this.#fail(problem);
      return;
    }
    this.#render();
    if (this.outbox.items.some((message) => !message.failed)) this.outbox.run();
  }

  /** What the stream tells of this conversation beside its touchpoints. @param {string} name @param {any} data */
  heard(name, data) {
    if (name === 'typing' && data.actor?.id !== this.directory.me.id) {
      const who = data.actor?.kind === 'agent' ? (data.actor.name ?? 'A colleague') : this.#title.textContent;
      this.#say(`${who} is typing`);
    } else if (name === 'read' && data.actor?.kind === 'customer') {
      // It may be about a message that is on its way here.
      this.#customerRead = Math.max(this.#customerRead, data.seq);
      this.#view?.seen(this.#customerRead);
    }
    if (name === 'looking') this.refresh();
  }

  /** What a key does here. @param {string} act */
  press(act) {
    if (!this.#history) return;
    if (act === 'reply') this.writer.focus('draft');
    else if (act === 'note') this.writer.focus('note');
    else if (act === 'suggest') this.writer.suggestions.choose(0);
    else if (act === 'bot') this.#view?.fold();
    else if (act === 'history') this.#view?.focus();
    else if (act === 'intent') this.#correct(this.#view?.message);
    else this.toolbar.press(act);
  }

  #fail(problem) {
    if (this.#history) {
      if (problem.status === 404) this.#close(this.#history);
      return;
    }
    const again = h('button', { class: 'link', click: () => this.refresh() }, 'Try again');
    this.#title.textContent = 'Conversation';
    this.panel.fail(problem.message);
    this.body.replaceChildren(
      h('p', { class: 'state', role: 'alert' }, `It could not be loaded. ${problem.message} `, again),
    );
  }

  /** It has gone where this agent may not read it. @param {History} history */
  #close({ customer }) {
    this.#shownOwner = '';
    this.#mine = this.#free = false;
    this.toolbar.node.hidden = true;
    this.writer.update({ draft: false, note: false }, customer);
    this.#why.textContent = 'This conversation has gone to a skill that you don’t have. What is shown here is as you last saw it.';
    this.#why.hidden = false;
  }

  #render() {
    const history = this.#history;
    if (!history) return;
    const { customer, touchpoints } = history;
    const name = nameOf(customer.name, this.id);
    if (!this.#view) {
      this.#view = new HistoryView(name, {
        retry: (id) => this.outbox.retry(id),
        edit: (id) => {
          const kind = this.outbox.items.find(({ client_id }) => client_id === id)?.note ? 'note' : 'draft';
          // Where it may not be written it would be out of sight: it stays where it is.
          if (this.writer.may[kind]) this.writer.restore(kind, this.outbox.take(id)?.text ?? '');
        },
        correct: (message) => this.#correct(message),
        nameOf: (id) => this.directory.nameOf(id),
      });
      this.body.replaceChildren(this.#view.node);
    }
    this.#title.textContent = this.acts.name = name;
    this.#summary.update(history);
    const { skill, intent } = history;
    const about = this.#summary.node.hidden ? intent : skill !== 'general' && skill;
    this.#facts.textContent = [about && plain(about), customer.locale].filter(Boolean).join(' · ');
    const others = (history.watching ?? []).map((one) => one.name);
    const looking = others.length ? `${others.join(', ')} ${others.length > 1 ? 'look' : 'looks'} on` : '';
    if (this.#watching.textContent !== looking)
      this.#watching.replaceChildren(...(looking ? [icon(eye), looking] : []));
    this.#view.update(touchpoints, this.outbox.items);
    this.#customerRead = Math.max(this.#customerRead, history.customer_read ?? 0);
    if (this.#customerRead) this.#view.seen(this.#customerRead);
    this.panel.update(history, this.directory.supervises);
    this.#own(history);
    this.#seen(touchpoints);
  }

  /** What the agent can do depends on who owns it. @param {History} history */
  #own(history) {
    const { owner, agent, touchpoints, customer, blocked } = history;
    const mine = owner === 'assigned' && agent?.id === this.directory.me.id;
    this.toolbar.node.hidden = false;
    this.toolbar.update(history, mine);
    const last = touchpoints.findLast(({ type }) => type === 'message.received')?.seq ?? 0;
    this.acts.wrote(last);
    if (mine && last) this.writer.suggestions.update(last);
    const shown = `${owner} ${agent?.id} ${blocked}`;
    if (shown === this.#shownOwner) return;
    this.#shownOwner = shown;
    this.#say('');
    const who = agent?.name ?? 'Another agent';
    const why = {
      bot: 'The bot has this conversation.',
      queued: 'Claim the conversation to reply.',
      assigned: this.#mine ? `${who} has this conversation now.` : `${who} replies here.`,
      closed: 'This request is closed. The next message of the customer opens a new one.',
    }[owner];
    this.#mine = mine;
    // What a colleague has, only supervisors may annotate.
    this.#free = mine || owner !== 'assigned' || this.directory.supervises;
    this.node.classList.toggle('aside', !this.#free);
    this.writer.update({ draft: mine, note: this.#free }, customer);
    const kept = this.writer.held ? ' What you wrote is kept.' : '';
    this.#why.textContent = mine ? '' : why + kept;
    this.#why.hidden = mine;
    this.#begin();
  }

  /** Whoever has just taken a conversation can reply at once; nobody is led there out of a note. */
  #begin() {
    if (!this.#taken || !this.#mine) return;
    this.#taken = false;
    if (!this.writer.noting) this.writer.focus('draft');
  }

  /** @param {StaffTouchpoint[]} touchpoints */
  #seen(touchpoints) {
    const seq = touchpoints.at(-1)?.seq ?? 0;
    if (touchpoints.at(-1)?.actor.kind === 'customer') this.#say('');
    if (seq <= this.#read || document.hidden || this.#history?.owner !== 'assigned') return;
    this.#read = seq;
    this.api.hint(this.id, 'read', { seq });
  }

  /** @param {string} words who is typing, or nothing */
  #say(words) {
    clearTimeout(this.quiet);
    if (this.#typing.textContent !== words) this.#typing.textContent = words;
    if (words) this.quiet = setTimeout(() => (this.#typing.textContent = ''), TYPING);
  }

  /** @param {StaffTouchpoint | undefined} message */
  #correct(message) {
    if (message && this.#free) this.acts.correct(message, () => this.#view?.focus(message.seq));
  }

  /** Does what needs no question, and says in place why it could not be done. @param {() => Promise<void>} act */
  async #try(act) {
    this.#notice.hidden = true;
    try {
      await act();
    } catch (problem) {
      this.#notice.textContent = problem.message;
      this.#notice.hidden = false;
      await this.refresh();
      this.on.changed();
    }
  }

  /** @param {{touchpoints?: StaffTouchpoint[]} | null} answer */
  async #done(answer) {
    this.#notice.hidden = true;
    this.#stored(answer?.touchpoints ?? []);
    await this.refresh();
    this.on.changed();
  }

  /** @param {Message & {note?: boolean}} message */
  async #deliver({ client_id, text, note }) {
    try {
      const { touchpoints } = await this.api.act(this.id, note ? 'notes' : 'messages', { client_id, text });
      this.#stored(touchpoints);
    } catch (error) {
      // Who has to sign in again finds the reply still on its way.
      throw error.status === 401 ? new Problem(0) : error;
    }
  }

  /** @param {StaffTouchpoint[]} touchpoints */
  #stored(touchpoints) {
    const history = this.#history;
    const last = history?.touchpoints.at(-1)?.seq ?? 0;
    // What somebody else did in between is missing here; then the next reading brings all of it.
    if (!history || touchpoints[0]?.seq !== last + 1) return;
    history.touchpoints.push(...touchpoints);
    // What was asked before may not know of it.
    this.#answered = ++this.#asked;
  }
}
