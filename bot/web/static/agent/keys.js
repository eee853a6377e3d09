import { h } from '../widget/dom.js';
import { choices } from './choices.js';
import { dialog } from './dialog.js';
import { quiet, writes } from './quiet.js';

/** Every key of the console: what it is called, and what it does. Those in `NAMED` work anywhere, the others outside of text. */
const SHEET = /** @type {const} */ ({
  Queue: [
    ['j', 'next', 'Next row'],
    ['k', 'previous', 'Previous row'],
    ['1', 'mine', 'With you'],
    ['2', 'waiting', 'Waiting'],
    ['3', 'others', 'With other agents'],
    ['f', 'search', 'Search conversations (also Ctrl+K)'],
  ],
  Conversation: [
    ['c', 'claim', 'Claim'],
    ['o', 'takeover', 'Take over'],
    ['r', 'reply', 'Write a reply'],
    ['n', 'note', 'Write a note'],
    ['s', 'suggest', 'Put the first suggested answer into the reply'],
    ['t', 'transfer', 'Transfer'],
    ['g', 'assign', 'Give it to somebody (supervisors)'],
    ['x', 'return', 'Give back to the bot'],
    ['e', 'resolve', 'Resolve'],
    ['b', 'bot', 'Show or fold the bot’s part'],
    ['i', 'intent', 'Correct the intent of the message at hand, or of the last'],
    ['d', 'customer', 'Customer’s details'],
    ['h', 'history', 'Go to the messages; the arrow keys go from one to the next'],
  ],
  Everywhere: [
    ['p', 'presence', 'Your presence'],
    ['v', 'overview', 'Overview (supervisors)'],
    ['q', 'queue', 'Back to the queue'],
    ['?', 'help', 'This sheet'],
  ],
});

const TEXT = [
  ['/', 'Canned replies, at the start of a word'],
  ['Enter', 'Send'],
  ['Shift+Enter', 'New line'],
  ['Alt+1, 2, 3', 'Put a suggested answer into the reply'],
  ['Escape', 'Leave the field'],
];

/** Keys for everything. Single keys can be switched off, as they get in the way of speech input (WCAG 2.1.4). */
export class Keys {
  /** @param {Partial<Record<string, () => void>>} acts */
  constructor(acts) {
    this.acts = acts;
    this.press = (/** @type {KeyboardEvent} */ event) => this.#press(event);
  }

  start() {
    document.addEventListener('keydown', this.press);
    document.addEventListener('pointerdown', quiet.end);
  }

  stop() {
    document.removeEventListener('keydown', this.press);
    document.removeEventListener('pointerdown', quiet.end);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    const { key, ctrlKey, metaKey, altKey } = event;
    const target = /** @type {HTMLElement} */ (event.target);
    if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return this.#run('search', event);
    if (ctrlKey || metaKey || altKey) return;
    if (key === 'Escape' && writes(target)) return target.blur();
    if (writes(target) || !choices.get('keys')) return;
    if (key === 'Tab' || key === 'Escape') quiet.end();
    if (quiet.on && key.length === 1) return quiet.begin();
    const found = Object.values(SHEET)
      .flat()
      .find(([name]) => name === key);
    if (found) this.#run(found[1], event);
  }

  /** @param {string} name @param {Event} event */
  #run(name, event) {
    if (!this.acts[name]) return;
    event.preventDefault();
    this.acts[name]();
  }

  help() {
    const box = h('input', { type: 'checkbox', checked: choices.get('keys') });
    box.addEventListener('change', () => choices.set('keys', box.checked));
    const table = (/** @type {string} */ title, /** @type {(readonly string[])[]} */ rows) =>
      h(
        'section',
        {},
        h('h3', {}, title),
        h('dl', {}, ...rows.flatMap((row) => [h('dt', {}, h('kbd', {}, row[0])), h('dd', {}, row[row.length - 1])])),
      );
    return dialog(
      'Keys',
      'sheet',
      h('label', { class: 'check' }, box, 'Single keys do something outside of text fields'),
      h(
        'div',
        { class: 'tables' },
        ...Object.entries(SHEET).map(([title, rows]) => table(title, [...rows])),
        table('While you write', TEXT),
      ),
    );
  }
}
