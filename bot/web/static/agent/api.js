import { json, Problem, request } from '../widget/api.js';

/** The agents' calls. The cookie goes by itself; every write sends the session's `csrf` back. */
export class AgentApi {
  /** @type {Session | null} */
  session = null;
  /** Called when the server no longer knows who this is. */
  signedOut = () => {};

  /** @param {string} base ends in a slash */
  constructor(base) {
    this.base = `${base}api/agent/`;
  }

  /** @returns {Promise<Session | null>} null where nobody is signed in */
  async current() {
    try {
      return (this.session = await json(`${this.base}session`, {}));
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  }

  /** @param {'session' | 'setup'} call @param {object} body */
  async enter(call, body) {
    this.session = await json(`${this.base}${call}`, { method: 'POST' }, body);
  }

  async leave() {
    await this.write('session', undefined, 'DELETE');
    this.session = null;
  }

  /** @returns {Promise<Queue>} */
  queue() {
    return this.#call('queue', {});
  }

  /** @param {string} id @returns {Promise<History>} */
  conversation(id) {
    return this.#call(`conversations/${encodeURIComponent(id)}`, {});
  }

  /** @param {string} query @param {number} limit @returns {Promise<{found: Found[], reading?: boolean, since?: string}>} */
  search(query, limit) {
    return this.#call(`conversations?limit=${limit}&query=${encodeURIComponent(query)}`, {});
  }

  /** @param {string} id @returns {Promise<{suggestions: Suggestion[]}>} */
  suggestions(id) {
    return this.#call(`conversations/${encodeURIComponent(id)}/suggestions`, {});
  }

  /** @param {string} locale @returns {Promise<{replies: Canned[]}>} */
  replies(locale) {
    return this.#call(`replies${locale ? `?locale=${encodeURIComponent(locale)}` : ''}`, {});
  }

  /** @returns {Promise<{intents: {name: string, title: string}[]}>} */
  intents() {
    return this.#call('intents', {});
  }

  /** @returns {Promise<Presences>} */
  presence() {
    return this.#call('presence', {});
  }

  /** @returns {Promise<Overview>} */
  overview() {
    return this.#call('overview', {});
  }

  /** @param {string} id @param {Act} act @param {object} body */
  act(id, act, body) {
    return this.write(`conversations/${encodeURIComponent(id)}/${act}`, body);
  }

  /** Tells what need not arrive. @param {string} id @param {'typing' | 'read' | 'looking'} what @param {object} [body] */
  hint(id, what, body) {
    this.write(`conversations/${encodeURIComponent(id)}/${what}`, body).catch(() => {});
  }

  /** @param {string} call @returns {Promise<any>} */
  read(call) {
    return this.#call(call, {});
  }

  /** @param {string} call @param {object} [body] @returns {Promise<any>} */
  write(call, body, method = 'POST') {
    return this.#call(call, { method, headers: { 'X-CSRF-Token': this.session?.csrf ?? '' } }, body);
  }

  /** @param {AbortSignal} signal */
  stream(signal) {
    return request(`${this.base}stream`, { signal, headers: { Accept: 'text/event-stream' }, cache: 'no-store' });
  }

  /** @param {string} call @param {RequestInit} options @param {object} [body] */
  async #call(call, options, body) {
    try {
      return await json(this.base + call, options, body);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.signedOut();
      throw error;
    }
  }
}
