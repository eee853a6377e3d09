import { Composer } from './composer.js';
import { fill, h, icon } from './dom.js';
import * as icons from './icons.js';
import { Thread } from './thread.js';
import { ahead, exact, usual } from './time.js';

/** The dialog and all in it; `update` is the one way to change what it shows. */
export class Panel {
  #title = h('h2', { id: 'title' });
  #sub = h('div', { class: 'sub', role: 'status' });
  #typing = h('div', { class: 'typing', role: 'status' });
  #waiting = h('span', { dir: 'auto' });
  /** Read out when the place changes, not at every tick of the range. */
  #told = h('div', { class: 'unseen', role: 'status' });
  #blocked = h('div', { class: 'notice calm', role: 'status' });
  #notice = h('div', { class: 'notice', role: 'status' });

  /** @param {Texts} texts @param {string} locale @param {Config | null} config @param {PanelOn} on */
  constructor(texts, locale, config, on) {
    this.texts = texts;
    this.config = config;
    this.on = on;
    const { person, privacy_url, max_length, form: Form } = config ?? {};
    this.thread = new Thread(texts, locale, on, () => (this.newer.hidden = true));
    this.composer = new Composer(texts, max_length ?? 4000, on.send, on.typing);
    const click = () => this.thread.toEnd();
    this.newer = h('button', { class: 'newer', hidden: true, click }, icon(icons.down), texts.newer);
    this.person = h('button', { class: 'plain', click: () => on.reply(person) }, icon(icons.person), person?.title);
    this.contact = Form && new Form(texts, 'contact', 'link', on.mail);
    this.copy = Form && new Form(texts, 'transcript', 'plain', on.mail);
    const leave = h('button', { class: 'link', click: on.leave }, texts.leave);
    const { button, node } = this.contact ?? {};
    this.waiting = h('div', { class: 'notice calm waiting' }, icon(icons.clock), this.#waiting, leave, button, node);
    this.foot = h('div', { class: 'foot' }, this.person, this.copy?.button, this.copy?.node);
    const privacy = { href: privacy_url, target: '_blank', rel: 'noopener' };
    this.about = h('div', { class: 'meta' }, privacy_url && h('a', privacy, texts.privacy));

    const close = (/** @type {Event} */ event) => {
      event.preventDefault();
      on.close();
    };
    const escape = (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && !event.isComposing && close(event);
    const label = { 'aria-label': texts.close, title: texts.close };
    const cross = h('button', { class: 'square', click: close, ...label }, icon(icons.close));
    this.node = h(
      'dialog',
      { 'aria-labelledby': 'title', tabindex: -1, keydown: escape, cancel: close },
      h('div', { class: 'head' }, h('div', {}, this.#title, this.#sub), cross),
      h('div', { class: 'middle' }, this.thread.node, this.newer),
      this.#typing,
      this.#notice,
      this.#told,
      this.waiting,
      this.#blocked,
      this.composer.node,
      this.foot,
    );
  }

  /** On a touch screen the keyboard would cover what the bot has to say. */
  focus(touch = matchMedia('(pointer: coarse)').matches) {
    (touch || this.composer.node.hidden ? this.node : this.composer.input).focus();
  }

  /** @param {View} view @param {PanelState} state */
  update(view, { live, loading, notice, typing }) {
    const { texts, config, on, thread } = this;
    const assigned = view.owner === 'assigned';
    this.#title.textContent = assigned ? view.agent : (config?.bot.name ?? texts.bot);
    this.#say(this.#sub, live ? (assigned ? texts.agent : texts.bot) : texts.connecting, live ? '' : icons.warning);
    this.#sub.classList.toggle('warn', !live);
    thread.node.setAttribute('aria-busy', `${loading}`);
    thread.update(view, this.about);

    this.#wait(view);
    this.#say(this.#blocked, view.blocked ? texts.blocked : '', icons.warning);
    this.#say(this.#notice, notice.text, icons.warning, notice.again && texts.retry, notice.again);
    this.#say(this.#typing, typing);
    this.person.hidden = !config?.person;
    if (this.copy) this.copy.button.hidden = !view.begun;
    this.#hide(this.composer.node, view.blocked);
    this.#hide(this.foot, view.blocked || view.owner !== 'bot');
  }

  /** @param {View} view */
  #wait({ owner, blocked, place, wait, promised_by }) {
    const waits = owner === 'queued' && !blocked;
    const { texts } = this;
    const { locale } = this.thread;
    const where = place > 1 ? fill(texts.place, { place }) : place ? texts.next : '';
    const promised = promised_by && fill(texts.promised, { time: ahead(promised_by, locale) });
    const words = promised || `${texts.queued} ${where} ${wait ? usual(wait, locale, texts) : ''}`;
    this.#waiting.textContent = words;
    this.#waiting.title = promised_by ? exact(promised_by, locale) : '';
    if (this.contact) this.contact.button.hidden = !promised;
    this.#hide(this.waiting, !waits);
    this.#say(this.#told, words, '', '', null, waits ? promised || where : '');
  }

  /** What goes takes no focus with it. */
  #hide(node, hidden) {
    const held = hidden && node.matches(':focus-within');
    node.hidden = !!hidden;
    if (held) this.focus(false);
  }

  /** Changes a line only when what it says changes: it is read out once, and its button keeps the focus. */
  #say(node, text, path = '', action = '', act = null, as = text ?? '') {
    node.hidden = !as;
    if (node.dataset.as === as) return;
    node.dataset.as = as;
    const button = action && h('button', { class: 'link', click: act }, action);
    node.replaceChildren(path && icon(path), h('span', { dir: 'auto' }, text), button);
  }
}
