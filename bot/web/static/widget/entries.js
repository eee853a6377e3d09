/** What a type does to who owns the conversation. */
const OWNERS = {
  'handoff.requested': 'queued',
  'assignment.expired': 'queued',
  'conversation.transferred': 'queued',
  'conversation.assigned': 'assigned',
  'conversation.taken_over': 'assigned',
  'handoff.cancelled': 'bot',
  'conversation.returned': 'bot',
  'episode.closed': 'bot',
};

/** Who speaks, whoever caused it: what is no message is the bot's words, or news about the conversation. */
function speaker(type) {
  if (type === 'message.received') return 'customer';
  if (type === 'message.sent') return 'agent';
  return /assign|taken|transferred|closed/.test(type) ? 'system' : 'bot';
}

/** Lines this close together share one time, and one name where they have one author. */
const TOGETHER = 5 * 60_000;

/**
 * What there is to show, from what happened and what is not sent yet.
 * @param {Touchpoint[]} touchpoints @param {Message[]} outbox @param {Config | null} config @param {Texts} texts
 * @returns {View}
 */
export function view(touchpoints, outbox, config, texts) {
  /** @type {View} */
  const shown = { entries: [], owner: 'bot', agent: '', place: 0, replies: [] };
  const add = (/** @type {Entry} */ entry) => {
    const before = shown.entries.at(-1);
    if (before && Date.parse(entry.time) - Date.parse(before.time) < TOGETHER) {
      before.followed = true;
      entry.follows = before.kind === entry.kind && before.name === entry.name;
    }
    shown.entries.push(entry);
  };
  const bot = config?.bot.name ?? texts.bot;

  if (!touchpoints.length && config) {
    add({ key: 'greeting', kind: 'bot', name: bot, time: '', text: config.greeting });
    shown.replies = config.starters;
  }
  for (const { seq, type, time, actor, client_id, place, quick_replies, ...touchpoint } of touchpoints) {
    const kind = speaker(type);
    shown.owner = OWNERS[type] ?? shown.owner;
    if (OWNERS[type] === 'assigned') shown.agent = actor.name ?? texts.agent;
    if (OWNERS[type] === 'queued') shown.place = place ?? 0;
    if (kind !== 'system') shown.replies = quick_replies ?? [];
    const greeting = type === 'conversation.started';
    const text = touchpoint.text ?? (greeting && config?.greeting);
    if (!text) continue;
    const name = { bot, agent: actor.name ?? texts.agent }[kind] ?? '';
    add({ key: greeting ? 'greeting' : (client_id ?? `${seq}`), kind, name, time, text });
  }
  for (const { client_id, time, text, title, late, failed } of outbox) {
    const state = failed ? 'failed' : late ? 'late' : 'sending';
    const words = text ?? title ?? '';
    add({ key: client_id, kind: 'customer', name: '', time, text: words, state, failed, editable: !title });
    shown.replies = [];
  }
  return shown;
}
