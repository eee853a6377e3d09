import { fill, h, icon, linked, paragraphs } from './dom.js';
import * as icons from './icons.js';
import { SurveyView } from './survey.js';
import { exact, short } from './time.js';

/** The bubbles. Each entry keeps its element, so that nothing is read out twice, loses its focus or jumps. */
export class Thread {
  /** @type {Map<string, {node: HTMLElement, as: string}>} */
  #shown = new Map();
  #replies = h('div', { class: 'replies' });
  /** @type {any} */
  #newest = this.#replies;
  #offered = '';
  /** Follows what comes, until the customer scrolls up to read. */
  atEnd = true;

  /** @param {Texts} texts @param {string} locale @param {PanelOn} on @param {() => void} reachedEnd */
  constructor(texts, locale, on, reachedEnd) {
    this.texts = texts;
    this.locale = locale;
    this.on = on;
    this.survey = new SurveyView(texts, on);
    const labels = { role: 'log', 'aria-relevant': 'additions', 'aria-label': texts.messages };
    let height = 0;
    const scroll = () => {
      // Lines below that come and go move the end; the customer has not.
      if (this.node.clientHeight !== height) return;
      this.atEnd = this.#end - this.node.scrollTop < 48;
      if (this.atEnd) reachedEnd();
    };
    this.node = h('div', { class: 'log', tabindex: 0, scroll, ...labels }, this.#replies, this.survey.node);
    const resized = () => {
      height = this.node.clientHeight;
      this.#follow();
    };
    new ResizeObserver(resized).observe(this.node);
  }

  /** @param {View} view @param {Node | null} about shown under the greeting */
  update({ entries, replies, survey }, about) {
    const gone = new Set(this.#shown.keys());
    let next = this.node.firstChild;
    for (const entry of entries) {
      const node = (this.#newest = this.#entry(entry, entry.key === 'greeting' ? about : null));
      gone.delete(entry.key);
      if (node === next) next = node.nextSibling;
      else this.node.insertBefore(node, next);
    }
    for (const key of gone) {
      this.#shown.get(key)?.node.remove();
      this.#shown.delete(key);
    }
    const offer = JSON.stringify(replies);
    if (offer !== this.#offered) {
      this.#offered = offer;
      const button = (reply) => h('button', { class: 'reply', click: () => this.on.reply(reply) }, reply.title);
      this.#replies.replaceChildren(...replies.map(button));
    }
    this.survey.update(survey);
    this.#follow();
  }

  toEnd() {
    this.node.scrollTop = this.#end;
  }

  /** Where the newest words are, or begin if there is no room for all. */
  get #end() {
    const { scrollHeight, clientHeight } = this.node;
    return Math.min(scrollHeight - clientHeight, this.#newest.offsetTop - 8);
  }

  #follow() {
    if (this.atEnd) this.node.scrollTop = Math.max(this.node.scrollTop, this.#end);
  }

  /** Times age: "now" becomes "1 min". */
  tick() {
    for (const time of this.node.querySelectorAll('time')) {
      time.firstElementChild.textContent = short(time.dateTime, this.locale, this.texts.now);
    }
  }

  /** @param {Entry} entry @param {Node | null} about */
  #entry(entry, about) {
    const as = JSON.stringify([entry, !about]);
    const known = this.#shown.get(entry.key);
    if (known?.as === as) return known.node;
    const { kind, text, follows, followed, state } = entry;
    const node = known?.node ?? h('div');
    node.className = `entry ${kind} ${follows ? 'follows' : ''} ${state ?? ''}`;
    const customer = kind === 'customer';
    const who = customer
      ? h('span', { class: 'unseen' }, this.texts.you)
      : h('div', { class: follows ? 'unseen' : 'who' }, icon(icons[kind === 'bot' ? 'bot' : 'person']), entry.name);
    const below = about ?? (state ? this.#state(entry) : followed ? '' : this.#time(entry));
    node.replaceChildren(
      kind === 'system' ? '' : who,
      h('div', { class: 'bubble' }, ...paragraphs(text, customer ? Array.of : linked)),
      below,
    );
    this.#shown.set(entry.key, { node, as });
    return node;
  }

  #time({ time }) {
    if (!time) return '';
    const title = exact(time, this.locale);
    const seen = h('span', { 'aria-hidden': true }, short(time, this.locale, this.texts.now));
    return h('time', { class: 'meta', datetime: time, title }, seen, h('span', { class: 'unseen' }, title));
  }

  /** @param {Entry} entry */
  #state({ key, state, failed, editable, final }) {
    const { texts, on } = this;
    if (state !== 'failed') return h('div', { class: 'meta' }, texts[state]);
    const button = (name) => !final && h('button', { class: 'link', click: () => on[name](key) }, texts[name]);
    const why = h('span', {}, fill(texts.failed, { why: final ? '' : failed }));
    const buttons = [button('retry'), editable && button('edit')];
    return h('div', { class: 'meta', role: 'alert' }, icon(icons.warning), why, ...buttons);
  }
}
