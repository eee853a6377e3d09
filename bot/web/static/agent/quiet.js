/** Whether keys are text there; a dialog that has just closed may have the focus a moment longer. @param {Element | null} target */
export const writes = (target) =>
  Boolean(target?.closest('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]')) &&
  !target?.closest('dialog:not([open])');

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
