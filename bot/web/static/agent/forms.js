import { h } from '../widget/dom.js';

/** @param {string} label @param {Record<string, any>} attributes @param {string} [hint] @param {string} [where] sets ids apart */
export function field(label, attributes, hint, where = 'field') {
  const id = `${where}-${attributes.name}`;
  const described = hint ? `${id}-hint` : undefined;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h('input', { id, required: true, 'aria-describedby': described, ...attributes }),
    hint ? h('p', { class: 'hint', id: described }, hint) : null,
  );
}

/** The rule for a new password; the server has the same. */
export const NEW_PASSWORD = { type: 'password', autocomplete: 'new-password', minlength: 10 };
export const PASSWORD_HINT = 'At least 10 characters. A few words in a row are easy to remember.';

/**
 * A form that sends what is in it, says how that went, and can be sent again.
 * @param {HTMLElement[]} fields @param {string} action
 * @param {(values: Record<string, string>) => Promise<string | void>} submit gives what to say when it is done
 * @param {(problem: any) => void} [failed] after the problem is on show
 */
export function form(fields, action, submit, failed) {
  const error = h('p', { class: 'alert', role: 'alert', hidden: true });
  const done = h('p', { class: 'done', role: 'status' });
  const button = h('button', { class: 'button' }, action);
  const say = (/** @type {string} */ problem, words = '') => {
    error.textContent = sentence(problem);
    error.hidden = !problem;
    done.textContent = words;
  };
  const node = h(
    'form',
    {
      submit: async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (button.disabled) return;
        button.disabled = true;
        say('');
        try {
          const words = await submit(/** @type {any} */ (Object.fromEntries(new FormData(node))));
          if (words) {
            node.reset();
            say('', words);
          }
        } catch (problem) {
          say(problem.message);
          if (failed) failed(problem);
          else node.querySelector('input')?.focus();
        }
        button.disabled = false;
      },
    },
    ...fields,
    error,
    done,
    button,
  );
  return node;
}

/** The server's words as a sentence of a page. @param {string} words */
export const sentence = (words) => words && `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?]$/.test(words) ? '' : '.'}`;

/** What stands in place of something that could not be had. @param {string} words @param {() => void} again */
export function failure(words, again) {
  return h('p', { class: 'state', role: 'alert' }, `${sentence(words)} `, h('button', { class: 'link', click: again }, 'Try again'));
}
