import { Store } from '../widget/store.js';

/** @param {string} agent_id */
const unsentOf = (agent_id) => new Store('sessionStorage', `bot-agent:${agent_id}:unsent`);

/** What one agent has written in one conversation and not sent, for as long as the tab is open. */
export class Drafts {
  /** The conversations in which something was on its way. @param {string} agent_id @returns {string[]} */
  static left = (agent_id) => Object.keys(unsentOf(agent_id).value ?? {});

  /** @param {string} agent_id nobody else at this tab sees or sends it @param {string} id */
  constructor(agent_id, id) {
    this.id = id;
    const store = (/** @type {string} */ kind) => new Store('sessionStorage', `bot-agent:${agent_id}:${kind}:${id}`);
    this.stores = { draft: store('draft'), note: store('note') };
    this.sending = unsentOf(agent_id);
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
    return this.sending.value?.[this.id] ?? [];
  }

  set unsent(items) {
    const { [this.id]: _, ...others } = this.sending.value ?? {};
    const all = items.length ? { ...others, [this.id]: items } : others;
    this.sending.value = Object.keys(all).length ? all : null;
  }
}
