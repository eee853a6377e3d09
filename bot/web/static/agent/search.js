import { h } from '../widget/dom.js';
import { pick } from './picker.js';
import { exactly, nameOf } from './words.js';

const OWNERS = { bot: 'With the bot', queued: 'Waiting', assigned: 'With an agent', closed: 'Closed' };
const MOST = 50;

/** Opens the search over conversations. @param {import('./api.js').AgentApi} api */
export function search(api) {
  let rest = '';
  return pick({
    title: 'Search conversations',
    label: 'Name, e-mail or words',
    hint: 'At least two letters. Enter opens the marked one.',
    none: 'Nothing was found.',
    too_many: `The newest ${MOST}. Another word narrows them down.`,
    most: MOST,
    find: async (query) => {
      if (query.length < 2) return null;
      const { found, reading, since } = await api.search(query, MOST);
      rest = reading
        ? 'Older ones are still being read.'
        : since
          ? `Nothing before ${exactly(since)} is searched.`
          : '';
      return found;
    },
    more: () => rest,
    draw: ({ conversation_id, customer_name, snippet, marks, time, owner }) => [
      h('span', { class: 'name', dir: 'auto' }, nameOf(customer_name, conversation_id)),
      h('span', { class: 'hint' }, `${OWNERS[owner] ?? ''} · ${exactly(time)}`),
      h('span', { class: 'preview', dir: 'auto' }, ...marked(snippet ?? '', marks)),
    ],
    choose: ({ conversation_id }) => {
      location.hash = `conversation=${conversation_id}`;
    },
  });
}

/** A text with the words that were searched for marked. @param {string} text @param {[number, number][]} ranges */
function marked(text, ranges = []) {
  const parts = [];
  let end = 0;
  for (const [from, to] of ranges) {
    parts.push(text.slice(end, from), h('mark', {}, text.slice(from, to)));
    end = to;
  }
  return [...parts, text.slice(end)];
}
