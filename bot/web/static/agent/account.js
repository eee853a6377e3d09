import { h } from '../widget/dom.js';
import { failure, field, form, NEW_PASSWORD, PASSWORD_HINT } from './forms.js';
import { exactly } from './words.js';

/** @typedef {{session_id: string, browser: string, begun: string, seen: string, current: boolean}} OpenSession */

const OWN = { name: 'password', type: 'password', autocomplete: 'current-password' };

/** One's own account: name, password, second factor, and where one is signed in. */
export class AccountView {
  #name = h('section', { class: 'card' });
  #password = h('section', { class: 'card' });
  #factor = h('section', { class: 'card', 'aria-live': 'polite' });
  #sessions = h('section', { class: 'card' });

  /** @param {import('./api.js').AgentApi} api @param {boolean} [queue] whether there is one to go back to */
  constructor(api, queue = true) {
    this.api = api;
    this.node = h(
      'section',
      { class: 'settings', 'aria-labelledby': 'account-title' },
      h('header', { class: 'page-head' }, queue && h('a', { class: 'back', href: '#' }, 'Back to the queue'), h('h2', { id: 'account-title' }, 'Your account')),
      h('div', { class: 'cards' }, this.#name, this.#password, this.#factor, this.#sessions),
    );
  }

  start() {
    this.#drawName();
    this.#drawPassword();
    this.#drawFactor();
    this.#loadSessions();
  }

  stop() {}

  get #account() {
    return /** @type {any} */ (this.api.session).account;
  }

  #drawName() {
    const { name, email, role } = this.#account;
    const body = form(
      [field('Name', { name: 'name', autocomplete: 'name', maxlength: 100, value: name }, 'Customers see it when you join them.', 'own')],
      'Save name',
      async (values) => {
        const { account } = await this.api.write('account', values, 'PATCH');
        Object.assign(this.#account, account);
        this.#drawName();
        /** @type {HTMLElement} */ (this.#name.querySelector('.done')).textContent = 'Your name is saved.';
      },
    );
    this.#name.replaceChildren(h('h3', {}, 'Name'), h('p', { class: 'hint' }, `${email}, ${role}`), body);
  }

  #drawPassword() {
    const fields = [
      field('Present password', { ...OWN, name: 'old' }, undefined, 'own'),
      field('New password', { ...NEW_PASSWORD, name: 'new' }, PASSWORD_HINT, 'own'),
    ];
    const body = form(fields, 'Change password', async (values) => {
      await this.api.write('password', values);
      this.#loadSessions();
      return 'Your password is changed. Every other browser is signed out.';
    });
    this.#password.replaceChildren(h('h3', {}, 'Password'), body);
  }

  #drawFactor(words = '') {
    const on = this.#account.second_factor;
    const lead = on
      ? 'On: signing in takes a code from your app, beside the password.'
      : 'Off. With it on, your password alone lets nobody in: an app on your phone shows a code for each sign-in.';
    const body = form(
      [field('Present password', { ...OWN, name: 'factor-password' }, undefined, 'own')],
      on ? 'Turn off' : 'Turn on',
      async (values) => {
        const password = values['factor-password'];
        if (!on) return this.#enrol(await this.api.write('second-factor', { password }));
        await this.api.write('second-factor', { password }, 'DELETE');
        this.#account.second_factor = false;
        this.#drawFactor('The second factor is off.');
      },
    );
    const state = h('p', { class: on ? 'mark good' : 'hint' }, lead);
    this.#factor.replaceChildren(h('h3', {}, 'Second factor'), state, body);
    /** @type {HTMLElement} */ (body.querySelector('.done')).textContent = words;
  }

  /** @param {{secret: string, svg: string}} offered */
  #enrol({ secret, svg }) {
    const picture = h('img', { class: 'code', alt: 'QR code with the secret below', src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
    const body = form(
      [field('Code', { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 20 }, 'Six digits that the app shows.', 'own')],
      'Confirm',
      async (values) => {
        await this.api.write('second-factor/confirm', values);
        this.#account.second_factor = true;
        this.#drawFactor('The second factor is on. Every other browser is signed out.');
        this.#loadSessions();
      },
    );
    this.#factor.replaceChildren(
      h('h3', {}, 'Second factor'),
      h('p', {}, 'Scan the picture with an app for one-time codes, or type the secret into it.'),
      picture,
      h('p', { class: 'secret' }, h('span', { class: 'unseen' }, 'Secret: '), secret.match(/.{1,4}/g)?.join(' ') ?? secret),
      body,
      h('button', { class: 'link', type: 'button', click: () => this.#drawFactor() }, 'Not now'),
    );
    body.querySelector('input')?.focus();
  }

  async #loadSessions() {
    const title = h('h3', {}, 'Where you are signed in');
    if (!this.#sessions.firstChild) this.#sessions.replaceChildren(title, h('p', { class: 'state', role: 'status' }, 'Loading'));
    try {
      const { sessions } = await this.api.read('sessions');
      this.#drawSessions(title, sessions);
    } catch (problem) {
      this.#sessions.replaceChildren(title, failure(problem.message, () => this.#loadSessions()));
    }
  }

  /** @param {HTMLElement} title @param {OpenSession[]} sessions */
  #drawSessions(title, sessions) {
    const rows = sessions.map((one) =>
      h(
        'li',
        {},
        h('div', {}, h('strong', {}, one.browser || 'Unknown browser'), one.current ? h('span', { class: 'mark good' }, 'This browser') : null,
          h('p', { class: 'hint' }, 'Since ', moment(one.begun), ', last used ', moment(one.seen))),
        one.current ? null
          : h('button', { class: 'button quiet', click: () => this.#end(one.session_id), 'aria-label': `Sign out ${one.browser}` }, 'Sign out'),
      ),
    );
    const all = h('button', { class: 'button quiet', click: () => this.#end() }, 'Sign out everywhere else');
    this.#sessions.replaceChildren(title, h('ul', { class: 'sessions' }, ...rows), ...(sessions.length > 1 ? [all] : []));
  }

  /** @param {string} [session_id] without it all but this one */
  async #end(session_id) {
    try {
      await this.api.write('sessions', session_id ? { session_id } : {}, 'DELETE');
    } catch (problem) {
      if (problem.status !== 404) {
        this.#sessions.append(h('p', { class: 'alert', role: 'alert' }, problem.message));
        return;
      }
    }
    await this.#loadSessions();
    const next = this.#sessions.querySelector('button') ?? this.#sessions.querySelector('h3');
    next?.setAttribute('tabindex', next.tagName === 'H3' ? '-1' : '0');
    /** @type {HTMLElement | null} */ (next)?.focus();
  }
}

/** @param {string} time */
const moment = (time) => h('time', { datetime: time }, exactly(time));
