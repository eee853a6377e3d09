import { Composer } from './composer.js';
import { fill, h, icon } from './dom.js';
import * as icons from './icons.js';
import { Thread } from './thread.js';
import { ahead, exact } from './time.js';

/** The dialog and all in it; `update` is the one way to change what it shows. */
export class Panel {
  #title = h('h2', { id: 'title' });
  #sub = h('div', { class: 'sub', role: 'status' });
  #typing = h('div', { class: 'typing', role: 'status' });
  #waiting = h('div', { class: 'notice calm', role: 'status' });
  #notice = h('div', { class: 'notice', role: 'status' });

  /** @param {Texts} texts @param {string} locale @param {Config | null} config @param {PanelOn} on */
  constructor(texts, locale, config, on) {
    this.texts = texts;
    this.config = config;
    this.on = on;
    const { person, privacy_url, max_length } = config ?? {};
    this.thread = new Thread(texts, locale, on, () => (this.newer.hidden = true));
    this.composer = new Composer(texts, max_length ?? 4000, on.send);
    this.newer = h(
      'button',
      { class: 'newer', hidden: true, click: () => this.thread.toEnd() },
      icon(icons.down),
      texts.newer,
    );
    this.person = h('button', { class: 'plain', click: () => on.reply(person) }, icon(icons.person), person?.title);
    const privacy = { href: privacy_url, target: '_blank', rel: 'noopener' };
    this.about = h('div', { class: 'meta' }, privacy_url && h('a', privacy, texts.privacy));

    const close = (/** @type {Event} */ event) => {
      event.preventDefault();
      on.close();
    };
    const escape = (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && !event.isComposing && close(event);
    const label = { 'aria-label': texts.close, title: texts.close };
    this.node = h(
      'dialog',
      { 'aria-labelledby': 'title', tabindex: -1, keydown: escape, cancel: close },
      h(
        'div',
        { class: 'head' },
        h('div', {}, this.#title, this.#sub),
        h('button', { class: 'square', click: close, ...label }, icon(icons.close)),
      ),
      h('div', { class: 'middle' }, this.thread.node, this.newer),
      this.#typing,
      this.#notice,
      this.#waiting,
      this.composer.node,
      this.person,
    );
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

    const place = view.place > 1 ? fill(texts.place, view) : view.place ? texts.next : '';
    const promised = view.promise && fill(texts.promised, { time: ahead(view.promise, thread.locale) });
    const waiting = view.owner === 'queued' ? promised || `${texts.queued} ${place}` : '';
    this.#say(this.#waiting, waiting, icons.clock, texts.leave, on.leave);
    this.#waiting.title = view.promise && exact(view.promise, thread.locale);
    this.#say(this.#notice, notice.text, icons.warning, notice.again && texts.retry, notice.again);
    this.#say(this.#typing, typing);
    this.person.hidden = view.owner !== 'bot' || !config?.person;
  }

  /** Changes a line only when its words change: it is read out once, and its button keeps the focus. */
  #say(node, text, path = '', action = '', act = null) {
    node.hidden = !text;
    if (node.dataset.text === `${text}`) return;
    node.dataset.text = text;
    const button = action && h('button', { class: 'link', click: act }, action);
    node.replaceChildren(path && icon(path), h('span', {}, text), button);
  }
}
