/** What an agent has written in one conversation and not sent, for as long as the tab is open. */
export class Drafts {
  #memory = {};

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  /** @param {'draft' | 'note'} kind a reply, or a note to colleagues @returns {string} */
  text(kind) {
    return this.#read(kind) ?? '';
  }

  /** @param {'draft' | 'note'} kind @param {string} value */
  keep(kind, value) {
    this.#write(kind, value);
  }

  /** @returns {Message[]} */
  get unsent() {
    return this.#read('unsent') ?? [];
  }

  set unsent(items) {
    this.#write('unsent', items.length ? items : null);
  }

  /** @param {'draft' | 'note' | 'unsent'} kind */
  #read(kind) {
    try {
      return JSON.parse(this.#memory[kind] ?? sessionStorage.getItem(`bot-agent:${kind}:${this.id}`));
    } catch {
      return null;
    }
  }

  /** @param {'draft' | 'note' | 'unsent'} kind @param {any} value */
  #write(kind, value) {
    const key = `bot-agent:${kind}:${this.id}`;
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      else sessionStorage.removeItem(key);
    } catch {
      this.#memory[kind] = JSON.stringify(value);
    }
  }
}
