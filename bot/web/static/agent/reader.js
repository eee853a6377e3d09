import { h } from '../widget/dom.js';
import { AccountView } from './account.js';

/** The page of an analyst, who has no part in conversations: their account, the way to the report, and out. */
export class Reader {
  /** @param {import('./api.js').AgentApi} api @param {() => void} signOut */
  constructor(api, signOut) {
    this.account = new AccountView(api, false);
    this.node = h(
      'div',
      {},
      h(
        'header',
        { class: 'bar' },
        h('h1', {}, 'Customer experience'),
        h('a', { class: 'onward', href: '../cx/' }, 'To the report'),
        h('button', { class: 'button quiet', click: signOut }, 'Sign out'),
      ),
      h('main', {}, this.account.node),
    );
  }

  start() {
    this.account.start();
  }

  stop() {
    this.account.stop();
  }
}
