import { h } from '../widget/dom.js';
import { AgentApi } from './api.js';
import { Desk } from './desk.js';
import { dismissAll } from './dialog.js';
import { Entrance } from './entrance.js';
import { Reader } from './reader.js';

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
const api = new AgentApi(new URL('../', location.href).href);
/** @type {Desk | Reader | null} */
let desk = null;

/** @param {Node} node */
function show(node) {
  dismissAll();
  desk?.stop();
  desk = null;
  document.title = 'Agents';
  app.replaceChildren(node);
}

function work() {
  const reads = api.session?.account.role === 'analyst';
  // Analysts have no part in conversations: beside their account, their page is the report.
  if (reads && location.hash !== '#account') return location.assign('../cx/');
  const next = reads ? new Reader(api, leave) : new Desk(api, leave);
  show(next.node);
  desk = next;
  next.start();
}

const entrance = new Entrance(api, show, work);

function enter(lead = '') {
  entrance.signIn(lead);
}

async function leave() {
  try {
    await api.leave();
  } catch (problem) {
    // An ended session needs no signing out.
    if (problem.status !== 401) return window.alert(`You are still signed in. ${problem.message}`);
  }
  history.replaceState(null, '', location.pathname);
  enter();
}

async function begin() {
  if (await entrance.byLink(location.hash)) return;
  try {
    if (await api.current()) work();
    else enter();
  } catch (problem) {
    const again = h('button', { class: 'link', click: begin }, 'Try again');
    show(h('p', { class: 'state', role: 'alert' }, `The server could not be reached. ${problem.message} `, again));
  }
}

// A link that is pasted into a tab with this page changes the address alone.
addEventListener('hashchange', () => entrance.byLink(location.hash));
api.signedOut = () => desk && enter('Your session has ended. Sign in to go on; what you wrote is kept.');
begin();
