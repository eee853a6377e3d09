/** For so long, in milliseconds, after the last letter of somebody whose field is gone. */
const REST = 1500;

let until = 0;

/** Single keys do nothing for a moment after a field was taken from under the hands of who writes in it. */
export const quiet = {
  begin() {
    until = performance.now() + REST;
  },

  /** The focus was moved on purpose. */
  end() {
    until = 0;
  },

  get on() {
    return performance.now() < until;
  },
};
