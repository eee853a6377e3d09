import { h, icon } from '../widget/dom.js';
import { down } from '../widget/icons.js';
import { ask } from './dialog.js';
import { away, offline, online } from './icons.js';

const STATES = /** @type {const} */ ({
  online: ['Online', online, 'You can be given conversations.'],
  away: ['Away', away, 'You keep what you have and get nothing new.'],
  offline: ['Offline', offline, 'You get nothing; those you have go back to the queue.'],
});

/** What becomes of those an agent has who goes. @param {number} load how many they are */
export const givenUp = (load) =>
  load === 1 ? '1 customer goes back to the queue, and is told so.' : `${load} customers go back to the queue, and are told so.`;

/** The switch for one's own presence: online, away or offline, assigned to automatically or not, and how many at once. */
export class PresenceSwitch {
  #button = h('button', {
    class: 'presence-button',
    popovertarget: 'presence',
    'aria-label': 'Your presence: unknown',
  });
  #alert = h('p', { class: 'alert', role: 'alert', hidden: true });
  #hint = h('p', { class: 'hint', role: 'status' });
  /** An arrow key is down: it moves to a choice and leaves it to Enter. */
  #arrow = false;
  #radios;
  #automatic = h('input', { type: 'checkbox', change: () => this.#save() });
  #capacity = h('input', { type: 'number', min: 1, max: 50, required: true, change: () => this.#save() });
  #as = '';

  /** @param {import('./api.js').AgentApi} api @param {import('./directory.js').Directory} directory */
  constructor(api, directory) {
    this.api = api;
    this.directory = directory;
    this.#radios = Object.entries(STATES).map(([value, [words, path, hint]]) => {
      const click = () => (this.#arrow ? this.#propose(words) : this.#choose(value));
      const radio = h('input', { type: 'radio', name: 'presence', value, click });
      return {
        radio,
        label: h('label', {}, radio, icon(path), h('span', {}, words, h('span', { class: 'hint' }, hint))),
      };
    });
    this.panel = h(
      'div',
      { class: 'popover', id: 'presence', popover: 'auto' },
      h(
        'fieldset',
        { class: 'radios', keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event), keyup: () => (this.#arrow = false) },
        h('legend', {}, 'Your presence'),
        ...this.#radios.map(({ label }) => label),
        this.#hint,
      ),
      h(
        'label',
        { class: 'check' },
        this.#automatic,
        h('span', {}, 'Assign conversations to me automatically ', h('span', { class: 'hint' }, 'Going offline switches it off.')),
      ),
      h('label', { class: 'check' }, 'At most', this.#capacity, 'at once'),
      this.#alert,
    );
    this.panel.addEventListener('toggle', () => {
      if (this.panel.matches(':popover-open')) this.#focus();
      else this.#redraw();
    });
    this.node = h('div', { class: 'presence' }, this.#button, this.panel);
    directory.addEventListener('presence', () => this.#update());
    this.#update();
  }

  open() {
    this.panel.togglePopover();
    // What is typed on goes there before the browser tells that it is open.
    if (this.panel.matches(':popover-open')) this.#focus();
  }

  #focus() {
    if (this.panel.contains(document.activeElement)) return;
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

  /** How many conversations the agent has now. */
  async load() {
    // What is known may be older than the last claim.
    await this.directory.refresh().catch(() => {});
    return this.directory.load;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    this.#arrow = event.key.startsWith('Arrow');
    const at = this.#radios.find(({ radio }) => radio === event.target);
    if (event.key !== 'Enter' || !at) return;
    event.preventDefault();
    this.#choose(/** @type {Status} */ (at.radio.value));
  }

  /** @param {string} words */
  #propose(words) {
    this.#hint.textContent = `Enter takes “${words}”.`;
  }

  /** Takes a choice; who would give up customers by it is asked first. @param {string} status */
  async #choose(status) {
    this.#hint.textContent = '';
    if (status === this.directory.presence.me.status) return this.#redraw();
    const load = status === 'offline' ? await this.load() : 0;
    if (!load) return this.#save(status);
    ask({
      title: 'Go offline?',
      text: givenUp(load),
      yes: 'Go offline',
      no: 'Stay',
      run: () => this.#save(status),
    }).addEventListener('close', () => this.#redraw());
  }

  /** Shows what is, whatever has been proposed. */
  #redraw() {
    this.#hint.textContent = '';
    this.#arrow = false;
    this.#as = '';
    this.#update();
  }

  async #save(status = /** @type {string} */ (this.directory.presence.me.status)) {
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
