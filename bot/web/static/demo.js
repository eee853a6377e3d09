import { h } from './widget/dom.js';

const list = /** @type {HTMLElement} */ (document.getElementById('orders'));

/** @param {string} number */
function ask(number) {
  window.botWidget?.open();
  window.botWidget?.send(`Where is order ${number}?`);
}

/** @param {{number: string, summary: string}} order its summary's first sentence is enough here */
const offer = ({ number, summary }) =>
  h('li', {}, h('button', { click: () => ask(number) }, h('b', {}, number), h('span', {}, summary.split(/[.;]/)[0])));

async function show() {
  try {
    const response = await fetch('demo/orders');
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const orders = await response.json();
    list.replaceChildren(...orders.map(offer));
  } catch {
    const again = h('button', { click: show }, h('b', {}, 'Try again'), h('span', {}, ''));
    list.replaceChildren(h('li', { class: 'note' }, 'The orders could not be fetched.'), h('li', {}, again));
  }
  list.setAttribute('aria-busy', 'false');
}

show();
