/** The widget's own words; the server's `texts` go before them, so that a shop can add a language or change a word. */
export const en = {
  open: 'Open chat',
  unread: '{n} new',
  close: 'Close chat',
  you: 'You',
  bot: 'Automated assistant',
  agent: 'A person from our team',
  messages: 'Messages',
  compose: 'Write a message',
  send: 'Send',
  person: 'Speak to a person',
  sending: 'Sending',
  late: 'Not sent yet. Trying again.',
  failed: 'Not sent. {why}',
  retry: 'Try again',
  edit: 'Edit',
  now: 'now',
  loading: 'Loading',
  connecting: 'No connection. Trying again.',
  unreachable: 'The chat can’t be reached right now.',
  ended: 'This conversation has ended. Write to begin a new one.',
  queued: 'Waiting for a person.',
  next: 'You are next.',
  place: 'You are among the next {place}.',
  leave: 'Leave the queue',
  typing: '{name} is writing',
  newer: 'New messages',
  privacy: 'Privacy notice',
};

/** @type {Texts} */
const de = {
  open: 'Chat öffnen',
  unread: '{n} neu',
  close: 'Chat schließen',
  you: 'Sie',
  bot: 'Automatischer Assistent',
  agent: 'Ein Mensch aus unserem Team',
  messages: 'Nachrichten',
  compose: 'Nachricht schreiben',
  send: 'Senden',
  person: 'Mit einem Menschen sprechen',
  sending: 'Wird gesendet',
  late: 'Noch nicht gesendet. Neuer Versuch folgt.',
  failed: 'Nicht gesendet. {why}',
  retry: 'Erneut versuchen',
  edit: 'Bearbeiten',
  now: 'jetzt',
  loading: 'Lädt',
  connecting: 'Keine Verbindung. Neuer Versuch folgt.',
  unreachable: 'Der Chat ist gerade nicht erreichbar.',
  ended: 'Diese Unterhaltung ist beendet. Schreiben Sie, um eine neue zu beginnen.',
  queued: 'Sie warten auf einen Menschen.',
  next: 'Sie sind als Nächstes dran.',
  place: 'Sie sind unter den nächsten {place}.',
  leave: 'Nicht länger warten',
  typing: '{name} schreibt',
  newer: 'Neue Nachrichten',
  privacy: 'Datenschutz',
};

/** @param {string} locale @param {Partial<Texts>} [own] @returns {Texts} */
export const textsFor = (locale, own) => ({ ...(/^de\b/.test(locale) ? de : en), ...own });

/** @param {string} locale @returns {'rtl' | 'ltr'} */
export const directionOf = (locale) => (/^(ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/.test(locale) ? 'rtl' : 'ltr');
