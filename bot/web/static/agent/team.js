import { h } from '../widget/dom.js';
import { ask } from './dialog.js';
import { failure, field, sentence } from './forms.js';
import { handOver } from './link.js';
import { exactly, plain } from './words.js';

/** @typedef {{id: string, email: string, name: string, role: string, skills: string[], languages: string[], capacity: number | null, second_factor: boolean, disabled: boolean, locked: boolean}} Person */
/** @typedef {{invitation_id: string, email: string, name: string, role: string, expires: string}} Invited */

const ROLES = ['agent', 'supervisor', 'admin', 'analyst'];
const HEADS = ['Name', 'Role', 'Skills', 'Languages', 'At once', 'State'];

/** The staff: who there is and what each may do. Admins change it; supervisors look. */
export class TeamView {
  #state = h('p', { class: 'state', role: 'status' }, 'Loading the staff');
  #said = h('p', { class: 'done', role: 'status' });
  #people = h('tbody');
  #invited = h('section', { class: 'card', hidden: true });
  /** @type {string[]} */
  #skills = [];

  /** @param {import('./api.js').AgentApi} api */
  constructor(api) {
    this.api = api;
    this.admin = /** @type {Session} */ (api.session).account.role === 'admin';
    const heads = this.admin ? [...HEADS, 'Change'] : HEADS;
    const invite = h('button', { class: 'button', click: () => this.#invite() }, 'Invite somebody');
    this.node = h(
      'section',
      { class: 'settings team', 'aria-labelledby': 'team-title' },
      h('header', { class: 'page-head' }, h('a', { class: 'back', href: '#' }, 'Back to the queue'), h('h2', { id: 'team-title' }, 'Staff'),
        this.admin ? invite : null),
      this.#said,
      this.#state,
      h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': 'team-title' },
        h('table', { class: 'list' }, h('thead', {}, h('tr', {}, ...heads.map((words) => h('th', { scope: 'col' }, words)))), this.#people)),
      this.#invited,
    );
  }

  start() {
    this.refresh();
  }

  stop() {}

  async refresh() {
    try {
      const { accounts, skills } = await this.api.read('accounts');
      const { invitations } = this.admin ? await this.api.read('invitations') : { invitations: [] };
      this.#skills = skills;
      this.#people.replaceChildren(...accounts.map((/** @type {Person} */ one) => this.#row(one)));
      this.#drawInvited(invitations);
      this.#state.hidden = true;
    } catch (problem) {
      this.#state.hidden = false;
      this.#state.replaceChildren(failure(`The staff could not be loaded. ${problem.message}`, () => this.refresh()));
    }
  }

  /** @param {Person} one */
  #row(one) {
    const states = [
      one.disabled ? h('span', { class: 'mark bad' }, 'Disabled') : null,
      one.locked ? h('span', { class: 'mark warn' }, 'Locked for a while') : null,
      one.second_factor ? h('span', { class: 'mark good' }, 'Second factor') : null,
    ].filter(Boolean);
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, one.name, h('p', { class: 'hint' }, one.email)),
      h('td', {}, plain(one.role)),
      h('td', {}, one.skills.map(plain).join(', ') || 'All'),
      h('td', {}, one.languages.join(', ') || 'Any'),
      h('td', {}, one.capacity ? String(one.capacity) : 'As usual'),
      h('td', {}, ...(states.length ? states : ['Can sign in'])),
      this.admin ? h('td', { class: 'acts' }, ...this.#acts(one)) : null,
    );
  }

  /** @param {Person} one */
  #acts(one) {
    const button = (/** @type {string} */ words, /** @type {() => void} */ act) =>
      h('button', { class: 'link', click: act, 'aria-label': `${words}: ${one.name}` }, words);
    const call = `accounts/${one.id}`;
    const toggle = one.disabled
      ? button('Enable', () => this.#try(`${one.name} can sign in again.`, () => this.api.write(call, { disabled: false }, 'PATCH')))
      : button('Disable', () => this.#disable(one));
    return [
      button('Edit', () => this.#edit(one)),
      one.disabled ? null : button('New password', () => this.#reset(one)),
      one.second_factor ? button('Second factor off', () => this.#factorOff(one)) : null,
      one.disabled ? null : button('Sign out', () => this.#try(`${one.name} is signed out everywhere.`, () => this.api.write(`${call}/sessions`, undefined, 'DELETE'))),
      toggle,
    ];
  }

  /** @param {Person} one */
  #edit(one) {
    ask({
      title: one.name,
      fields: [
        field('Name', { name: 'name', value: one.name, maxlength: 100 }, undefined, 'edit'),
        ...this.#duties(one, 'edit'),
        field('Conversations at once', { name: 'capacity', type: 'number', min: 1, max: 50, required: false, value: one.capacity ?? '' }, 'Empty: as the content says.', 'edit'),
      ],
      yes: 'Save',
      run: async (values) => {
        const changes = { name: values.name, ...duties(values), capacity: values.capacity ? Number(values.capacity) : null };
        await this.api.write(`accounts/${one.id}`, changes, 'PATCH');
        await this.#done(`${values.name} is saved.`);
      },
    });
  }

  #invite() {
    ask({
      title: 'Invite somebody',
      text: 'They get a link that works once, within a week.',
      fields: [
        field('E-mail', { name: 'email', type: 'email', maxlength: 254, autocomplete: 'off' }, undefined, 'invite'),
        field('Name', { name: 'name', maxlength: 100, required: false, autocomplete: 'off' }, 'They can change it.', 'invite'),
        ...this.#duties({ role: 'agent', skills: [], languages: [] }, 'invite'),
      ],
      yes: 'Invite',
      run: async (values) => {
        const { link } = await this.api.write('invitations', { email: values.email, name: values.name, ...duties(values) });
        await this.#done(link ? '' : `A letter to ${values.email} is on its way.`);
        if (link) handOver(`Invitation for ${values.email}`, link, 'It works once, within a week.');
      },
    });
  }

  /** @param {Person} one */
  #reset(one) {
    ask({
      title: `New password for ${one.name}`,
      text: 'They get a link that works once, within an hour. Until it is used, the old password stays.',
      yes: 'Make a link',
      run: async () => {
        const { link } = await this.api.write(`accounts/${one.id}/reset`, {});
        await this.#done(link ? '' : `A letter to ${one.email} is on its way.`);
        if (link) handOver(`New password for ${one.name}`, link, 'It works once, within an hour.');
      },
    });
  }

  /** @param {Person} one */
  #disable(one) {
    ask({
      title: `Disable ${one.name}?`,
      text: 'They are signed out and cannot sign in until you enable them again. Their conversations go back to the queue.',
      yes: 'Disable',
      warn: true,
      run: async () => {
        await this.api.write(`accounts/${one.id}`, { disabled: true }, 'PATCH');
        await this.#done(`${one.name} is disabled.`);
      },
    });
  }

  /** @param {Person} one */
  #factorOff(one) {
    ask({
      title: `Turn off the second factor of ${one.name}?`,
      text: 'For somebody who has lost it. Be sure that it is really they who ask.',
      yes: 'Turn off',
      warn: true,
      run: async () => {
        await this.api.write(`accounts/${one.id}/second-factor`, undefined, 'DELETE');
        await this.#done(`${one.name} signs in with the password alone.`);
      },
    });
  }

  /** Role, skills and languages. @param {{role: string, skills: string[], languages: string[]}} one @param {string} where */
  #duties(one, where) {
    const roles = ROLES.map((value) => h('option', { value, selected: value === one.role }, plain(value)));
    const known = this.#skills.length ? `Separated by commas, such as ${this.#skills.slice(0, 3).join(', ')}. Empty: all.` : 'Separated by commas. Empty: all.';
    return [
      h('div', { class: 'field' }, h('label', { for: `${where}-role` }, 'Role'), h('select', { id: `${where}-role`, name: 'role' }, ...roles)),
      field('Skills', { name: 'skills', required: false, value: one.skills.join(', ') }, known, where),
      field('Languages', { name: 'languages', required: false, value: one.languages.join(', ') }, 'Such as en, de. Empty: any.', where),
    ];
  }

  /** @param {Invited[]} invitations */
  #drawInvited(invitations) {
    this.#invited.hidden = !invitations.length;
    const rows = invitations.map((one) =>
      h(
        'li',
        {},
        h('div', {}, h('strong', {}, one.name || one.email), ` ${one.email}, ${one.role}`,
          h('p', { class: 'hint' }, 'Until ', h('time', { datetime: one.expires }, exactly(one.expires)))),
        h('button', {
          class: 'button quiet',
          'aria-label': `Withdraw the invitation of ${one.email}`,
          click: () => this.#try('The invitation is withdrawn.', () => this.api.write(`invitations/${one.invitation_id}`, undefined, 'DELETE')),
        }, 'Withdraw'),
      ),
    );
    this.#invited.replaceChildren(h('h3', {}, 'Invited'), h('ul', { class: 'sessions' }, ...rows));
  }

  /** @param {string} words @param {() => Promise<any>} act */
  async #try(words, act) {
    try {
      await act();
      await this.#done(words);
    } catch (problem) {
      this.#said.textContent = sentence(problem.message);
    }
  }

  /** @param {string} words */
  async #done(words) {
    await this.refresh();
    this.#said.textContent = words;
  }
}

/** @param {Record<string, string>} values */
function duties({ role, skills, languages }) {
  const several = (/** @type {string} */ text) => text.split(/[,\s]+/).filter(Boolean);
  return { role, skills: several(skills), languages: several(languages) };
}
