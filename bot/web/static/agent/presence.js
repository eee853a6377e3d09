import { h, icon } from '../widget/dom.js';
import { down } from '../widget/icons.js';
import { away, offline, online } from './icons.js';

const STATES = /** @type {const} */ ({
  online: ['Online', online, 'You can be given conversations.'],
  away: ['Away', away, 'You keep what you have and get nothing new.'],
  offline: ['Offline', offline, 'You get nothing; who waits for you waits for others again.'],
});

/** The switch for one's own presence: online, away or offline, assigned to automatically or not, and how many at once. */
export class PresenceSwitch {
  #button = h('button', {
    class: 'presence-button',
    popovertarget: 'presence',
    'aria-label': 'Your presence: unknown',
  });
  #alert = h('p', { class: 'alert', role: 'alert', hidden: true });
  #radios;
  #automatic = h('input', { type: 'checkbox', change: () => this.#save() });
  #capacity = h('input', { type: 'number', min: 1, max: 50, required: true, change: () => this.#save() });
  #as = '';

  /** @param {import('./api.js').AgentApi} api @param {import('./directory.js').Directory} directory */
  constructor(api, directory) {
    this.api = api;
    this.directory = directory;
    this.#radios = Object.entries(STATES).map(([value, [words, path, hint]]) => {
      const radio = h('input', { type: 'radio', name: 'presence', value, change: () => this.#save() });
      return {
        radio,
        label: h('label', {}, radio, icon(path), h('span', {}, words, h('span', { class: 'hint' }, hint))),
      };
    });
    this.panel = h(
      'div',
      { class: 'popover', id: 'presence', popover: 'auto' },
      h('fieldset', { class: 'radios' }, h('legend', {}, 'Your presence'), ...this.#radios.map(({ label }) => label)),
      h('label', { class: 'check' }, this.#automatic, 'Assign conversations to me automatically'),
      h('label', { class: 'check' }, 'At most', this.#capacity, 'at once'),
      this.#alert,
    );
    this.panel.addEventListener('toggle', () => this.panel.matches(':popover-open') && this.#focus());
    this.node = h('div', { class: 'presence' }, this.#button, this.panel);
    directory.addEventListener('presence', () => this.#update());
    this.#update();
  }

  open() {
    this.panel.togglePopover();
  }

  #focus() {
    (this.#radios.find(({ radio }) => radio.checked) ?? this.#radios[0]).radio.focus();
  }

  #update() {
    const { me } = this.directory.presence;
    const as = JSON.stringify(me);
    if (as === this.#as) return;
    this.#as = as;
    const [words, path] = STATES[me.status];
    this.#button.replaceChildren(
      icon(path),
      h('span', {}, words),
      me.automatic && me.status === 'online' ? h('span', { class: 'hint' }, 'automatic') : '',
      icon(down),
    );
    this.#button.setAttribute('aria-label', `Your presence: ${words}`);
    this.#button.className = `presence-button ${me.status}`;
    for (const { radio } of this.#radios) radio.checked = radio.value === me.status;
    this.#automatic.checked = me.automatic;
    if (document.activeElement !== this.#capacity) this.#capacity.value = String(me.capacity || '');
  }

  async #save() {
    const status = this.#radios.find(({ radio }) => radio.checked)?.radio.value ?? 'offline';
    const capacity = Number(this.#capacity.value);
    if (!this.#capacity.checkValidity()) return this.#say('How many at once: a number from 1 to 50.');
    this.#say('');
    try {
      await this.api.write('presence', {
        status,
        automatic: this.#automatic.checked,
        ...(capacity ? { capacity } : {}),
      });
    } catch (problem) {
      this.#say(`It could not be changed. ${problem.message}`);
    }
    this.#as = '';
    await this.directory.refresh().catch(() => this.#update());
  }

  /** @param {string} words */
  #say(words) {
    this.#alert.hidden = !words;
    this.#alert.textContent = words;
  }
}
