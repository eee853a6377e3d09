import { h, icon } from '../widget/dom.js';
import { Acts } from './acts.js';
import * as icons from './icons.js';
import { owedOf, riskMark } from './row.js';
import { exactly, nameOf, plain, waited } from './words.js';

/** Asked for anew this often, beside every change that is told. */
const POLL = 15_000;

/** The supervisor's view: who is on, how much everybody has, who waits for what, and what is about to be late. */
export class OverviewView {
  #state = h('p', { class: 'state', role: 'status' }, 'Loading the overview');
  #body = h('div', { class: 'overview-body' });
  node = h('section', { class: 'overview', 'aria-labelledby': 'overview-title' });
  #as = '';

  /** @param {import('./api.js').AgentApi} api @param {import('./directory.js').Directory} directory @param {() => void} changed */
  constructor(api, directory, changed) {
    this.api = api;
    this.directory = directory;
    this.changed = changed;
    this.node.append(
      h(
        'header',
        { class: 'page-head' },
        h('a', { class: 'back', href: '#' }, 'Back to the queue'),
        h('h2', { id: 'overview-title' }, 'Overview'),
      ),
      this.#state,
      this.#body,
    );
  }

  start() {
    this.timer = setInterval(() => this.refresh(), POLL);
    this.refresh();
  }

  stop() {
    clearInterval(this.timer);
  }

  async refresh() {
    try {
      this.#draw(await this.api.overview());
      this.#state.hidden = true;
    } catch (problem) {
      const again = h('button', { class: 'link', click: () => this.refresh() }, 'Try again');
      this.#state.replaceChildren(`The overview could not be loaded. ${problem.message} `, again);
      this.#state.hidden = false;
    }
  }

  /** @param {Overview} overview */
  #draw(overview) {
    const as = JSON.stringify(overview);
    if (as === this.#as) return;
    this.#as = as;
    const at = /** @type {HTMLElement | null} */ (document.activeElement?.closest('[data-key]'))?.dataset.key;
    const { agents, skills, at_risk } = overview;
    this.#body.replaceChildren(this.#risks(at_risk), queues(skills), people(agents));
    if (at) /** @type {HTMLElement | null} */ (this.#body.querySelector(`[data-key="${CSS.escape(at)}"]`))?.focus();
  }

  /** @param {Row[]} rows */
  #risks(rows) {
    const lines = rows.map((row) => {
      const { conversation_id: id } = row;
      const name = nameOf(row.customer_name, id);
      const acts = new Acts(this.api, id, this.directory, async () => (this.changed(), this.refresh()));
      acts.name = name;
      const give = h(
        'button',
        { class: 'button quiet small', 'data-key': `give ${id}`, click: () => acts.assign() },
        row.agent ? 'Reassign' : 'Assign',
      );
      return [
        h('a', { href: `#conversation=${id}`, 'data-key': `open ${id}` }, name),
        plain(row.skill),
        row.agent ? row.agent.name : 'Nobody yet',
        waited(owedOf(row) * 1000),
        riskMark(row) ?? '',
        give,
      ];
    });
    return table(
      'Targets at risk',
      ['Customer', 'Skill', 'With', 'Waits', 'Target', ''],
      lines,
      'No target is at risk.',
    );
  }
}

/** @param {Overview['skills']} skills */
function queues(skills) {
  const lines = skills.map(({ skill, waiting, longest_s, assigned, warning, missed }) => [
    plain(skill),
    number(waiting),
    waiting ? waited(longest_s * 1000) : '–',
    number(assigned),
    number(warning),
    number(missed),
  ]);
  return table(
    'Queues',
    ['Skill', 'Waiting', 'Longest', 'With agents', 'Due soon', 'Late'],
    lines,
    'No queue has anybody in it.',
  );
}

/** @param {Overview['agents']} agents */
function people(agents) {
  const figures = agents.some((agent) => agent.figures);
  const lines = agents.map(({ name, status, since, automatic, load, capacity, skills, figures: own }) => [
    name,
    h(
      'span',
      { class: `status ${status}`, title: since ? `Since ${exactly(since)}` : undefined },
      icon(icons[status]),
      plain(status),
    ),
    automatic ? 'Yes' : 'No',
    `${load} of ${capacity}`,
    skills.length ? skills.map(plain).join(', ') : 'All',
    ...(figures ? [number(own?.handled), own?.median_reply_s == null ? '–' : waited(own.median_reply_s * 1000)] : []),
  ]);
  const heads = [
    'Name',
    'Presence',
    'Automatic',
    'Has',
    'Skills',
    ...(figures ? ['Handled, 24 h', 'Median reply'] : []),
  ];
  return table('People', heads, lines, 'Nobody has an account yet.');
}

/** @param {number | undefined} value */
const number = (value) => (value === undefined ? '–' : String(value));

/** @param {string} title @param {string[]} heads @param {(Node | string)[][]} lines @param {string} empty */
function table(title, heads, lines, empty) {
  const id = `table-${title.toLowerCase().replaceAll(' ', '-')}`;
  const body = h(
    'table',
    { 'aria-labelledby': id },
    h(
      'thead',
      {},
      h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head || h('span', { class: 'unseen' }, 'Act')))),
    ),
    h('tbody', {}, ...lines.map((line) => h('tr', {}, ...line.map((cell) => h('td', {}, cell))))),
  );
  return h(
    'section',
    { class: 'card' },
    h('h3', { id }, title, ' ', h('span', { class: 'count' }, lines.length ? String(lines.length) : '')),
    lines.length
      ? h('div', { class: 'table-frame', tabindex: 0, role: 'group', 'aria-labelledby': id }, body)
      : h('p', { class: 'hint' }, empty),
  );
}
