import { h } from '../widget/dom.js';

/** @param {string} label @param {Record<string, any>} attributes @param {string} [hint] */
function field(label, attributes, hint) {
  const id = `field-${attributes.name}`;
  const described = hint ? `${id}-hint` : undefined;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h('input', { id, required: true, 'aria-describedby': described, ...attributes }),
    hint ? h('p', { class: 'hint', id: described }, hint) : null,
  );
}

/**
 * A form that sends what is in it, says what was wrong, and can be sent again.
 * @param {string} title @param {string} lead @param {HTMLElement[]} fields @param {string} action
 * @param {(values: Record<string, string>) => Promise<void>} submit
 */
function entrance(title, lead, fields, action, submit) {
  const error = h('p', { class: 'alert', role: 'alert', hidden: true });
  const button = h('button', { class: 'button' }, action);
  const form = h(
    'form',
    {
      submit: async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        button.disabled = true;
        error.hidden = true;
        try {
          await submit(/** @type {any} */ (Object.fromEntries(new FormData(form))));
        } catch (problem) {
          error.textContent = problem.message;
          error.hidden = false;
          button.disabled = false;
          form.querySelector('input')?.focus();
        }
      },
    },
    ...fields,
    error,
    button,
  );
  const node = h(
    'main',
    { class: 'entrance' },
    h('h1', {}, title),
    lead ? h('p', { class: 'hint' }, lead) : null,
    form,
  );
  queueMicrotask(() => form.querySelector('input')?.focus());
  return node;
}

/** @param {string} lead @param {(values: Record<string, string>) => Promise<void>} submit */
export function signIn(lead, submit) {
  const fields = [
    field('E-mail', { name: 'email', type: 'email', autocomplete: 'username' }),
    field('Password', { name: 'password', type: 'password', autocomplete: 'current-password' }),
  ];
  return entrance('Sign in', lead, fields, 'Sign in', submit);
}

/** @param {(values: Record<string, string>) => Promise<void>} submit */
export function setUp(submit) {
  const hint = 'At least 12 characters. A few words in a row are easy to remember.';
  const fields = [
    field('Your name', { name: 'name', autocomplete: 'name', maxlength: 100 }, 'Customers see it when you join them.'),
    field('E-mail', { name: 'email', type: 'email', autocomplete: 'username' }),
    field('Password', { name: 'password', type: 'password', autocomplete: 'new-password', minlength: 12 }, hint),
  ];
  const lead = 'This makes the first account. It may do everything, and add others later.';
  return entrance('Set up your account', lead, fields, 'Create account', submit);
}
