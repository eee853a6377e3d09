import { h, icon } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { LongList } from './longlist.js';
import { steady } from './order.js';
import { ageRow, drawRow } from './row.js';

/** The height of a row, as in queue.css. */
const ROW = 44;

/** @typedef {'mine' | 'waiting' | 'others'} Tab */
const TABS = /** @type {const} */ ({
  mine: ['Mine', 'You have no conversation. Claim one that waits.'],
  waiting: ['Waiting', 'Nobody is waiting.'],
  others: ['Others', 'No other agent has a conversation.'],
});

/** Who is with this agent, who waits, and who is with others. Nothing moves under the pointer or the focus. */
export class QueueView {
  /** @type {Record<Tab, {tab: HTMLButtonElement, list: LongList, panel: HTMLElement, none: HTMLElement, rows: Row[]}>} */
  #tabs;
  #state = h('p', { class: 'state', role: 'status' }, 'Loading the queue');
  #count = h('p', { class: 'unseen', role: 'status' });
  #news = h('button', { class: 'news-button', hidden: true, click: () => this.settle() });
  /** @type {Tab} */
  #chosen = 'waiting';
  /** Whether the agent chose it; until then it is ours to choose. */
  #picked = false;
  #open = '';
  #read = 0;
  /** @type {Queue | null} */
  #queue = null;

  /** @param {string} me the agent's account id @param {() => void} again */
  constructor(me, again) {
    this.me = me;
    this.again = again;
    const names = /** @type {Tab[]} */ (Object.keys(TABS));
    this.#tabs = /** @type {any} */ (Object.fromEntries(names.map((name) => [name, this.#section(name)])));
    const sections = Object.values(this.#tabs);
    this.node = h(
      'nav',
      { class: 'queue', 'aria-label': 'Queue' },
      this.#count,
      h(
        'div',
        { class: 'tabs', role: 'tablist', 'aria-label': 'Which conversations', keydown: (event) => this.#key(event) },
        ...sections.map(({ tab }) => tab),
      ),
      this.#state,
      this.#news,
      ...sections.map(({ panel }) => panel),
    );
    this.node.addEventListener('pointerleave', () => this.#relax());
    this.node.addEventListener('focusout', () => queueMicrotask(() => this.#relax()));
    this.timer = setInterval(() => this.#tick(), 1000);
    this.choose('waiting');
  }

  stop() {
    clearInterval(this.timer);
  }

  /** @param {Tab} name */
  #section(name) {
    const [words, empty] = TABS[name];
    const tab = h('button', {
      class: 'tab',
      role: 'tab',
      id: `tab-${name}`,
      'aria-controls': `list-${name}`,
      click: () => this.#pick(name),
    });
    tab.append(words);
    const draw = (/** @type {Row} */ row, /** @type {HTMLElement} */ node) =>
      drawRow(row, node, { me: this.me, open: this.#open, read: this.#read });
    const list = new LongList(ROW, (row) => row.conversation_id, draw);
    const none = h('p', { class: 'state', hidden: true }, empty);
    const labels = { role: 'tabpanel', id: `list-${name}`, 'aria-labelledby': tab.id };
    const panel = h('div', { class: 'panel', ...labels }, none, list.node);
    return { tab, list, panel, none, rows: /** @type {Row[]} */ ([]) };
  }

  /** @param {Tab} name @param {boolean} [focus] */
  choose(name, focus = false) {
    const changed = name !== this.#chosen;
    this.#chosen = name;
    for (const [other, { tab, panel }] of Object.entries(this.#tabs)) {
      tab.setAttribute('aria-selected', String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
      panel.hidden = other !== name;
    }
    if (changed) this.settle();
    if (focus) this.#tabs[name].list.go(0);
  }

  /** @param {Tab} name */
  #pick(name) {
    this.#picked = true;
    this.choose(name);
  }

  /** Goes to the row so many further on. @param {number} step */
  move(step) {
    this.#tabs[this.#chosen].list.move(step);
  }

  /** @param {Queue} queue @param {string} open the conversation on show */
  update(queue, open) {
    this.#open = open;
    if (queue !== this.#queue) this.#read = Date.now();
    const first = !this.#queue;
    this.#queue = queue;
    this.#state.hidden = true;
    this.#fill(!first && this.#held);
    if (first && !this.#picked && this.#tabs.mine.rows.length) this.choose('mine');
  }

  /** Shows the queue as it is, also where rows move by it. */
  settle() {
    if (this.#queue) this.#fill(false);
  }

  /** @param {string} problem why the queue is not there, or not fresh */
  fail(problem) {
    const again = h('button', { class: 'link', click: this.again }, 'Try again');
    this.#state.replaceChildren(`The queue could not be loaded. ${problem} `, again);
    this.#state.hidden = false;
  }

  get #held() {
    return this.node.matches(':has(.long-list:hover)') || Boolean(document.activeElement?.closest('.long-list'));
  }

  #relax() {
    if (!this.#held) this.settle();
  }

  /** @param {boolean} held */
  #fill(held) {
    const { waiting, assigned } = /** @type {Queue} */ (this.#queue);
    const mine = assigned.filter((row) => row.agent?.id === this.me);
    const others = assigned.filter((row) => row.agent?.id !== this.me);
    const fresh = { mine, waiting, others };
    let news = 0;
    for (const name of /** @type {Tab[]} */ (Object.keys(fresh))) {
      const section = this.#tabs[name];
      const keep = held && name === this.#chosen;
      const { rows, held: more } = keep ? steady(section.rows, fresh[name]) : { rows: fresh[name], held: 0 };
      if (name === this.#chosen) news = more;
      section.rows = rows;
      section.list.update(rows);
      section.none.hidden = rows.length > 0;
      this.#label(section.tab, name, fresh[name]);
    }
    this.#news.hidden = !news;
    if (news) this.#news.replaceChildren(icon(icons.down), `${news} new`);
    const words = `${waiting.length} waiting`;
    if (this.#count.textContent !== words) this.#count.textContent = words;
    document.title = waiting.length ? `(${waiting.length}) Agents` : 'Agents';
  }

  /** @param {HTMLElement} tab @param {Tab} name @param {Row[]} rows */
  #label(tab, name, rows) {
    const owed = name === 'mine' ? rows.filter((row) => (row.unanswered_s ?? 0) > 0).length : 0;
    const late = name === 'waiting' ? rows.filter((row) => row.at_risk === 'missed').length : 0;
    const extra = owed ? `${owed} to answer` : late ? `${late} late` : '';
    const words = [TABS[name][0], ' ', h('span', { class: 'count' }, String(rows.length))];
    if (extra) words.push(h('span', { class: late ? 'mark bad' : 'mark warn' }, extra));
    if (tab.dataset.as === `${rows.length} ${extra}`) return;
    tab.dataset.as = `${rows.length} ${extra}`;
    tab.replaceChildren(...words);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const names = /** @type {Tab[]} */ (Object.keys(TABS));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'ArrowDown') this.#tabs[this.#chosen].list.go(0);
    else if (step) {
      const next = names[(names.indexOf(this.#chosen) + step + names.length) % names.length];
      this.#pick(next);
      this.#tabs[next].tab.focus();
    } else return;
    event.preventDefault();
  }

  #tick() {
    for (const node of this.#tabs[this.#chosen].list.list.children) ageRow(/** @type {HTMLElement} */ (node));
  }
}
