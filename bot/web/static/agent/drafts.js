import { Store } from '../widget/store.js';

/** What an agent has written in one conversation and not sent, for as long as the tab is open. */
export class Drafts {
  /** @param {string} id */
  constructor(id) {
    const store = (/** @type {string} */ kind) => new Store('sessionStorage', `bot-agent:${kind}:${id}`);
    this.stores = { draft: store('draft'), note: store('note'), unsent: store('unsent') };
  }

  /** @param {'draft' | 'note'} kind a reply, or a note to colleagues @returns {string} */
  text(kind) {
    return this.stores[kind].value ?? '';
  }

  /** @param {'draft' | 'note'} kind @param {string} value */
  keep(kind, value) {
    this.stores[kind].value = value;
  }

  /** @returns {Message[]} */
  get unsent() {
    return this.stores.unsent.value ?? [];
  }

  set unsent(items) {
    this.stores.unsent.value = items.length ? items : null;
  }
}
