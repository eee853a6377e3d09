import { h, icon } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { byWhen, exactly, moodOf, nameOf, plain, reasonWords, UPSET, waited } from './words.js';

const RISKS = { warning: ['warn', icons.clock, 'Due soon'], missed: ['bad', icons.warning, 'Late'] };

/** @param {string} kind @param {string} path @param {string} words @param {string} [title] */
export const mark = (kind, path, words, title) => h('span', { class: `mark ${kind}`, title }, icon(path), words);

/** @param {Row} row */
export const riskMark = (row) => {
  const [kind, path, words] = RISKS[row.at_risk ?? ''] ?? [];
  return kind ? mark(kind, path, words) : null;
};

/** For how many seconds somebody waits for a word: until the first one of a person, since they asked. @param {Row} row */
export const owedOf = ({ agent, replied, waiting_s, unanswered_s }) =>
  agent && (replied || unanswered_s == null) ? (unanswered_s ?? 0) : waiting_s;

/** Since when somebody waits, and until when they should: a moment of this clock. @param {Row} row @param {number} read */
export function spanOf(row, read) {
  const owed = owedOf(row);
  const due = row.replied ? row.resolution_due : (row.first_reply_due ?? row.promised_by ?? row.resolution_due);
  // A resolution is counted from the hand-off, a word that is owed from the customer's last one.
  const from = read - (row.agent ? row.waiting_s : owed) * 1000;
  return { since: read - owed * 1000, from, due: due ? Date.parse(due) : 0, owed: owed > 0 || !row.agent };
}

/** The share of the time to the target that has passed. @param {{from: number, due: number}} span */
export const shareOf = ({ from, due }, now = Date.now()) =>
  due > from ? Math.max(0, Math.min(1, (now - from) / (due - from))) : 0;

/**
 * Draws a row of the queue into a list item, if anything in it has changed.
 * @param {Row} row @param {HTMLElement} node @param {{me: string, open: string, read: number}} desk
 */
export function drawRow(row, node, { me, open, read }) {
  const { conversation_id: id, waiting_s, unanswered_s, ...lasting } = row;
  const promise = row.promised_by ? byWhen(row.promised_by) : '';
  const span = spanOf(row, read);
  const as = JSON.stringify([lasting, id === open, promise, span.owed]);
  if (drawn.get(node)?.as === as) {
    drawn.get(node).span = span;
    return;
  }
  const focused = node.contains(document.activeElement);
  const time = h('time', { class: 'wait' });
  const bar = h('span', { class: 'toward', 'aria-hidden': 'true' });
  const upset = (row.mood ?? 0) <= UPSET;
  const elsewhere = row.gone ? 'No longer here' : row.agent && row.agent.id !== me ? `With ${row.agent.name}` : '';
  const link = h(
    'a',
    {
      class: `row ${row.gone ? 'gone' : (row.at_risk ?? '')}`,
      href: `#conversation=${id}`,
      'aria-current': id === open ? 'true' : undefined,
    },
    h(
      'span',
      { class: 'line' },
      h('span', { class: 'who', dir: 'auto' }, nameOf(row.customer_name, id)),
      h('span', { class: 'intent' }, row.intent ? plain(row.intent) : ''),
      riskMark(row),
      span.owed ? time : h('span', { class: 'wait' }, 'Answered'),
    ),
    h(
      'span',
      { class: 'line' },
      h('span', { class: 'first-line', dir: 'auto', title: row.first_line }, row.first_line ?? ''),
      promise && mark('warn', icons.clock, promise, exactly(row.promised_by ?? '')),
      upset && mark('bad', icons.warning, moodOf(row.mood ?? 0)),
      h('span', { class: 'reason', title: reasonWords(row.reason) }, elsewhere || reasonWords(row.reason)),
    ),
    bar,
  );
  node.replaceChildren(link);
  drawn.set(node, { as, time, bar, span });
  if (focused) link.focus({ preventScroll: true });
  ageRow(node);
}

/** @type {WeakMap<HTMLElement, {as: string, time: HTMLTimeElement, bar: HTMLElement, span: ReturnType<typeof spanOf>}>} */
const drawn = new WeakMap();

/** Brings a row's time and bar up to now. @param {HTMLElement} node */
export function ageRow(node) {
  const { time, bar, span } = drawn.get(node) ?? {};
  if (!time || !bar || !span) return;
  const words = waited(Date.now() - span.since);
  if (time.textContent !== words) {
    const when = new Date(span.since).toISOString();
    const target = span.due ? ` Target: ${exactly(new Date(span.due).toISOString())}` : '';
    time.textContent = words;
    time.dateTime = when;
    time.title = `Waiting since ${exactly(when)}.${target}`;
  }
  bar.hidden = !span.due;
  bar.style.setProperty('--share', shareOf(span).toFixed(3));
}
