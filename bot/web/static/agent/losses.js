import { h, icon } from '../widget/dom.js';
import { close, warning } from '../widget/icons.js';
import { nameOf } from './words.js';

/** Since when the customer was owed a word as the agent lost them. @param {StaffTouchpoint[]} all @param {number} got where the agent got them */
function owedSince(all, got) {
  const sent = all.findLastIndex(({ type }, at) => at > got && type === 'message.sent');
  return sent < 0 ? all[got]?.time : all.slice(sent).find(({ type }) => type === 'message.received')?.time;
}

/**
 * Why an agent doesn't have a conversation any more; nothing where it was their own doing, or is over.
 * @param {StaffTouchpoint[]} all of the conversation @param {string} me @param {string} name the customer's @param {NameOf} nameOfAgent
 */
export function lossOf(all, me, name, nameOfAgent) {
  const at = all.findLastIndex((one) => one.from === me || (one.type === 'assignment.expired' && one.agent_id === me));
  const got = all.findLastIndex(({ type, agent_id }) => agent_id === me && /^conversation\.(assigned|taken|transf)/.test(type));
  const { type, actor, reason, time, agent_id } = all[at] ?? {};
  if (at < got || !type || actor?.id === me) return '';
  if (type === 'conversation.taken_over') return `${actor?.name ?? 'A colleague'} has taken over ${name}.`;
  if (type === 'conversation.transferred') return `${actor?.name ?? 'A supervisor'} has given ${name} to ${nameOfAgent(agent_id)}.`;
  if (reason === 'absent') return `${name} went back to the queue: your page gave no sign of life.`;
  if (reason !== 'late') return '';
  const since = owedSince(all.slice(0, at), got);
  const minutes = since ? Math.round((Date.parse(time ?? '') - Date.parse(since)) / 60_000) : 0;
  return `${name} went back to the queue: not answered ${minutes ? `for ${minutes} min` : 'in time'}.`;
}

/** Tells an agent which conversations they have lost and why, until they have put it away. */
export class Losses {
  /** @type {Map<string, string>} the customers' names by conversation */
  #mine = new Map();
  node = h('div', { class: 'losses', role: 'log', 'aria-label': 'Lost conversations' });

  /** @param {import('./api.js').AgentApi} api @param {import('./directory.js').Directory} directory */
  constructor(api, directory) {
    this.api = api;
    this.directory = directory;
  }

  /** @param {Queue} queue */
  look({ assigned }) {
    const { me } = this.directory;
    const mine = assigned.filter(({ agent }) => agent?.id === me.id);
    const before = this.#mine;
    this.#mine = new Map(mine.map((row) => [row.conversation_id, nameOf(row.customer_name, row.conversation_id)]));
    for (const [id, name] of before) if (!this.#mine.has(id)) this.#ask(id, name);
  }

  /** @param {string} id @param {string} name */
  async #ask(id, name) {
    const { me } = this.directory;
    /** @param {StaffTouchpoint[]} all */
    const why = (all) => lossOf(all, me.id, name, (agent) => this.directory.nameOf(agent));
    // What this agent may not read any more has gone to a skill of others.
    const words = await this.api.conversation(id).then(
      ({ touchpoints }) => why(touchpoints),
      ({ status }) => (status === 404 ? `${name} is not with you any more.` : ''),
    );
    if (words) this.#tell(id, words);
  }

  /** @param {string} id @param {string} words */
  #tell(id, words) {
    const away = h(
      'button',
      { class: 'icon-button', 'aria-label': 'Put away', title: 'Put away', click: () => line.remove() },
      icon(close),
    );
    const line = h('p', { class: 'loss' }, icon(warning), h('a', { href: `#conversation=${id}` }, words), away);
    this.node.append(line);
  }
}
