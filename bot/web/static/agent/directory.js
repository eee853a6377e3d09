/** What every part of the console looks up: who works here, the canned replies, the intents. Each is asked for once. */
export class Directory extends EventTarget {
  /** @type {Presences} */
  #presence = { me: { status: 'offline', automatic: false, capacity: 0 }, agents: [], skills: [] };
  /** @type {Map<string, Promise<Canned[]>>} by locale */
  #replies = new Map();
  /** @type {Promise<{name: string, title: string}[]> | null} */
  #intents = null;

  /** @param {import('./api.js').AgentApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** The agent who is signed in. */
  get me() {
    return /** @type {Session} */ (this.api.session).account;
  }

  get supervises() {
    return ['supervisor', 'admin'].includes(this.me.role);
  }

  get presence() {
    return this.#presence;
  }

  /** How many conversations this agent has. */
  get load() {
    return this.#presence.agents.find(({ id }) => id === this.me.id)?.load ?? 0;
  }

  /** Asks anew who is here. */
  async refresh() {
    this.#presence = await this.api.presence();
    this.dispatchEvent(new Event('presence'));
  }

  /** @param {string | undefined} id @returns {string} */
  nameOf(id) {
    if (id === this.me.id) return this.me.name;
    return this.#presence.agents.find((agent) => agent.id === id)?.name ?? 'another agent';
  }

  /** @param {string} locale of the customer @returns {Promise<Canned[]>} */
  replies(locale) {
    const known = this.#replies.get(locale);
    if (known) return known;
    const asked = this.api.replies(locale).then(({ replies }) => replies);
    this.#replies.set(locale, asked);
    // What failed is asked for again.
    asked.catch(() => this.#replies.delete(locale));
    return asked;
  }

  /** @returns {Promise<{name: string, title: string}[]>} */
  intents() {
    const ask = () => this.api.intents().then(({ intents }) => intents);
    return (this.#intents ??= ask().catch((problem) => ((this.#intents = null), Promise.reject(problem))));
  }
}
