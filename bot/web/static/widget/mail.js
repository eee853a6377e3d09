import { fill, h, uuid } from './dom.js';

/** A form for an e-mail address, and the button that shows it; the panel puts both in their place. */
export class MailForm {
  #wish = { client_id: '', email: '' };

  /** @param {Texts} texts @param {'contact' | 'transcript'} call @param {string} look @param {PanelOn['mail']} send */
  constructor(texts, call, look, send) {
    const [title, done] = texts[call];
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const email = this.input.value.trim();
      // Tried again, it is the same wish: nothing is mailed twice.
      if (email !== this.#wish.email) this.#wish = { client_id: uuid(), email };
      this.said.textContent = texts.sending;
      try {
        await send(call, this.#wish);
        this.#wish.email = '';
        this.#open(false);
        this.said.textContent = fill(done, { email });
      } catch (problem) {
        this.said.textContent = problem.message;
      }
    };
    const label = { placeholder: texts.address, 'aria-label': texts.address };
    this.input = h('input', { type: 'email', required: true, maxlength: 254, autocomplete: 'email', dir: 'ltr', ...label });
    this.form = h('form', { class: 'mail', submit }, this.input, h('button', {}, texts.send));
    this.said = h('div', { class: 'meta', role: 'status' });
    this.node = h('div', { class: 'mailing' }, this.form, this.said);
    const click = () => this.#open(this.form.hidden);
    this.button = h('button', { class: look, 'aria-expanded': false, click }, title);
    this.form.hidden = true;
  }

  #open(open) {
    this.form.hidden = !open;
    this.button.setAttribute('aria-expanded', `${open}`);
    this.said.textContent = '';
    (open ? this.input : this.button).focus();
  }
}
