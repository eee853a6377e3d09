import { h, icon } from '../widget/dom.js';
import { down } from '../widget/icons.js';
import { Alerts } from './alerts.js';
import { choices } from './choices.js';

const THEMES = /** @type {const} */ ({ system: 'As the system', light: 'Light', dark: 'Dark' });

/** What is under the agent's name: pages, how the console looks and tells, and signing out. */
export class Menu {
  #alert = h('p', { class: 'alert', role: 'alert', hidden: true });

  /** @param {string} name @param {[string, string][]} pages address and words @param {{keys(): void, leave(): void}} on */
  constructor(name, pages, on) {
    const close = () => this.panel.hidePopover();
    const then = (/** @type {() => void} */ act) => () => (close(), act());
    this.panel = h(
      'div',
      { class: 'popover', id: 'menu', popover: 'auto' },
      ...pages.map(([href, words]) => h('a', { class: 'item', href, click: close }, words)),
      h('button', { class: 'item', click: then(on.keys) }, 'Keys'),
      this.#theme(),
      this.#desktop(),
      this.#sound(),
      this.#alert,
      h('button', { class: 'item', click: then(on.leave) }, 'Sign out'),
    );
    this.panel.addEventListener('toggle', () => {
      if (this.panel.matches(':popover-open'))
        /** @type {HTMLElement} */ (this.panel.querySelector('a, button')).focus();
    });
    const button = h('button', { class: 'menu-button', popovertarget: 'menu' }, h('span', {}, name), icon(down));
    this.node = h('div', { class: 'account' }, button, this.panel);
  }

  #theme() {
    const chosen = choices.get('theme');
    const options = Object.entries(THEMES).map(([value, words]) =>
      h('option', { value, selected: value === chosen }, words),
    );
    const select = h('select', { change: () => choices.set('theme', /** @type {any} */ (select.value)) }, ...options);
    return h('label', { class: 'check' }, 'Colours', select);
  }

  #desktop() {
    const granted = Alerts.possible && Notification.permission === 'granted';
    const box = h('input', { type: 'checkbox', checked: choices.get('desktop') && granted });
    box.addEventListener('change', async () => {
      this.#alert.hidden = true;
      if (!box.checked) return choices.set('desktop', false);
      const problem = await Alerts.switchOn();
      box.checked = !problem;
      this.#alert.hidden = !problem;
      this.#alert.textContent = problem;
    });
    return h('label', { class: 'check' }, box, 'Desktop notifications');
  }

  #sound() {
    const box = h('input', { type: 'checkbox', checked: choices.get('sound') });
    box.addEventListener('change', () => {
      choices.set('sound', box.checked);
      if (box.checked) Alerts.try();
    });
    return h('label', { class: 'check' }, box, 'Sound');
  }
}
