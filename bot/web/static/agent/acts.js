import { h, uuid } from '../widget/dom.js';
import { ask, noteField, radios } from './dialog.js';
import { pick } from './picker.js';
import { OUTCOMES, plain } from './words.js';

/** What an agent does with a conversation: each act asks where it can't be undone, and says in place why it failed. */
export class Acts {
  #last = 0;
  /** In the question whether to resolve: the customer goes on writing. */
  #news = h('p');

  /**
   * @param {import('./api.js').AgentApi} api @param {string} id @param {import('./directory.js').Directory} directory
   * @param {(answer: {touchpoints?: StaffTouchpoint[]} | null) => Promise<void>} done
   */
  constructor(api, id, directory, done) {
    this.api = api;
    this.id = id;
    this.directory = directory;
    this.done = done;
    /** Called when the agent has taken the conversation and no dialog is open any more. */
    this.taken = () => {};
    /** Called with a note that is begun in a dialog whose page goes. */
    this.keep = (/** @type {string} */ _note) => {};
    /** Who the customer is, for the titles of dialogs. */
    this.name = 'this customer';
  }

  /** @param {Act} act @param {object} [body] */
  async #do(act, body = {}) {
    await this.done(await this.api.act(this.id, act, { client_id: uuid(), ...body }));
  }

  async claim() {
    await this.#do('claim');
    this.taken();
  }

  /** @param {string} agent who has it */
  takeOver(agent) {
    ask({
      title: `Take ${this.name} over from ${agent}?`,
      text: `${agent} can’t reply here any more, and the customer is told that you have joined. What ${agent} has half written stays with them.`,
      yes: 'Take over',
      run: () => this.#do('takeover'),
      after: () => this.taken(),
    });
  }

  /** The customer's last message is the one with this seq. @param {number} seq */
  wrote(seq) {
    if (seq > this.#last) this.#news.hidden = false;
    this.#last = seq;
  }

  resolve() {
    this.#news = h('p', { class: 'alert', role: 'alert', hidden: true }, 'The customer has written meanwhile.');
    const outcomes = Object.entries(OUTCOMES).map(([value, words]) => ({ value, words }));
    ask({
      title: `Resolve the conversation with ${this.name}?`,
      text: 'The customer is told that it is closed. If they write again, the bot answers first.',
      // None is chosen beforehand: it would be counted where nobody has thought about it.
      fields: [this.#news, radios('How did it end?', 'outcome', outcomes, '')],
      yes: 'Resolve',
      no: 'Keep it open',
      run: ({ outcome }) => this.#do('resolve', { outcome }),
    });
  }

  giveBack() {
    ask({
      title: `Give ${this.name} back to the bot?`,
      text: 'The bot answers the customer’s next message.',
      fields: [noteField('Note for colleagues (optional)', 'note')],
      yes: 'Give back',
      run: ({ note }) => this.#do('return', note.trim() ? { note: note.trim() } : {}),
      keep: ({ note }) => this.keep(note),
    });
  }

  /** To a skill's queue or a person. */
  async transfer() {
    await this.directory.refresh().catch(() => {});
    const { presence, me } = this.directory;
    const people = presence.agents.filter((agent) => agent.id !== me.id && agent.status !== 'offline');
    const target = h(
      'label',
      { class: 'wide' },
      'To',
      h(
        'select',
        { name: 'to', required: true },
        h(
          'optgroup',
          { label: 'A queue' },
          ...presence.skills.map(({ skill, online }) =>
            h('option', { value: `skill ${skill}` }, `${plain(skill)}: ${online || 'nobody'} online`),
          ),
        ),
        h('optgroup', { label: people.length ? 'A person' : 'Nobody else is here' }, ...people.map(person)),
      ),
    );
    ask({
      title: `Transfer ${this.name}`,
      text: 'The customer keeps their place in a queue, and is told who has joined.',
      fields: [target, noteField('Note for the next one (optional)', 'note')],
      yes: 'Transfer',
      run: ({ to, note }) => {
        const [kind, ...name] = to.split(' ');
        return this.#do('transfer', { [kind]: name.join(' '), ...(note.trim() ? { note: note.trim() } : {}) });
      },
      keep: ({ note }) => this.keep(note),
    });
  }

  /** A supervisor gives it to somebody. */
  assign() {
    const people = this.directory.presence.agents.filter((agent) => agent.status !== 'offline');
    const target = h(
      'label',
      { class: 'wide' },
      'To',
      h('select', { name: 'agent', required: true }, ...people.map(person)),
    );
    ask({
      title: `Give ${this.name} to somebody`,
      text: people.length ? 'They have it at once, also when they are at their limit.' : 'Nobody is online or away.',
      fields: people.length ? [target] : [],
      ...(people.length ? { yes: 'Give' } : { no: 'Close' }),
      run: ({ agent }) => this.#do('assign', { agent: agent.replace('agent ', '') }),
    });
  }

  /** @param {boolean} blocked */
  block(blocked) {
    ask({
      title: `${blocked ? 'Block' : 'Unblock'} ${this.name}?`,
      text: blocked
        ? 'They can’t write any more, here or in a new conversation, and are told so. You can unblock them at any time.'
        : 'They can write again.',
      yes: blocked ? 'Block' : 'Unblock',
      warn: blocked,
      run: () => this.#do(blocked ? 'block' : 'unblock'),
    });
  }

  /** @param {StaffTouchpoint} message one of the customer's @param {() => void} then */
  correct({ seq, text = '', intent = '', runner_up }, then) {
    const now = intent ? `Now: ${plain(intent)}.` : '';
    pick({
      title: 'What is this message about?',
      label: 'Filter intents',
      hint: `“${text.length > 80 ? `${text.slice(0, 80)}…` : text}” ${now} Enter takes the marked one; 1 to 9 take theirs.`,
      none: 'No intent is called like that.',
      too_many: 'More than shown here. Type to narrow them down.',
      most: 500,
      quick: true,
      find: async (query) => {
        const wanted = query.toLowerCase();
        const all = (await this.directory.intents()).filter(
          ({ name, title }) =>
            name !== intent && (title.toLowerCase().includes(wanted) || name.includes(wanted.replaceAll(' ', '_'))),
        );
        // What the bot would have taken it for next is the likeliest.
        return all.sort((a, b) => Number(b.name === runner_up) - Number(a.name === runner_up));
      },
      draw: ({ name, title }, i) => [
        h('kbd', { 'aria-hidden': 'true' }, i < 9 ? String(i + 1) : ''),
        h('span', { class: 'title' }, plain(name)),
        h('span', { class: 'hint' }, [name === runner_up && 'runner-up', title].filter(Boolean).join(' · ')),
      ],
      choose: ({ name }) => this.#do('intent', { seq, intent: name }),
      after: then,
    });
  }
}

/** @param {Presences['agents'][number]} agent */
const person = ({ id, name, status, load, capacity }) =>
  h('option', { value: `agent ${id}` }, `${name}: ${status}, ${load} of ${capacity}`);
