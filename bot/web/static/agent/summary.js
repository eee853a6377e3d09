import { h, icon } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { aboutOf, byWhen, exactly, moodOf, plain, triedWords, UPSET } from './words.js';

/** What an agent should know before the first word: five lines, out of the last hand-off. */
export class SummaryView {
  node = h('section', { class: 'summary', 'aria-label': 'Hand-off summary', tabindex: 0, hidden: true });
  #drawn = 0;

  /** @param {History} history */
  update({ owner, touchpoints }) {
    const last = touchpoints.findLast(({ type }) => type === 'handoff.requested');
    this.node.hidden = !last || (owner !== 'queued' && owner !== 'assigned');
    if (!last || last.seq === this.#drawn) return;
    this.#drawn = last.seq;
    this.node.replaceChildren(h('dl', {}, ...lines(last)));
  }
}

/** @param {StaffTouchpoint} handOff */
function lines({ reason, intent, summary, tried = [], answers = [], unfinished = [], mood, promised_at }) {
  const { asked, slots = {} } = summary ?? {};
  const answered = [...new Set(answers)].map(plain).join(', ');
  const open = unfinished.map(plain).join(', ');
  const efforts = [...triedWords(tried), answered && `answered: ${answered}`, open && `not finished: ${open}`];
  const known = Object.entries(slots).map(([slot, value]) => `${plain(slot)}: ${value}`);
  return [
    ...line('Why', aboutOf({ reason, intent })),
    ...line('Asked', asked && h('span', { class: 'asked', dir: 'auto', title: asked }, asked)),
    ...line('Tried', efforts.filter(Boolean).join(' · ')),
    ...line('Known', known.join(' · ')),
    ...line('Mood', moodMark(mood), promised_at ? promise(promised_at) : ''),
  ];
}

/** @param {string} term @param {...(Node | string | undefined)} what */
function line(term, ...what) {
  const shown = what.filter((one) => one);
  return [h('dt', {}, term), h('dd', {}, ...(shown.length ? shown : [h('span', { class: 'hint' }, 'Nothing')]))];
}

/** @param {number | undefined} mood */
function moodMark(mood) {
  if (mood === undefined) return 'Unknown';
  return mood <= UPSET ? h('span', { class: 'mark bad' }, icon(icons.warning), moodOf(mood)) : moodOf(mood);
}

/** @param {number} at */
function promise(at) {
  const time = new Date(at).toISOString();
  const words = h('time', { datetime: time, title: exactly(time) }, `Answer promised ${byWhen(time)}`);
  return h('span', { class: 'mark warn' }, icon(icons.clock), words);
}
