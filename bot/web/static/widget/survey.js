import { Composer } from './composer.js';
import { h } from './dom.js';

/** The question for a rating: its scores, and then a comment for who wants. It takes no focus. */
export class SurveyView {
  node = h('div', { class: 'survey', role: 'group', tabindex: -1 });
  #as = '';
  /** The `seq` of the one answered here. */
  #rated = 0;

  /** @param {Texts} texts @param {PanelOn} on */
  constructor(texts, on) {
    this.texts = texts;
    this.on = on;
  }

  /** @param {Survey | null} survey */
  update(survey) {
    const as = survey ? `${survey.seq} ${survey.score}` : '';
    if (as === this.#as) return;
    this.#as = as;
    const { node } = this;
    const held = node.matches(':focus-within');
    node.replaceChildren(...(survey ? this.#draw(survey) : []));
    // The focus stays here.
    if (held) (node.firstChild ? node : node.parentElement).focus();
  }

  #draw(survey) {
    const { texts, on } = this;
    const { seq, kind, scale, score, text } = survey;
    const skip = (click) => h('button', { class: 'link', click }, texts.skip);
    this.node.setAttribute('aria-label', score == null ? text : texts.why);
    if (score != null) {
      const close = () => {
        this.#rated = 0;
        this.update(null);
      };
      const send = (comment) => {
        close();
        on.rate(survey, score, comment);
      };
      const box = new Composer({ compose: texts.why, send: texts.comment }, 4000, send);
      return seq === this.#rated ? [box.node, skip(close)] : [];
    }
    const [lowest, highest] = scale;
    const words = texts[kind];
    const scores = h('div', { class: `scale ${kind}` });
    for (let n = lowest; n <= highest; n++) {
      const word = { [lowest]: words[0], [highest]: words[1] }[n];
      const label = word && `${n}, ${word.toLowerCase()}`;
      const click = () => {
        this.#rated = seq;
        on.rate(survey, n);
      };
      scores.append(h('button', { class: 'score', 'aria-label': label, click }, `${n}`));
    }
    const ends = h('div', { class: 'ends', 'aria-hidden': true }, ...words.map((word) => h('span', {}, word)));
    // It looks only while the tab is painted.
    const sight = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      sight.disconnect();
      on.note(survey, 'shown');
    });
    sight.observe(ends);
    return [scores, ends, skip(() => on.note(survey, 'dismissed'))];
  }
}
