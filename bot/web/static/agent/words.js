import { duration } from '../widget/time.js';

export const LOCALE = 'en';

/** Why a conversation came to people, in words. */
const REASONS = {
  requested: 'Asked for a person',
  policy: 'A topic for people',
  not_understood: 'The bot did not understand',
  distress: 'Seems upset',
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
  if (ms >= 60_000) return duration(ms, LOCALE);
  return `${Math.max(0, Math.floor(ms / 1000))} sec`;
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
  'assignment.expired': 'Back in the queue: the agent did not answer',
  'episode.closed': 'Closed',
  'identity.linked': 'The shop says who the customer is',
  'feedback.given': 'The customer rated the conversation',
};

/** @param {StaffTouchpoint} touchpoint @returns {string} empty where agents need no line for it */
export function newsOf({ type, actor, reason }) {
  const words = NEWS[type]?.replace('{name}', actor.name ?? 'an agent');
  if (!words || !reason) return words ?? '';
  return `${words}: ${(REASONS[reason] ?? plain(reason)).toLowerCase()}`;
}
