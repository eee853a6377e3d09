import { h, icon, linked, paragraphs } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { short } from '../widget/time.js';
import { note, pencil } from './icons.js';
import { exactly, LOCALE, moodOf, newsOf, percent, plain, UPSET } from './words.js';

const NAMES = { customer: 'Customer', bot: 'Bot', agent: 'Agent', system: '' };
/** Types that are told by something else on the page. */
const SILENT = new Set(['intent.corrected']);

/** @typedef {{retry(id: string): void, edit(id: string): void, correct(touchpoint: StaffTouchpoint): void, nameOf: NameOf}} On */

/** @param {string} time */
const clock = (time) =>
  h(
    'time',
    { datetime: time, title: exactly(time) },
    h('span', { 'aria-hidden': 'true' }, short(time, LOCALE, 'now')),
    h('span', { class: 'unseen' }, exactly(time)),
  );

/** Something that happened, as a bubble, a line or nothing. @param {StaffTouchpoint} touchpoint @param {string} customer @param {On} on */
export function drawTouchpoint(touchpoint, customer, on) {
  const { actor, text, time, type, seq } = touchpoint;
  if (type === 'note.added') return drawNote(touchpoint);
  const spoken = text && (type === 'message.received' || type === 'message.sent' || actor.kind === 'bot');
  const news = newsOf(touchpoint, on.nameOf);
  if (SILENT.has(type) || (!spoken && !news && !text)) return h('div', { hidden: true });
  const line = news ? h('p', { class: 'news' }, news, ' ', clock(time)) : null;
  if (!spoken) return line ?? h('p', { class: 'news' }, text ?? '', ' ', clock(time));
  const name = actor.kind === 'customer' ? customer : (actor.name ?? NAMES[actor.kind]);
  const label = actor.kind === 'bot' && actor.name ? `${actor.name} (bot)` : name;
  return h(
    'div',
    { class: `said ${actor.kind}`, tabindex: -1, 'data-seq': seq },
    h(
      'p',
      { class: 'by' },
      icon(actor.kind === 'bot' ? icons.bot : icons.person),
      h('bdi', {}, label),
      ' ',
      clock(time),
    ),
    h('div', { class: 'bubble' }, ...paragraphs(text, actor.kind === 'customer' ? Array.of : linked)),
    understood(touchpoint, on),
    type === 'handoff.requested' ? line : null,
  );
}

/** @param {StaffTouchpoint} touchpoint */
const drawNote = ({ actor, text = '', time, seq }) =>
  h(
    'div',
    { class: 'said note', tabindex: -1, 'data-seq': seq },
    h('p', { class: 'by' }, icon(note), `Note by ${actor.name ?? 'an agent'}, for colleagues`, ' ', clock(time)),
    h('div', { class: 'bubble' }, ...paragraphs(text, linked)),
  );

/**
 * What the bot took a message for, its mood where that is low, and what an agent made of it.
 * @param {StaffTouchpoint} touchpoint @param {On} on @param {StaffTouchpoint} [correction]
 */
export function understood(touchpoint, on, correction) {
  const { type, intent, confidence, in_scope, runner_up, mood = 0 } = touchpoint;
  if (type !== 'message.received') return null;
  const upset = mood <= UPSET && h('span', { class: 'mark bad' }, icon(icons.warning), moodOf(mood));
  if (!correction && (!intent || confidence === undefined)) return upset && h('p', { class: 'understood' }, upset);
  const known = in_scope !== false;
  const best = intent ? [plain(intent), confidence === undefined ? '' : ` ${percent(confidence)}`].join('') : '';
  const words = correction
    ? `${plain(correction.intent ?? '')}, corrected by ${correction.actor.name ?? 'an agent'}`
    : known
      ? best
      : `Out of scope; nearest ${best}`;
  const rest = correction ? best && `; was ${best}` : runner_up ? `, or ${plain(runner_up)}` : '';
  return h(
    'p',
    { class: known || correction ? 'understood' : 'understood unsure' },
    h('span', {}, h('span', { class: 'unseen' }, 'Understood as: '), words, h('span', { class: 'others' }, rest)),
    h(
      'button',
      {
        class: 'correct',
        type: 'button',
        title: 'Correct the intent (i)',
        'aria-label': 'Correct the intent',
        click: () => on.correct(touchpoint),
      },
      icon(pencil),
    ),
    upset,
  );
}

/** One on its way, or refused. @param {Message} message @param {On} on */
export function drawUnsent({ client_id, text = '', late, failed, note: internal }, on) {
  const state = failed
    ? [
        h('span', {}, icon(icons.warning), ` Not sent. ${failed}`),
        h('button', { class: 'link', click: () => on.retry(client_id) }, 'Try again'),
        h('button', { class: 'link', click: () => on.edit(client_id) }, 'Edit'),
      ]
    : [late ? 'Not sent yet. Trying again.' : 'Sending'];
  return h(
    'div',
    { class: `said ${internal ? 'note' : 'agent'} ${failed ? 'failed' : 'unsent'}`, 'data-client': client_id, tabindex: -1 },
    h('div', { class: 'bubble' }, ...paragraphs(text, Array.of)),
    h('p', { class: 'understood', role: failed ? 'alert' : undefined }, ...state),
  );
}
