import { Composer } from '../widget/composer.js';
import { h, icon } from '../widget/dom.js';
import { person } from '../widget/icons.js';
import { CannedMenu, insert } from './canned.js';
import { note } from './icons.js';
import { Suggestions } from './suggestions.js';

/** The longest text that the server takes. */
const LONGEST = 4000;
/** From so many characters before it on, one sees how many are left. */
const NEAR = 200;
/** The customer is told this often at most that somebody types. */
const TYPING = 3000;

/** @typedef {'draft' | 'note'} Kind a reply to the customer, or a note that only colleagues see */

/** Where an agent writes: a reply with canned and suggested answers, or a note. What is half written is kept. */
export class Writer {
  /** @type {Kind} */
  #kind = 'draft';
  /** @type {Record<Kind, boolean>} */
  may = { draft: true, note: true };
  #told = 0;
  /** Writing was taken away while the focus was in the field: it stays, so that no letter is a command. */
  #held = false;
  #warning = h('p', { class: 'alert', role: 'alert', hidden: true });

  /**
   * @param {import('./api.js').AgentApi} api @param {string} id @param {import('./drafts.js').Drafts} drafts
   * @param {import('./directory.js').Directory} directory @param {(text: string, kind: Kind) => void} send
   */
  constructor(api, id, drafts, directory, send) {
    this.api = api;
    this.id = id;
    this.drafts = drafts;
    this.customer = '';
    this.locale = '';
    const composer = (/** @type {Kind} */ kind, /** @type {string} */ compose, /** @type {() => void} */ typing) => {
      const submit = (/** @type {string} */ text) => this.#submit(kind, text, send);
      const one = new Composer({ compose, send: kind === 'note' ? 'Save the note' : 'Send' }, LONGEST, submit, typing);
      // What is pasted is never cut: it is counted, and refused where it is too long.
      one.input.removeAttribute('maxlength');
      one.text = drafts.text(kind);
      one.input.addEventListener('input', () => {
        drafts.keep(kind, one.text);
        this.#warning.hidden = true;
        this.#count();
      });
      return one;
    };
    this.composers = {
      draft: composer('draft', 'Write a reply', () => this.#type()),
      note: composer('note', 'Write a note', () => {}),
    };
    this.canned = new CannedMenu(this.composers.draft, directory, () => ({
      locale: this.locale,
      values: { agent: directory.me.name, ...(this.customer ? { name: this.customer } : {}) },
    }));
    this.suggestions = new Suggestions(api, id, (text) => this.take(text));
    const mode = (/** @type {Kind} */ kind, /** @type {string} */ path, /** @type {string} */ words) =>
      h('button', { class: 'mode', type: 'button', click: () => this.focus(kind) }, icon(path), words);
    this.modes = { draft: mode('draft', person, 'Reply'), note: mode('note', note, 'Note') };
    this.hint = h('p', { class: 'hint' });
    this.left = h('p', { class: 'left', role: 'status' });
    this.node = h(
      'div',
      { class: 'writer', keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event), focusout: () => setTimeout(() => this.#letGo()) },
      this.canned.node,
      this.suggestions.node,
      this.#warning,
      h('div', { class: 'modes' }, ...Object.values(this.modes), this.hint, this.left),
      this.composers.draft.node,
      this.composers.note.node,
    );
    this.#show('draft', false);
  }

  /** @param {Record<Kind, boolean>} may what is this agent's to write @param {History['customer']} customer */
  update(may, { name = '', locale = '' }) {
    this.may = may;
    this.customer = name;
    this.locale = locale;
    const { input } = this.composers[this.#kind];
    this.#held = !may[this.#kind] && document.activeElement === input;
    input.readOnly = this.#held;
    this.node.classList.toggle('held', this.#held);
    if (!this.#held) this.#show(this.#kind, this.node.contains(document.activeElement));
  }

  /** Whether the field stays although nothing may be written in it, with something in it. */
  get held() {
    return this.#held && Boolean(this.composers[this.#kind].text);
  }

  /** Whether a note is begun, or about to be. */
  get noting() {
    const { input } = this.composers.note;
    return Boolean(input.value.trim()) || document.activeElement === input;
  }

  /** The agent has left the field that was held. */
  #letGo() {
    const { node, input } = this.composers[this.#kind];
    if (!this.#held || node.contains(document.activeElement)) return;
    this.#held = input.readOnly = false;
    this.node.classList.remove('held');
    this.#show(this.#kind, false);
  }

  /** @returns {number} how many characters are left to write */
  #count() {
    const left = LONGEST - this.composers[this.#kind].text.trim().length;
    this.left.textContent = left > NEAR ? '' : left < 0 ? `${-left} characters too many` : `${left} characters left`;
    this.left.classList.toggle('over', left < 0);
    return left;
  }

  /** @param {Kind} [kind] */
  focus(kind = 'draft') {
    this.#show(kind, true);
  }

  /** Puts back what was not sent, before what has been written since. @param {Kind} kind @param {string} text */
  restore(kind, text) {
    this.putBefore(kind, text);
    this.focus(kind);
  }

  /** @param {Kind} kind @param {string} text */
  putBefore(kind, text) {
    const all = [text, this.composers[kind].text].filter((part) => part.trim()).join('\n');
    this.composers[kind].text = all;
    this.drafts.keep(kind, all);
  }

  /** Puts an answer into the reply. @param {string} text */
  take(text) {
    if (this.#held) return;
    this.focus('draft');
    insert(this.composers.draft, text);
  }

  /** @param {Kind} kind @param {boolean} focus */
  #show(kind, focus) {
    if (this.#held) return;
    this.node.hidden = !this.may.draft && !this.may.note;
    if (this.node.hidden) return;
    this.#kind = this.may[kind] ? kind : 'note';
    for (const [one, composer] of Object.entries(this.composers)) {
      composer.node.hidden = one !== this.#kind;
      this.modes[one].setAttribute('aria-pressed', String(one === this.#kind));
    }
    this.modes.draft.hidden = !this.may.draft;
    this.suggestions.node.classList.toggle('unseen-part', this.#kind === 'note');
    this.node.classList.toggle('noting', this.#kind === 'note');
    this.hint.textContent = this.#kind === 'note' ? 'Only colleagues see it.' : '/ for canned replies';
    const { input } = this.composers[this.#kind];
    // A field that was hidden could not be measured.
    this.composers[this.#kind].text = input.value;
    this.#count();
    if (focus && document.activeElement !== input) input.focus();
  }

  /** @param {Kind} kind @param {string} text @param {(text: string, kind: Kind) => void} send */
  #submit(kind, text, send) {
    if (this.#held) {
      this.composers[kind].text = text;
      return;
    }
    const gap = kind === 'draft' ? this.canned.gapIn(text) : '';
    const over = text.length - LONGEST;
    this.#warning.hidden = !gap && over <= 0;
    if (over > 0) {
      this.#warning.textContent = `Not sent: ${over} characters too many. Shorten it, or send it in parts.`;
      this.restore(kind, text);
      return;
    }
    if (gap) {
      this.#warning.textContent = `Not sent: write what goes in the place of ${gap}.`;
      this.restore(kind, text);
      return this.canned.select(gap);
    }
    this.drafts.keep(kind, '');
    this.#count();
    send(text, kind);
    this.composers[kind].input.focus();
  }

  #type() {
    if (Date.now() - this.#told < TYPING) return;
    this.#told = Date.now();
    this.api.hint(this.id, 'typing');
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const digit = event.altKey && /^Digit([1-3])$/.exec(event.code);
    if (!digit) return;
    event.preventDefault();
    this.suggestions.choose(Number(digit[1]) - 1);
  }
}
