import { h } from '../widget/dom.js';
import { dialog } from './dialog.js';

/**
 * Shows a link this once, to be handed over by whoever asked for it.
 * @param {string} title @param {string} link @param {string} hint
 */
export function handOver(title, link, hint) {
  // The server names itself as it is set up; whoever reads this has reached it here.
  const here = new URL(new URL(link).hash, location.href).href;
  const input = h('input', { id: 'link-once', value: here, readonly: true, focus: () => input.select() });
  const said = h('span', { role: 'status' });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(here);
      said.textContent = 'Copied.';
    } catch {
      input.select();
      said.textContent = 'Copy it from the field.';
    }
  };
  const node = dialog(
    title,
    'ask',
    h('p', {}, `Hand this link over yourself: this server sends no mail, or the letter could not be sent. ${hint} It is not shown again.`),
    h('div', { class: 'field' }, h('label', { for: 'link-once' }, 'Link'), input),
    h('div', { class: 'actions' }, h('button', { class: 'button', type: 'button', click: copy }, 'Copy'), said),
  );
  input.focus();
  return node;
}
