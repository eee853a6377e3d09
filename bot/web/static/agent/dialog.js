import { h, icon } from '../widget/dom.js';
import * as icons from '../widget/icons.js';
import { quiet, writes } from './quiet.js';

/** Those that are open, each with what becomes of what is written in it. @type {Map<HTMLDialogElement, () => void>} */
const shown = new Map();

/** Closes every dialog, as the page under them goes; notes that are begun are kept. */
export function dismissAll() {
  for (const [node, keep] of shown) {
    keep();
    if (node.contains(document.activeElement) && writes(document.activeElement)) quiet.begin();
    node.close();
    node.remove();
  }
  shown.clear();
}

/**
 * Opens a dialog over the page; Escape and its buttons close it, and the focus goes back to where it was.
 * @param {string} title @param {string} kind a class @param {...(Node | null)} content
 */
export function dialog(title, kind, ...content) {
  const close = () => node.close();
  const gone = () => {
    shown.delete(node);
    node.remove();
  };
  const leave = h(
    'button',
    { class: 'icon-button', 'aria-label': 'Close', type: 'button', click: close },
    icon(icons.close),
  );
  const head = h('header', {}, h('h2', { id: 'dialog-title' }, title), leave);
  const node = h(
    'dialog',
    { class: `dialog ${kind}`, 'aria-labelledby': 'dialog-title', close: gone },
    head,
    ...content,
  );
  // A press outside of it closes it, unless something is written in it.
  node.addEventListener('pointerdown', (event) => {
    if (event.target === node && ![...node.querySelectorAll('textarea')].some((one) => one.value)) close();
  });
  document.body.append(node);
  shown.set(node, () => {});
  node.showModal();
  return node;
}

/**
 * Asks before something is done, and says in place why it could not be.
 * @param {{title: string, text?: string, fields?: Node[], yes?: string, no?: string, warn?: boolean,
 *   run: (values: Record<string, string>) => Promise<void>, after?: () => void, keep?: (values: Record<string, string>) => void}} question
 *   without `yes` there is nothing to do but to close it; `after` comes when it is done and closed, `keep` when the page under it goes
 */
export function ask({ title, text, fields = [], yes, no = 'Cancel', warn = false, run, after, keep }) {
  const alert = h('p', { class: 'alert', role: 'alert', hidden: true });
  const go = h('button', { class: warn ? 'button warn' : 'button' }, yes);
  const stay = h('button', { class: 'button quiet', type: 'button', click: () => node.close() }, no);
  const values = () => /** @type {any} */ (Object.fromEntries(new FormData(form)));
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    go.disabled = true;
    alert.hidden = true;
    try {
      await run(values());
      node.close();
      after?.();
    } catch (problem) {
      alert.textContent = problem.message;
      alert.hidden = false;
    }
    go.disabled = false;
  };
  const form = h(
    'form',
    { submit },
    text ? h('p', {}, text) : null,
    ...fields,
    alert,
    h('div', { class: 'actions' }, yes ? go : null, stay),
  );
  const node = dialog(title, 'ask', form);
  if (keep) shown.set(node, () => keep(values()));
  /** @type {HTMLElement} */ (form.querySelector('input, textarea, select') ?? (yes ? go : stay)).focus();
  return node;
}

/** @param {string} legend @param {string} name @param {{value: string, words: string, hint?: string}[]} options */
export function radios(legend, name, options, checked = options[0]?.value) {
  return h(
    'fieldset',
    { class: 'radios' },
    h('legend', {}, legend),
    ...options.map(({ value, words, hint }) =>
      h(
        'label',
        {},
        h('input', { type: 'radio', name, value, required: true, checked: value === checked }),
        h('span', {}, words, hint ? h('span', { class: 'hint' }, ` ${hint}`) : null),
      ),
    ),
  );
}

/** @param {string} label @param {string} name */
export const noteField = (label, name) =>
  h('label', { class: 'wide' }, label, h('textarea', { name, rows: 2, maxlength: 2000, dir: 'auto' }));
