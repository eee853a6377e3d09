import { h, icon } from '../widget/dom.js';
import { warning } from '../widget/icons.js';
import { Stream } from '../widget/stream.js';
import { Alerts } from './alerts.js';
import { ConversationView } from './conversation.js';
import { ask, dismissAll } from './dialog.js';
import { Directory } from './directory.js';
import { Drafts } from './drafts.js';
import { gauge, search as lens } from './icons.js';
import { Keys } from './keys.js';
import { Losses } from './losses.js';
import { Menu } from './menu.js';
import { OverviewView } from './overview.js';
import { pageOf, pagesFor } from './pages.js';
import { givenUp, PresenceSwitch } from './presence.js';
import { QueueView } from './queue.js';
import { quiet, writes } from './quiet.js';
import { search } from './search.js';

/** Changes are told at once; this often everything is asked for anyway. */
const POLL = 20_000;
/** Several changes in a row are one reading. */
const TOGETHER = 150;
/** A reading of a long queue takes a while: the next one waits this many times as long. */
const REST = 4;

/** The page of a signed-in agent: the queue, and beside it a conversation with its customer, or another page. */
export class Desk {
  #status = h('p', { class: 'connection', role: 'status' });
  #place = h('main', { class: 'place' });
  #side = h('div', { class: 'side' });
  /** @type {ConversationView | null} */
  #open = null;
  /** @type {{node: HTMLElement, start?(): void, stop?(): void, refresh?(): void} | null} */
  #page = null;
  /** @type {Map<string, ConversationView>} those left while a reply was still on its way */
  #left = new Map();
  #asked = 0;
  #asking = false;
  #next = 0;

  /** @param {import('./api.js').AgentApi} api @param {() => void} signOut */
  constructor(api, signOut) {
    this.api = api;
    this.directory = new Directory(api);
    this.signOut = signOut;
    const { me, supervises } = this.directory;
    this.queue = new QueueView(me.id, () => this.refresh());
    this.alerts = new Alerts(me.id);
    this.losses = new Losses(api, this.directory);
    this.presence = new PresenceSwitch(api, this.directory);
    this.keys = new Keys(this.#acts());
    const bar = this.#bar(me.name, supervises);
    this.node = h('div', { class: 'desk' }, bar, this.losses.node, this.queue.node, this.#place, this.#side);
    this.stream = new Stream({
      connect: (signal) => api.stream(signal),
      event: (name, data) => this.#heard(name, data),
      state: (live) => this.#say(live),
      lost: () => api.signedOut(),
    });
    this.follow = () => this.#follow();
    this.awake = () => {
      if (document.hidden) return;
      this.stream.start();
      this.refresh();
    };
  }

  /** @param {string} name @param {boolean} supervises */
  #bar(name, supervises) {
    const menu = new Menu(name, pagesFor(this.directory.me.role), {
      keys: () => this.keys.help(),
      leave: () => this.#leave(),
    });
    return h(
      'header',
      { class: 'bar' },
      h('h1', {}, 'Conversations'),
      this.#status,
      h(
        'button',
        {
          class: 'icon-button',
          'aria-label': 'Search conversations',
          title: 'Search (f)',
          click: () => search(this.api),
        },
        icon(lens),
      ),
      supervises &&
        h(
          'a',
          { class: 'icon-button', href: '#overview', 'aria-label': 'Overview', title: 'Overview (v)' },
          icon(gauge),
        ),
      this.presence.node,
      menu.node,
    );
  }

  /** Signs out; who would give up customers by it is asked first. */
  async #leave() {
    const load = await this.presence.load();
    if (!load) return this.signOut();
    ask({ title: 'Sign out?', text: givenUp(load), yes: 'Sign out', no: 'Stay', run: async () => this.signOut() });
  }

  /** What the keys do. @returns {Record<string, () => void>} */
  #acts() {
    const tab = (/** @type {'mine' | 'waiting' | 'others'} */ name) => () => this.queue.choose(name, true);
    const here = [
      'claim',
      'takeover',
      'reply',
      'note',
      'suggest',
      'transfer',
      'assign',
      'return',
      'resolve',
      'bot',
      'intent',
      'history',
    ];
    return {
      next: () => this.queue.move(1),
      previous: () => this.queue.move(-1),
      mine: tab('mine'),
      waiting: tab('waiting'),
      others: tab('others'),
      search: () => search(this.api),
      presence: () => this.presence.open(),
      overview: () => this.directory.supervises && (location.hash = 'overview'),
      queue: () => (location.hash = ''),
      customer: () => this.#open && this.#details(!this.node.classList.contains('with-customer')),
      help: () => this.keys.help(),
      ...Object.fromEntries(here.map((act) => [act, () => this.#open?.press(act)])),
    };
  }

  start() {
    addEventListener('hashchange', this.follow);
    document.addEventListener('visibilitychange', this.awake);
    this.timer = setInterval(() => this.refresh(), POLL);
    this.keys.start();
    this.stream.start();
    // What was on its way when the page or the session ended.
    for (const id of Drafts.left(this.directory.me.id)) this.#left.set(id, this.#conversation(id));
    for (const view of this.#left.values()) view.outbox.run();
    this.#follow();
    this.refresh();
  }

  stop() {
    removeEventListener('hashchange', this.follow);
    document.removeEventListener('visibilitychange', this.awake);
    clearInterval(this.timer);
    clearTimeout(this.#asked);
    this.keys.stop();
    this.queue.stop();
    this.stream.stop();
    this.#open?.stop();
    this.#page?.stop?.();
    // The next to sign in here may be somebody else.
    for (const view of [...this.#left.values(), this.#open]) view?.outbox.stop();
  }

  /** Reads everything on show anew. */
  async refresh() {
    this.#open?.refresh();
    this.#page?.refresh?.();
    this.directory.refresh().catch(() => {});
    await this.#readQueue();
  }

  async #readQueue() {
    if (this.#asking) return this.#soon();
    this.#asking = true;
    const began = performance.now();
    try {
      const queue = await this.api.queue();
      this.queue.update(queue, this.#open?.id ?? '');
      this.alerts.look(queue, this.#open?.id ?? '');
      this.losses.look(queue);
      this.last = queue;
    } catch (problem) {
      this.queue.fail(problem.message);
    }
    this.#asking = false;
    this.#next = performance.now() + REST * (performance.now() - began);
  }

  #soon() {
    clearTimeout(this.#asked);
    this.#asked = setTimeout(() => this.#readQueue(), Math.max(TOGETHER, this.#next - performance.now()));
  }

  /** @param {string} name @param {any} data */
  #heard(name, data) {
    if (name === 'presence') {
      this.directory.refresh().catch(() => {});
      this.#page?.refresh?.();
      return;
    }
    if (data.conversation_id === this.#open?.id) {
      if (name === 'changed') this.#open?.refresh();
      else this.#open?.heard(name, data);
    }
    if (name === 'changed') this.#soon();
  }

  #say(live) {
    if (live) for (const view of [this.#open, ...this.#left.values()]) view?.outbox.pause.hurry();
    const words = live ? '' : 'No connection. Trying again.';
    if (this.#status.textContent === words) return;
    this.#status.replaceChildren(...(words ? [icon(warning), words] : []));
    if (live) this.refresh();
  }

  /** @param {boolean} open */
  #details(open) {
    this.node.classList.toggle('with-customer', open);
    if (open) /** @type {HTMLElement | null} */ (this.#side.querySelector('button, a'))?.focus();
  }

  #follow() {
    const hash = new URLSearchParams(location.hash.slice(1));
    const id = hash.get('conversation') ?? '';
    const page = [...hash.keys()][0] ?? '';
    if (id && id === this.#open?.id) return;
    dismissAll();
    if (this.#place.contains(document.activeElement) && writes(document.activeElement)) quiet.begin();
    this.node.classList.remove('with-customer');
    const before = this.#open;
    before?.stop();
    this.#page?.stop?.();
    this.#page = null;
    if (before?.outbox.items.length) this.#left.set(before.id, before);
    this.#open = id ? (this.#left.get(id) ?? this.#conversation(id)) : null;
    this.#left.delete(id);
    if (!id && page) this.#page = page === 'overview' ? this.#overview() : pageOf(page, this.api);
    this.node.classList.toggle('reading', Boolean(id || this.#page));
    this.node.classList.toggle('paged', Boolean(this.#page));
    const shown = this.#open?.node ?? this.#page?.node;
    this.#place.replaceChildren(
      shown ?? h('p', { class: 'state' }, 'Choose a conversation from the queue. ? shows all keys.'),
    );
    this.#side.replaceChildren(this.#open?.panel.node ?? '');
    if (this.last) this.queue.update(this.last, id);
    this.#open?.start();
    this.#page?.start?.();
  }

  /** @param {string} id */
  #conversation(id) {
    const changed = () => {
      this.queue.settle();
      this.#readQueue().then(() => this.queue.settle());
    };
    return new ConversationView(this.api, id, this.directory, { changed, details: (open) => this.#details(open) });
  }

  #overview() {
    return this.directory.supervises ? new OverviewView(this.api, this.directory, () => this.#readQueue()) : null;
  }
}
