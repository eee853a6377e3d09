/** @typedef {'localStorage' | 'sessionStorage'} Area */

/** What outlives a page; where the browser denies storage, it lives as long as the page. */
export class Store {
  #memory = {};

  /** @param {string} base two widgets on one site know nothing of each other */
  constructor(base) {
    this.key = `bot:${base}`;
  }

  /** The conversation, for every tab. @returns {Saved | null} */
  get conversation() {
    return this.#read('localStorage');
  }

  set conversation(value) {
    this.#write('localStorage', value);
  }

  /** What this tab has still to send. @returns {Message[]} */
  get outbox() {
    return this.#read('sessionStorage') ?? [];
  }

  set outbox(items) {
    this.#write('sessionStorage', items.length ? items : null);
  }

  /** @param {Area} area */
  #read(area) {
    try {
      return JSON.parse(this.#memory[area] ?? window[area].getItem(this.key));
    } catch {
      return null;
    }
  }

  /** @param {Area} area @param {any} value */
  #write(area, value) {
    try {
      if (value) window[area].setItem(this.key, JSON.stringify(value));
      else window[area].removeItem(this.key);
    } catch {
      this.#memory[area] = JSON.stringify(value);
    }
  }
}
