import { choices } from './choices.js';
import { nameOf, plain } from './words.js';

/** Two short notes, made here: no file is loaded. */
function beep() {
  const context = new AudioContext();
  const note = (/** @type {number} */ frequency, /** @type {number} */ at) => {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const begin = context.currentTime + at;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(0.12, begin + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + 0.18);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + 0.2);
    return tone;
  };
  note(660, 0);
  note(880, 0.14).onended = () => context.close();
}

/** Tells an agent by sound and desktop notification, where they chose so, what came while they looked elsewhere. */
export class Alerts {
  /** @type {Map<string, string>} what was known of each conversation at the last look */
  #known = new Map();
  #first = true;

  /** @param {string} me */
  constructor(me) {
    this.me = me;
  }

  /** Whether this browser has notifications at all. */
  static get possible() {
    return 'Notification' in window;
  }

  /** Asks for the permission; only a click may lead here. @returns {Promise<string>} why it can't be, or nothing */
  static async switchOn() {
    if (!Alerts.possible) return 'This browser has no notifications.';
    const answer = await Notification.requestPermission();
    if (answer !== 'granted') return 'The browser does not allow them. Its settings for this site can change that.';
    choices.set('desktop', true);
    return '';
  }

  static try() {
    beep();
  }

  /** @param {Queue} queue @param {string} open the conversation on show */
  look({ waiting, assigned }, open) {
    const now = new Map();
    const news = [];
    for (const row of [...waiting, ...assigned]) {
      const mine = row.agent?.id === this.me;
      const state = row.agent ? (mine ? ((row.unanswered_s ?? 0) > 0 ? 'owed' : 'mine') : 'other') : 'waiting';
      now.set(row.conversation_id, state);
      const before = this.#known.get(row.conversation_id);
      const seen = row.conversation_id === open && document.hasFocus();
      if (this.#first || state === before || seen) continue;
      const name = nameOf(row.customer_name, row.conversation_id);
      if (state === 'waiting') news.push([row, `${name} waits${row.intent ? `: ${plain(row.intent)}` : ''}`]);
      else if (mine && (!before || before === 'waiting' || before === 'other') && !document.hasFocus())
        news.push([row, `${name} is with you now`]);
      else if (state === 'owed') news.push([row, `${name} has written`]);
    }
    this.#known = now;
    this.#first = false;
    if (news.length) this.#tell(news);
  }

  /** @param {[Row, string][]} news */
  #tell(news) {
    if (choices.get('sound')) beep();
    if (!choices.get('desktop') || document.hasFocus() || !Alerts.possible || Notification.permission !== 'granted')
      return;
    const [[row, words]] = news;
    const body = news.length > 1 ? `and ${news.length - 1} more` : '';
    const notification = new Notification(words, { body, tag: 'bot-agent' });
    notification.onclick = () => {
      window.focus();
      location.hash = `conversation=${row.conversation_id}`;
      notification.close();
    };
  }
}
