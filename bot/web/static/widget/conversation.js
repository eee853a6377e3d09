import { Api, Problem } from './api.js';
import { uuid } from './dom.js';
import { Log } from './log.js';
import { Outbox } from './outbox.js';
import { Store } from './store.js';
import { Stream } from './stream.js';

/** A hidden tab polls at this pace and holds no stream: a browser has six connections to a host, for all its tabs. */
const HIDDEN = 60_000;

/** The customer's conversation: begins with the first message, and goes on in every tab and after a reload. */
export class Conversation {
  log = new Log();
  /** Touchpoints up to this `seq` have been seen. */
  read = 0;
  live = true;
  ended = false;
  loading = false;
  /** @type {Place | null} */
  queue = null;
  /** Why the customer may not write any more. @type {Problem | null} */
  blocked = null;
  /** @type {Owner} */
  #owner = 'bot';
  #typed = 0;
  /** @type {?object} */
  #customer = null;
  #filling;
  #polling = 0;
  /** @type {?object} */
  #wish = null;

  /** @param {string} base @param {ConversationOn} on */
  constructor(base, on) {
    this.on = on;
    this.api = new Api(base);
    // Two widgets on one site know nothing of each other.
    const key = `bot:${base}`;
    this.saved = new Store('localStorage', key);
    this.unsent = new Store('sessionStorage', key);
    this.outbox = new Outbox(
      this.unsent.value ?? [],
      (message) => this.#deliver(message),
      () => this.#keep(),
    );
    this.stream = new Stream({
      connect: (signal) => this.api.stream(this.log.last, signal),
      event: (name, data) => {
        if (name === 'message') this.add([data]);
        else if (name === 'typing') on.typing(data.actor);
        else if (name === 'queue') this.#placed(data);
      },
      state: (live) => {
        this.live = live;
        on.changed([]);
        if (live) this.#ask();
      },
      lost: () => this.#forget(),
    });
    addEventListener('storage', (event) => event.key === key && this.#follow());
    document.addEventListener('visibilitychange', () => {
      this.#watch();
      on.changed([]);
    });
  }

  /** Takes up the conversation this browser remembers, if there is one. */
  async resume() {
    const saved = this.saved.value;
    if (saved) {
      this.api.conversation = saved;
      this.read = saved.read ?? 0;
      this.loading = true;
      await this.#fill();
      this.loading = false;
      this.#watch();
    }
    this.outbox.run();
  }

  /** @param {Touchpoint[]} touchpoints @returns {number} how many of them were new */
  add(touchpoints) {
    const fresh = this.log.add(touchpoints);
    // The comment on a rating may not come back.
    for (const one of fresh) one.comment ??= this.outbox.take(one.client_id)?.feedback?.comment;
    this.on.changed(fresh);
    if (this.log.gap && !this.#filling) this.#fill().then(() => this.log.gap && this.stream.restart());
    return fresh.length;
  }

  /** Only a person is told of typing and reading, and only who waits has a place. */
  set owner(/** @type {Owner} */ owner) {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.queue = null;
    this.#ask();
  }

  markRead() {
    const { conversation } = this.api;
    if (!conversation || this.read >= this.log.last) return;
    this.read = this.log.last;
    this.saved.value = { ...conversation, read: this.read };
    if (this.#owner !== 'bot' && this.log.items.at(-1).actor.kind !== 'customer') this.#tell('read', { seq: this.read });
  }

  /** Told while it lasts, not at every key. */
  typing() {
    if (this.#owner === 'bot' || Date.now() - this.#typed < 3000) return;
    this.#typed = Date.now();
    this.#tell('typing');
  }

  /** @param {Survey} survey @param {'shown' | 'dismissed'} what became of it */
  note({ seq, id, episode, kind }, what) {
    const { api, on, saved, read } = this;
    if (api.conversation[what] >= seq) return;
    // Seen in two tabs, it has the same id.
    const client_id = what === 'shown' ? id : uuid();
    this.post(`feedback/${what}`, { client_id, episode, kind }).catch(on.error);
    saved.value = { ...Object.assign(api.conversation, { [what]: seq }), read };
    on.changed([]);
  }

  /** @param {object} customer */
  async identify(customer) {
    this.#customer = customer;
    if (this.api.conversation) await this.post('identity', customer);
  }

  async leave() {
    const left = await this.post('leave', { client_id: uuid() }).catch((error) => {
      // Somebody has just claimed it; the stream says who.
      if (error.status !== 409) throw error;
    });
    this.add(left?.touchpoints ?? []);
  }

  /** The next visitor starts over as nobody known; what was said stays with the shop. */
  reset() {
    this.#customer = null;
    this.#wish = null;
    this.#forget();
    this.log = new Log();
    this.ended = false;
    this.outbox.items.length = 0;
    this.#keep();
  }

  /** @param {Message} message */
  async #deliver({ client_id, text, payload, feedback }) {
    if (!this.api.conversation) {
      if (feedback) return; // what it rates is gone
      await this.#begin();
    }
    const { conversation } = this.api;
    const body = { client_id, text, payload, ...feedback };
    try {
      const { touchpoints } = await this.post(feedback ? 'feedback' : 'messages', body);
      if (this.api.conversation === conversation) this.add(touchpoints);
    } catch (error) {
      if (!error.lost) throw error;
      this.#forget();
      // Worth another try, which begins a new conversation.
      throw new Problem(0);
    }
  }

  /** Nothing more is tried for who may not write. @param {string} call @param {object} [body] */
  async post(call, body) {
    if (this.blocked) throw this.blocked;
    return this.api.post(call, body).catch((error) => {
      if (error.blocked) this.blocked = error;
      this.on.changed([]);
      throw error;
    });
  }

  /** What may get lost. @param {string} call @param {object} [body] */
  #tell(call, body) {
    if (this.api.conversation) this.post(call, body).catch(() => {});
  }

  async #ask() {
    if (this.#owner === 'queued' && this.live) this.#placed(await this.api.get('queue').catch(() => this.queue));
  }

  /** @param {Place | null} place */
  #placed(place) {
    this.queue = this.#owner === 'queued' ? place : null;
    this.on.changed([]);
  }

  #begin() {
    const begin = async () => {
      // Another tab may have begun one meanwhile.
      if (this.saved.value) return this.#follow();
      const wish = (this.#wish ??= { client_id: uuid(), ...this.on.context() });
      const customer = this.#customer;
      const { conversation_id, token, touchpoints } = await this.post('', { ...wish, customer }).catch((error) => {
        if (!customer || error.status !== 403 || error.blocked) throw error;
        // Its signature is wrong or has run out: the next try is nobody's.
        if (customer === this.#customer) this.#customer = null;
        this.on.error(error);
        throw new Problem(0);
      });
      // It is the last visitor's.
      if (wish !== this.#wish) throw new Problem(0);
      this.api.conversation = this.saved.value = { conversation_id, token };
      this.#wish = null;
      this.log = new Log();
      this.read = 0;
      this.ended = false;
      this.add(touchpoints);
      this.#watch();
    };
    // Locks exist on pages served by https only.
    return navigator.locks?.request(this.saved.key, begin) ?? begin();
  }

  /** Does what another tab did: took up a conversation, read on, or gave it up. */
  async #follow() {
    const saved = this.saved.value;
    this.read = Math.max(this.read, saved?.read ?? 0);
    if (saved?.conversation_id !== this.api.conversation?.conversation_id) {
      this.api.conversation = null;
      this.#watch();
      this.log = new Log();
      if (saved) await this.resume();
    } else if (saved) Object.assign(this.api.conversation, saved);
    this.on.changed([]);
  }

  #forget() {
    this.ended = !!this.api.conversation;
    this.live = true;
    this.blocked = null;
    this.api.conversation = this.saved.value = null;
    this.#watch();
    this.on.changed([]);
  }

  /** Hears what is new in the conversation. */
  #watch() {
    clearInterval(this.#polling);
    if (!this.api.conversation) this.stream.stop();
    else if (!document.hidden) this.stream.start();
    else
      this.#polling = setInterval(() => {
        this.stream.stop();
        this.#fill();
      }, HIDDEN);
  }

  /** Asks for all that comes after the last one seen, once at a time. */
  #fill() {
    return (this.#filling ??= this.#load().finally(() => (this.#filling = null)));
  }

  async #load() {
    const { log } = this;
    let touchpoints;
    try {
      do ({ touchpoints } = await this.api.get(`touchpoints?after=${log.last}`));
      while (log === this.log && this.add(touchpoints));
    } catch (error) {
      if (error.lost) this.#forget();
      else this.on.error(error);
    }
  }

  #keep() {
    const { items } = this.outbox;
    this.unsent.value = items[0] ? items : null;
    this.on.changed([]);
  }
}
