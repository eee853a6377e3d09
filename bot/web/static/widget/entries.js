import { fill } from './dom.js';

export const HIGHEST = { csat: 5, ces: 7, nps: 10 };

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
  return /assign|taken|transferred|closed|feedback.given/.test(type) ? 'system' : 'bot';
}

/** Lines this close together share one time, and one name where they have one author. */
const TOGETHER = 5 * 60_000;

/**
 * What there is to show, from what happened and what is not sent yet.
 * @param {Touchpoint[]} touchpoints @param {Message[]} outbox @param {Config | null} config @param {Texts} texts
 * @param {Saved | null} saved
 * @returns {View}
 */
export function view(touchpoints, outbox, config, texts, saved) {
  /** @type {View} */
  const shown = { entries: [], owner: 'bot', agent: '', begun: !!saved, replies: [], survey: null };
  const add = (/** @type {Entry} */ entry) => {
    const before = shown.entries.at(-1);
    if (before && Date.parse(entry.time) - Date.parse(before.time) < TOGETHER) {
      before.followed = true;
      entry.follows = before.kind === entry.kind && before.name === entry.name;
    }
    shown.entries.push(entry);
  };
  // A score sent again, with a comment, is told once.
  let said = '';
  const rate = (/** @type {Rating} */ { episode, kind, score, comment }, /** @type {any} */ entry) => {
    const text = fill(texts.rated, { score, highest: HIGHEST[kind] });
    if (shown.survey?.episode === episode) shown.survey.score = score;
    const key = entry.key + (comment ? ' rated' : '');
    if (said !== (said = episode + text)) add({ ...entry, key, kind: 'system', text });
    if (comment) add({ ...entry, text: comment });
  };
  const bot = config?.bot.name ?? texts.bot;

  if (!touchpoints.length && config) {
    add({ key: 'greeting', kind: 'bot', name: bot, time: '', text: config.greeting });
    shown.replies = config.starters;
  }
  for (const touchpoint of touchpoints) {
    const { seq, type, time, actor, client_id, quick_replies } = touchpoint;
    const rating = { ...touchpoint, episode: touchpoint.rated_episode, kind: touchpoint.survey_kind };
    const kind = speaker(type);
    const owner = touchpoint.to === 'agent' ? 'assigned' : OWNERS[type];
    shown.owner = owner ?? shown.owner;
    if (owner === 'assigned') shown.agent = (touchpoint.agent ?? actor).name ?? texts.agent;
    if (owner === 'queued') shown.promised_by = touchpoint.promised_by;
    if (kind !== 'system') shown.replies = quick_replies ?? [];
    const key = client_id ?? `${seq}`;
    if (type === 'feedback.given') rate(rating, { key, kind: 'customer', name: '', time });
    else if (type === 'feedback.offered') shown.survey = rating;
    else if (kind === 'customer' || (kind !== 'system' && shown.survey?.score === undefined)) {
      // The bot's answer to a rating leaves the comment open.
      shown.survey = null;
    }
    const greeting = type === 'conversation.started';
    const text = touchpoint.text ?? (greeting && config?.greeting);
    if (!text) continue;
    const name = { bot, agent: actor.name ?? texts.agent }[kind] ?? '';
    add({ key: greeting ? 'greeting' : key, kind, name, time, text });
  }
  for (const { client_id: key, time, text, title, feedback, late, failed, final } of outbox) {
    /** @type {Entry} */
    const entry = { key, kind: 'customer', name: '', time, text: text ?? title ?? '', failed, final };
    entry.state = failed ? 'failed' : late ? 'late' : 'sending';
    if (feedback) rate(feedback, entry);
    else {
      add({ ...entry, editable: !title });
      shown.replies = [];
      shown.survey = null;
    }
  }
  if (!saved) shown.owner = 'bot';
  if (!saved || shown.survey?.seq <= saved.dismissed) shown.survey = null;
  return shown;
}
