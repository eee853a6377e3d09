import { fill } from './dom.js';

const MINUTE = 60_000;

/** A range of waits, rounded outwards. @param {Wait} wait @param {string} locale @param {Texts} texts */
export function usual({ low_s, high_s }, locale, texts) {
  const [unit, seconds] = high_s < 7200 ? ['minute', 60] : ['hour', 3600];
  const [low, high] = [Math.floor(low_s / seconds), Math.ceil(high_s / seconds) || 1];
  const long = high.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'long' });
  return fill(low && low < high ? texts.wait : texts.upto, { low: low.toLocaleString(locale), high: long });
}

/** Date and clock. @param {string} time @param {string} locale */
export function exact(time, locale) {
  return new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A moment ahead, by its weekday or, a week ahead, its date. @param {string} time @param {string} locale */
export const ahead = (time, locale) =>
  Date.parse(time) - Date.now() < 6 * 24 * 60 * MINUTE
    ? new Date(time).toLocaleString(locale, { weekday: 'long', hour: 'numeric', minute: '2-digit' })
    : exact(time, locale);

/** How long ago within the hour, then the clock, then the date too. @param {string} time @param {string} locale */
export function short(time, locale, now = '') {
  const then = new Date(time);
  const ms = Date.now() - then.getTime();
  if (ms < MINUTE) return now;
  if (ms < 60 * MINUTE) return Math.floor(ms / MINUTE).toLocaleString(locale, { style: 'unit', unit: 'minute' });
  if (then.toDateString() !== new Date().toDateString()) return exact(time, locale);
  return then.toLocaleTimeString(locale, { timeStyle: 'short' });
}
