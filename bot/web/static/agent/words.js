import { HIGHEST } from '../widget/entries.js';
import { exact } from '../widget/time.js';

/** English, with hours from 0 to 23. */
export const LOCALE = 'en-u-hc-h23';

/** Why a conversation came to people, in words. */
const REASONS = {
  requested: 'Asked for a person',
  policy: 'A topic for people',
  not_understood: 'The bot did not understand',
  distress: 'Seems upset',
  loop: 'The bot went round in circles',
  action_failed: 'A system of the shop failed',
  not_solved: 'The steps did not help',
  bad_rating: 'Gave a bad rating',
};

/** @param {string | null | undefined} reason */
export const reasonWords = (reason) => REASONS[reason ?? ''] ?? plain(reason ?? 'Handed off');

/** What an intent's or a skill's name says: `track_order` is "Track order". @param {string} name */
export function plain(name) {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Seconds within the first minute, then minutes, then hours. @param {number} ms */
export function waited(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} sec`;
  const [unit, size] = seconds < 3600 ? ['minute', 60] : ['hour', 3600];
  return Math.floor(seconds / size).toLocaleString(LOCALE, { style: 'unit', unit });
}

/**
 * A name to call somebody by who may have given none; ids begin with their time, so the end tells them apart.
 * @param {string | undefined} name @param {string} conversation_id
 */
export const nameOf = (name, conversation_id) => name || `Customer ${conversation_id.slice(-6)}`;

/** Why somebody is here and what it is about. @param {Partial<Row>} row */
export function aboutOf({ reason, intent, skill }) {
  const about = [reasonWords(reason)];
  // The wish for a person is the reason already.
  if (intent && reason !== 'requested') about.push(plain(intent));
  if (skill && skill !== 'general') about.push(plain(skill));
  return about.join(' · ');
}

/** From this mood down a customer counts as upset, for the bot too. */
export const UPSET = -0.5;

/** @param {number} mood between -1 and 1 */
export function moodOf(mood) {
  if (mood <= UPSET) return mood <= -0.8 ? 'Very upset' : 'Upset';
  return mood < -0.2 ? 'Uneasy' : mood > 0.3 ? 'Pleased' : 'Calm';
}

/** @param {string} time */
export const exactly = (time) => exact(time, LOCALE);

/** The moment of a promise: the weekday within a week, else the date; and if it has passed. @param {string} time */
export function byWhen(time) {
  const then = new Date(time);
  const ms = then.getTime() - Date.now();
  const near = Math.abs(ms) < 6 * 24 * 3_600_000;
  const when = near
    ? then.toLocaleString(LOCALE, { weekday: 'short', hour: 'numeric', minute: '2-digit' })
    : exactly(time);
  return `by ${when}${ms < 0 ? ', overdue' : ''}`;
}

/** How a call to the shop's systems went. */
const RESULTS = { found: 'found', unknown: 'not found', failed: 'failed' };

/**
 * Steps of guides, and calls with their results: `battery/restart` and `battery/reset` are "Battery: restart, reset".
 * @param {string[]} tried
 */
export function triedWords(tried) {
  /** @type {Map<string, string[]>} */
  const all = new Map();
  for (const one of tried) {
    const [what, ...how] = one.split('/');
    all.set(what, [...(all.get(what) ?? []), ...how.map((name) => RESULTS[name] ?? name.replaceAll('_', ' '))]);
  }
  return [...all].map(([what, hows]) => (hows.length ? `${plain(what)}: ${hows.join(', ')}` : plain(what)));
}

/** Rounded down: only certainty is 100 %. @param {number} share between 0 and 1 */
export const percent = (share) =>
  new Intl.NumberFormat(LOCALE, { style: 'percent', roundingMode: 'floor' }).format(share);

/** News of a conversation that brings no words of its own, as agents read it. */
const NEWS = {
  'handoff.requested': 'Handed off',
  'handoff.cancelled': 'The customer left the queue',
  'conversation.assigned': 'Claimed by {name}',
  'conversation.taken_over': 'Taken over by {name}',
  'conversation.transferred': 'Transferred by {name}',
  'conversation.returned': 'Given back to the bot by {name}',
  'assignment.expired': 'Back in the queue',
  'episode.closed': 'Closed',
  'identity.linked': 'The shop says who the customer is',
  'feedback.dismissed': 'The customer skipped the rating',
  'customer.blocked': 'Blocked by {name}',
  'customer.unblocked': 'Unblocked by {name}',
};

/** Why an assignment ended by itself. */
export const ENDS = {
  absent: 'the agent was away',
  late: 'not answered in time',
  disabled: 'the account was disabled',
  released: 'the agent gave it up',
};

/** How an agent says a conversation ended. */
export const OUTCOMES = {
  solved: 'Solved',
  answered: 'Answered',
  refunded: 'Refunded',
  replaced: 'Replaced',
  repaired: 'Repaired',
  not_solved: 'Not solved',
  spam: 'Spam',
  other: 'Something else',
};

/** The same, of what has values. @type {Record<string, (touchpoint: StaffTouchpoint, nameOf: NameOf) => string | undefined>} */
const VALUES = {
  'slot.filled': ({ slot = '', value, emptied }) =>
    emptied ? `${plain(slot)}: taken back` : value === undefined ? plain(slot) : `${plain(slot)}: ${value}`,
  'action.called': ({ action, found, failed }) =>
    triedWords([`${action}/${failed ? 'failed' : found ? 'found' : 'unknown'}`])[0],
  'feedback.given': ({ score, survey_kind = 'csat', comment }) =>
    `Rated ${score} of ${HIGHEST[survey_kind]}${comment ? `: ${comment}` : ''}`,
  'conversation.assigned': ({ method, agent_id, actor }, nameOf) =>
    method === 'automatic'
      ? `Assigned to ${nameOf(agent_id)}`
      : method === 'given'
        ? `Given to ${nameOf(agent_id)} by ${actor.name ?? 'a supervisor'}`
        : undefined,
  'conversation.transferred': ({ skill, agent_id, actor }, nameOf) =>
    `Transferred to ${agent_id ? nameOf(agent_id) : plain(skill ?? 'a queue')} by ${actor.name ?? 'an agent'}`,
  'assignment.expired': ({ reason = '' }) => `Back in the queue: ${ENDS[reason] ?? plain(reason).toLowerCase()}`,
  'episode.closed': ({ reason, outcome }) =>
    `Closed: ${outcome ? (OUTCOMES[outcome] ?? outcome) : plain(reason ?? 'resolved')}`.replace(/: ./, (s) =>
      s.toLowerCase(),
    ),
};

/** Types whose reason is said already. */
const SAID = /^(assignment|episode)[.]/;

/** @param {StaffTouchpoint} touchpoint @param {NameOf} [nameOf] @returns {string} empty where agents need no line for it */
export function newsOf(touchpoint, nameOf = () => 'another agent') {
  const { type, actor, reason } = touchpoint;
  const words = VALUES[type]?.(touchpoint, nameOf) ?? NEWS[type]?.replace('{name}', actor.name ?? 'an agent');
  if (!words || !reason || SAID.test(type)) return words ?? '';
  return `${words}: ${(REASONS[reason] ?? plain(reason)).toLowerCase()}`;
}
