import { ENDS, OUTCOMES, plain, reasonWords } from './words.js';

/** @typedef {Record<string, any> & {type: string}} Facts @typedef {(id: string | undefined) => string} Who */

const METHODS = { claimed: 'claimed', automatic: 'automatically', given: 'given by a supervisor' };

/** Why a presence has changed; a choice needs no word. */
const LEFT = { lost: 'no sign of life', signed_out: 'signed out', disabled: 'the account was disabled' };

/** @param {...(string | undefined | false)} parts */
const listed = (...parts) => parts.filter(Boolean).join('; ');

/** @param {Facts} facts @param {Who} who */
const to = ({ agent_id, skill }, who) => (agent_id ? `to ${who(agent_id)}` : skill ? `to the queue “${plain(skill)}”` : '');

/** @type {Record<string, (facts: Facts, who: Who) => string>} */
const WORDS = {
  'conversation.assigned': (facts, who) => listed(to(facts, who), METHODS[facts.method]),
  'conversation.transferred': (facts, who) => [facts.from && `from ${who(facts.from)}`, to(facts, who)].filter(Boolean).join(' '),
  'conversation.taken_over': (facts, who) => [facts.from && `from ${who(facts.from)}`, to(facts, who)].filter(Boolean).join(' '),
  'assignment.expired': ({ agent_id, reason }, who) => listed(agent_id && `from ${who(agent_id)}`, ENDS[reason] ?? plain(reason ?? '')),
  'agent.presence_changed': ({ status, reason, automatic }) =>
    listed(plain(status ?? ''), LEFT[reason], automatic && 'assigned to automatically'),
  'handoff.requested': ({ reason, skill }) => listed(reasonWords(reason), skill && `queue “${plain(skill)}”`),
  'episode.closed': ({ outcome, reason }) => (outcome ? (OUTCOMES[outcome] ?? outcome) : plain(reason ?? '')),
  'intent.corrected': ({ intent, was }) => `${plain(intent ?? '')}${was ? `; was ${plain(was)}` : ''}`,
};

/** The other facts that are told, and what each is called. */
const NAMES = {
  role: 'role',
  was: 'was',
  fields: 'changed',
  skill: 'skill',
  reason: 'why',
  outcome: 'outcome',
  sessions: 'sessions',
  model_version: 'model',
};

/** Everything else that is known of what happened, in words: whom it went from and to, and why. @param {Facts} facts @param {Who} who */
export function factsOf(facts, who) {
  const words = WORDS[facts.type];
  if (words) return words(facts, who);
  const said = Object.entries(NAMES).filter(([name]) => facts[name] !== undefined && facts[name] !== null);
  return said.map(([name, label]) => `${label}: ${[facts[name]].flat().map((value) => plain(String(value)).toLowerCase()).join(', ')}`).join('; ');
}
