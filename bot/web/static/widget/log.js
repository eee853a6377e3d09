/** What the customer may see of the conversation's log: every touchpoint once, in order, without a hole. */
export class Log {
  /** @type {Touchpoint[]} */
  items = [];
  /** @type {Map<number, Touchpoint>} those that came before the ones between */
  #early = new Map();

  get last() {
    return this.items.at(-1)?.seq ?? 0;
  }

  /** Something between is missing and has to be asked for. */
  get gap() {
    return this.#early.size > 0;
  }

  /** @param {Touchpoint[]} touchpoints in any order, known or not @returns {Touchpoint[]} the new ones now in place */
  add(touchpoints) {
    for (const touchpoint of touchpoints) this.#early.set(touchpoint.seq, touchpoint);
    const fresh = [];
    for (const [seq, touchpoint] of [...this.#early].sort(([a], [b]) => a - b)) {
      if (touchpoint.prev > this.last) break;
      this.#early.delete(seq);
      if (seq <= this.last) continue;
      this.items.push(touchpoint);
      fresh.push(touchpoint);
    }
    return fresh;
  }
}
