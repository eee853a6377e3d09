import { json } from '../widget/api.js';
import { h } from '../widget/dom.js';
import { failure, field, form, NEW_PASSWORD, PASSWORD_HINT, sentence } from './forms.js';

/** @typedef {import('./api.js').AgentApi} Api */
/** @typedef {(node: Node) => void} Show */

const EMAIL = { name: 'email', type: 'email', autocomplete: 'username', maxlength: 254 };
const HASHES = ['setup', 'join', 'reset'];

/**
 * One page before the desk: a title, what it is for, and a form.
 * @param {string} title @param {string} lead @param {HTMLFormElement | null} body @param {...(Node | null)} more
 */
function page(title, lead, body, ...more) {
  const node = h(
    'main',
    { class: 'entrance' },
    h('h1', { tabindex: -1 }, title),
    lead ? h('p', { class: 'hint' }, lead) : null,
    body,
    ...more,
  );
  queueMicrotask(() => /** @type {HTMLElement} */ (body?.querySelector('input:not([hidden])') ?? node.firstChild).focus());
  return node;
}

/** The ways in, for who is not signed in: with a password, with a link, or to a new password. */
export class Entrance {
  /** @param {Api} api @param {Show} show puts a page on the screen @param {() => void} entered */
  constructor(api, show, entered) {
    this.api = api;
    this.show = show;
    this.entered = entered;
  }

  /** @param {string} [lead] */
  signIn(lead = '') {
    const code = field('Code', { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', required: false, maxlength: 20 },
      'Six digits that your app shows.');
    code.hidden = true;
    const input = /** @type {HTMLInputElement} */ (code.querySelector('input'));
    const fields = [field('E-mail', EMAIL), field('Password', { name: 'password', type: 'password', autocomplete: 'current-password' }), code];
    const body = form(
      fields,
      'Sign in',
      async ({ email, password, code: digits }) => {
        await this.api.enter('session', { email, password, ...(digits ? { code: digits } : {}) });
        this.entered();
      },
      (problem) => {
        const asked = problem.body?.type === 'code-required';
        if (asked) code.hidden = false;
        input.required = asked;
        input.value = '';
        if (asked) input.focus();
        else /** @type {HTMLElement} */ (body.querySelector('[name=password]')).focus();
      },
    );
    const forgot = h('button', { class: 'link', type: 'button', click: () => this.forgot() }, 'Forgot your password?');
    this.show(page('Sign in', lead, body, h('p', { class: 'more' }, forgot)));
  }

  forgot() {
    const fields = [field('E-mail', EMAIL)];
    const body = form(fields, 'Ask for a link', async ({ email }) => {
      const { by_mail } = await this.#post('password/forgot', { email });
      const words = by_mail
        ? `If there is an account for ${email}, a letter with a link is on its way. It works once, within an hour.`
        : 'This server sends no mail. Ask an admin for a link to a new password.';
      this.show(page('Forgotten password', words, null, this.#back()));
    });
    this.show(page('Forgotten password', 'Where this server sends mail, you get a link to a new password. Where it sends none, an admin can give you one.', body, this.#back()));
  }

  /**
   * The page for a link, if the address holds one.
   * @param {string} hash
   * @returns {Promise<boolean>} false where it holds none
   */
  async byLink(hash) {
    const parts = new URLSearchParams(hash.slice(1));
    const name = HASHES.find((one) => parts.get(one));
    if (!name) return false;
    // The link works once; the address must not stay in the history.
    history.replaceState(null, '', location.pathname);
    await this.#follow(parts.get(name) ?? '');
    return true;
  }

  /** @param {string} token */
  async #follow(token) {
    try {
      const about = await this.#post('link', { token });
      if (about.purpose === 'first') this.#setUp(token);
      else if (about.purpose === 'join') this.#join(token, about);
      else this.#reset(token, about);
    } catch (problem) {
      const lost = problem.status === 401;
      this.show(lost ? page('This link does not work', sentence(problem.message), null, this.#back('Sign in'))
        : failure(problem.message, () => this.#follow(token)));
    }
  }

  /** @param {string} token */
  #setUp(token) {
    const lead = 'This makes the first account. It may do everything, and add others later.';
    this.#make(token, 'Set up your account', lead, field('E-mail', EMAIL), '');
  }

  /** @param {string} token @param {{email: string, name: string, role: string}} about */
  #join(token, { email, name, role }) {
    // Not to be changed, and there for whatever keeps the password.
    const fixed = field('E-mail', { ...EMAIL, value: email, readonly: true });
    this.#make(token, 'Join the staff', `You are invited as ${role === 'supervisor' ? 'a' : 'an'} ${role}.`, fixed, name);
  }

  /** @param {string} token @param {string} title @param {string} lead @param {HTMLElement} email @param {string} name */
  #make(token, title, lead, email, name) {
    const fields = [
      field('Your name', { name: 'name', autocomplete: 'name', maxlength: 100, value: name }, 'Customers see it when you join them.'),
      email,
      field('Password', { name: 'password', ...NEW_PASSWORD }, PASSWORD_HINT),
    ];
    const body = form(fields, 'Create account', async (values) => {
      await this.api.enter('setup', { token, ...values });
      this.entered();
    });
    this.show(page(title, lead, body));
  }

  /** @param {string} token @param {{email: string}} about */
  #reset(token, { email }) {
    const fields = [
      field('E-mail', { ...EMAIL, value: email, readonly: true }),
      field('New password', { name: 'password', ...NEW_PASSWORD }, PASSWORD_HINT),
    ];
    const body = form(fields, 'Set password', async ({ password }) => {
      await this.#post('password/reset', { token, password });
      this.signIn('Your new password is set. Sign in with it.');
    });
    this.show(page('New password', '', body));
  }

  #back(words = 'Back') {
    return h('p', { class: 'more' }, h('button', { class: 'link', type: 'button', click: () => this.signIn() }, words));
  }

  /** @param {string} call @param {object} body */
  #post(call, body) {
    return json(`${this.api.base}${call}`, { method: 'POST' }, body);
  }
}
