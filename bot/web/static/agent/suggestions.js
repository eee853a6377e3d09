import { h, icon } from '../widget/dom.js';
import * as icons from './icons.js';
import { percent, plain } from './words.js';

const MOST = 3;

/** Answers from the FAQ to what the customer wrote last. They go into the reply, never to the customer. */
export class Suggestions {
  node = h('div', { class: 'suggestions', role: 'group', 'aria-label': 'Suggested answers', hidden: true });
  #asked = 0;
  /** @type {Suggestion[]} */
  #items = [];

  /** @param {import('./api.js').AgentApi} api @param {string} id @param {(text: string) => void} take */
  constructor(api, id, take) {
    this.api = api;
    this.id = id;
    this.take = take;
  }

  /** @param {number} seq of the customer's last message */
  async update(seq) {
    if (seq === this.#asked) return;
    this.#asked = seq;
    try {
      const { suggestions } = await this.api.suggestions(this.id);
      if (seq === this.#asked) this.#draw(suggestions.slice(0, MOST));
    } catch {
      // Asked again with the next reading; nobody waits for a suggestion.
      if (seq === this.#asked) this.#asked = 0;
    }
  }

  /** @param {number} at */
  choose(at) {
    if (this.#items[at]) this.take(this.#items[at].text);
  }

  /** @param {Suggestion[]} items */
  #draw(items) {
    this.#items = items;
    this.node.hidden = !items.length;
    this.node.replaceChildren(
      h('span', { class: 'lead' }, icon(icons.spark), 'Suggested'),
      ...items.map(({ title, intent, confidence, text }, i) =>
        h(
          'button',
          {
            class: 'suggestion',
            type: 'button',
            title: text,
            'aria-keyshortcuts': `Alt+${i + 1}`,
            click: () => this.choose(i),
          },
          h('kbd', { 'aria-hidden': 'true' }, String(i + 1)),
          h('span', { class: 'title' }, `${title || plain(intent)} ${percent(confidence)}`),
          h('span', { class: 'preview', dir: 'auto' }, text),
        ),
      ),
    );
  }
}
