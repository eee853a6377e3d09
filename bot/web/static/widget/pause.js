/** A wait that ends early when asked, or when the network is back. */
export class Pause {
  hurry = () => {};

  constructor() {
    addEventListener('online', () => this.hurry());
  }

  /** @param {number} ms @returns {Promise<void>} */
  wait(ms) {
    return new Promise((resolve) => {
      setTimeout(resolve, ms);
      this.hurry = resolve;
    });
  }

  /** Doubles with each failure up to half a minute, and differs between clients. */
  backOff(failures = 0, first = 1000) {
    return this.wait(Math.min(first * 2 ** failures, 30_000) * (0.5 + Math.random() / 2));
  }
}
