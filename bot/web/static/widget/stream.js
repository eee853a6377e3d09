import { Problem } from './api.js';
import { Pause } from './pause.js';

/** Server-sent events (HTML standard, 9.2) out of text that arrives in pieces cut anywhere. */
export class EventParser {
  #rest = '';
  #name = '';
  #data = [];
  /** Milliseconds the server wants us to wait before we come back. */
  retry = 1000;

  /** @param {string} text @returns {{name: string, data: string}[]} the events that are complete now */
  push(text) {
    const events = [];
    // A carriage return at the very end may be half of a line break.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'data') this.#data.push(value);
      else if (field === 'event') this.#name = value;
      else if (field === 'retry') this.retry = Number(value) || this.retry;
      else if (!line) {
        if (this.#data.length) events.push({ name: this.#name || 'message', data: this.#data.join('\n') });
        this.#name = '';
        this.#data = [];
      }
    }
    return events;
  }
}

/** The server pings every 15 s: silence for this long is a dead line, whatever the browser thinks. */
const SILENCE = 40_000;

/** An event stream that comes back for ever, and says how it is. */
export class Stream {
  /** @type {AbortController | null} */
  #running = null;
  #pause = new Pause();
  #heard = 0;

  /** @param {StreamOn} on */
  constructor(on) {
    this.on = on;
    addEventListener('online', () => this.#running && this.restart());
    addEventListener('offline', () => {
      if (!this.#running) return;
      on.state(false);
      // An answer that was on its way would say that the line is there.
      this.restart();
    });
  }

  /** Leaves a line that has been quiet for too long, as after sleep, and a pause between two tries. */
  start() {
    if (this.#running && Date.now() - this.#heard < 20_000) return;
    this.restart();
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  restart() {
    this.stop();
    this.#running = new AbortController();
    this.#run(this.#running.signal);
  }

  async #run(stopped) {
    let failures = 0;
    let retry = 1000;
    let late;
    while (!stopped.aborted) {
      clearTimeout(late);
      late = setTimeout(() => stopped.aborted || this.on.state(false), failures ? 0 : 3000);
      const attempt = new AbortController();
      const abort = () => attempt.abort();
      let silence = setTimeout(abort, SILENCE);
      stopped.addEventListener('abort', abort);
      try {
        const response = await this.on.connect(attempt.signal);
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        const parser = new EventParser();
        if (stopped.aborted) break;
        clearTimeout(late);
        this.on.state(true);
        for (;;) {
          this.#heard = Date.now();
          const { done, value } = await reader.read();
          if (done) break;
          clearTimeout(silence);
          silence = setTimeout(abort, SILENCE);
          failures = 0;
          for (const { name, data } of parser.push(value)) this.on.event(name, JSON.parse(data));
          retry = parser.retry;
        }
      } catch (error) {
        if (error instanceof Problem && !error.temporary && !stopped.aborted) {
          this.on.lost();
          break;
        }
      }
      clearTimeout(silence);
      this.#heard = 0;
      await this.#pause.backOff(failures++, retry);
    }
    clearTimeout(late);
  }
}
