import { h, icon } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { Stream } from '../widget/stream.js';
import { ConversationView } from './conversation.js';
import { QueueView } from './queue.js';

/** Changes are told at once; this often everything is asked for anyway. */
const POLL = 20_000;

/** The page of a signed-in agent: the queue, and one conversation of it. */
export class Desk {
  #status = h('p', { class: 'connection', role: 'status' });
  #place = h('main', { class: 'place' });
  /** @type {ConversationView | null} */
  #open = null;
  /** @type {Map<string, ConversationView>} those left while a reply was still on its way */
  #left = new Map();
  #asked = 0;

  /** @param {import('./api.js').AgentApi} api @param {() => void} signOut */
  constructor(api, signOut) {
    this.api = api;
    const { account } = /** @type {Session} */ (api.session);
    this.me = account.id;
    this.queue = new QueueView(this.me, () => this.refresh());
    this.node = h(
      'div',
      { class: 'desk' },
      h(
        'header',
        { class: 'bar' },
        h('h1', {}, 'Conversations'),
        this.#status,
        h('p', { class: 'account' }, account.name),
        h('button', { class: 'button quiet', click: signOut }, 'Sign out'),
      ),
      this.queue.node,
      this.#place,
    );
    this.stream = new Stream({
      connect: (signal) => api.stream(signal),
      event: (name, data) => name === 'changed' && this.#changed(data.conversation_id),
      state: (live) => this.#say(live),
      lost: () => api.signedOut(),
    });
    this.follow = () => this.#follow();
    this.awake = () => {
      if (document.hidden) return;
      this.stream.refresh();
      this.refresh();
    };
  }

  start() {
    addEventListener('hashchange', this.follow);
    document.addEventListener('visibilitychange', this.awake);
    this.timer = setInterval(() => this.refresh(), POLL);
    this.stream.start();
    this.#follow();
    this.refresh();
  }

  stop() {
    removeEventListener('hashchange', this.follow);
    document.removeEventListener('visibilitychange', this.awake);
    clearInterval(this.timer);
    clearTimeout(this.#asked);
    this.stream.stop();
    this.#open?.stop();
  }

  /** Reads the queue and the open conversation anew. */
  async refresh() {
    this.#open?.refresh();
    try {
      const queue = await this.api.queue();
      this.queue.update(queue, this.#open?.id ?? '');
      this.last = queue;
    } catch (problem) {
      this.queue.fail(problem.message);
    }
  }

  /** Several changes in a row are one reading. @param {string} id */
  #changed(id) {
    clearTimeout(this.#asked);
    this.#asked = setTimeout(() => this.refresh(), id === this.#open?.id ? 30 : 150);
  }

  #say(live) {
    const words = live ? '' : 'No connection. Trying again.';
    if (this.#status.textContent === words) return;
    this.#status.replaceChildren(...(words ? [icon(icons.warning), words] : []));
    if (live) this.refresh();
  }

  #follow() {
    const id = new URLSearchParams(location.hash.slice(1)).get('conversation') ?? '';
    this.node.classList.toggle('reading', Boolean(id));
    if (id && id === this.#open?.id) return;
    const before = this.#open;
    before?.stop();
    if (before?.outbox.items.length) this.#left.set(before.id, before);
    this.#open = id ? (this.#left.get(id) ?? new ConversationView(this.api, id, () => this.refresh())) : null;
    this.#left.delete(id);
    this.#place.replaceChildren(
      this.#open?.node ?? h('p', { class: 'state' }, 'Choose a conversation from the queue.'),
    );
    if (this.last) this.queue.update(this.last, id);
    this.#open?.start();
  }
}
