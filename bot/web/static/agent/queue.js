import { h, icon } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { aboutOf, byWhen, exactly, moodOf, nameOf, UPSET, waited } from './words.js';

/** So many rows are drawn at first; a longer queue is there on demand. */
const FIRST = 100;

/** @param {'warn' | 'bad'} kind @param {string} path @param {string} words @param {string} [title] */
const mark = (kind, path, words, title) => h('span', { class: `mark ${kind}`, title }, icon(path), words);

/** The list of who waits and who is being helped. Rows keep their elements, so that focus and place stay. */
export class QueueView {
  /** @type {Map<string, {node: HTMLElement, as: string, time: HTMLTimeElement, since: number}>} */
  #rows = new Map();
  #sections;
  #state = h('p', { class: 'state', role: 'status' }, 'Loading the queue');
  #count = h('p', { class: 'unseen', role: 'status' });
  #all = false;
  #problem = '';

  /** @param {string} me the agent's account id @param {() => void} again */
  constructor(me, again) {
    this.me = me;
    this.again = again;
    const section = (/** @type {string} */ title, /** @type {string} */ empty) => {
      const list = h('ul', { class: 'rows' });
      const count = h('span', { class: 'count' });
      const none = h('p', { class: 'state' }, empty);
      const node = h('section', { hidden: true }, h('h2', {}, title, ' ', count), none, list);
      return { node, list, count, none };
    };
    this.#sections = {
      mine: section('With you', 'You have no conversation. Claim one that waits.'),
      waiting: section('Waiting', 'Nobody is waiting.'),
      others: section('With other agents', ''),
    };
    const nodes = Object.values(this.#sections).map(({ node }) => node);
    this.node = h('nav', { class: 'queue', 'aria-label': 'Queue' }, this.#count, this.#state, ...nodes);
    setInterval(() => this.#tick(), 1000);
  }

  /** @param {Queue} queue @param {string} open the conversation on show */
  update(queue, open) {
    this.#fail('');
    const { mine, waiting, others } = this.#sections;
    const isMine = (/** @type {Row} */ row) => row.agent?.id === this.me;
    const seen = new Set();
    const fill = (section, rows, hideEmpty) => {
      const shown = this.#all ? rows : rows.slice(0, FIRST);
      const nodes = shown.map((row) => this.#row(row, row.conversation_id === open));
      for (const row of shown) seen.add(row.conversation_id);
      if (rows.length > shown.length) nodes.push(this.#more(queue, open, rows.length));
      nodes.forEach(
        (node, i) =>
          section.list.children[i] === node || section.list.insertBefore(node, section.list.children[i] ?? null),
      );
      while (section.list.children.length > nodes.length) section.list.lastElementChild.remove();
      section.count.textContent = rows.length ? String(rows.length) : '';
      section.none.hidden = rows.length > 0;
      section.node.hidden = hideEmpty && !rows.length;
    };
    fill(mine, queue.assigned.filter(isMine), false);
    fill(waiting, queue.waiting, false);
    fill(
      others,
      queue.assigned.filter((row) => !isMine(row)),
      true,
    );
    for (const id of this.#rows.keys()) if (!seen.has(id)) this.#rows.delete(id);
    const words = `${queue.waiting.length} waiting`;
    if (this.#count.textContent !== words) this.#count.textContent = words;
    document.title = queue.waiting.length ? `(${queue.waiting.length}) Agents` : 'Agents';
  }

  /** @param {string} problem why the queue is not there, or not fresh */
  fail(problem) {
    this.#fail(problem);
  }

  #fail(problem) {
    this.#state.hidden = !problem && !this.#sections.waiting.node.hidden;
    if (!problem) this.#state.hidden = true;
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#state.replaceChildren(
      ...(problem
        ? [`The queue could not be loaded. ${problem} `, h('button', { class: 'link', click: this.again }, 'Try again')]
        : []),
    );
  }

  /** @param {Row} row @param {boolean} open */
  #row(row, open) {
    const { conversation_id: id, waiting_s, place, ...content } = row;
    const promise = row.promised_by ? byWhen(row.promised_by) : '';
    const as = JSON.stringify([content, open, place, promise]);
    const since = Date.now() - waiting_s * 1000;
    const known = this.#rows.get(id);
    if (known?.as === as) {
      known.since = since;
      return known.node;
    }
    const when = new Date(since).toISOString();
    const title = `Waiting since ${exactly(when)}`;
    const time = h('time', { class: 'wait', datetime: when, title }, waited(waiting_s * 1000));
    const link = h(
      'a',
      { class: 'row', href: `#conversation=${id}`, 'aria-current': open ? 'true' : undefined },
      h('span', { class: 'who' }, nameOf(row.customer_name, id)),
      time,
      row.first_line ? h('span', { class: 'first-line' }, row.first_line) : null,
      h(
        'span',
        { class: 'why' },
        icon(row.reason === 'requested' ? icons.person : icons.warning),
        h('span', {}, aboutOf(row)),
        row.promised_by && mark('warn', icons.clock, promise, exactly(row.promised_by)),
        (row.mood ?? 0) <= UPSET && mark('bad', icons.warning, moodOf(row.mood ?? 0)),
      ),
      row.agent && row.agent.id !== this.me
        ? h('span', { class: 'why' }, h('span', {}, `With ${row.agent.name}`))
        : null,
    );
    const node = known?.node ?? h('li');
    const focused = node.contains(document.activeElement);
    node.replaceChildren(link);
    if (focused) link.focus();
    this.#rows.set(id, { node, as, time, since });
    return node;
  }

  /** @param {Queue} queue @param {string} open @param {number} count */
  #more(queue, open, count) {
    const show = () => {
      this.#all = true;
      this.update(queue, open);
    };
    return h('li', {}, h('button', { class: 'button quiet', click: show }, `Show all ${count}`));
  }

  #tick() {
    for (const { time, since } of this.#rows.values()) {
      const words = waited(Date.now() - since);
      if (time.textContent !== words) time.textContent = words;
    }
  }
}
