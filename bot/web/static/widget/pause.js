/** A wait that ends early when asked, or when the network is back. */
export class Pause {
  hurry = () => {};

  /** @param {number} ms */
  async wait(ms) {
    await new Promise((resolve) => {
      this.hurry = resolve;
      setTimeout(resolve, ms);
      addEventListener('online', resolve);
    });
    removeEventListener('online', this.hurry);
  }

  /** Doubles with each failure up to half a minute, and differs between clients. */
  backOff(failures = 0, first = 1000) {
    return this.wait(Math.min(first * 2 ** failures, 30_000) * (0.5 + Math.random() / 2));
  }
}
