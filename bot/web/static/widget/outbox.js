import { Problem } from './api.js';
import { uuid } from './dom.js';
import { Pause } from './pause.js';

/** A longer wait than this is not sat out in silence: the message fails, and the customer decides. */
const PATIENCE = 60_000;

/** What the server has not acknowledged, in order; the `client_id` stays over all tries, so none is stored twice. */
export class Outbox {
  #busy = false;
  #stopped = false;
  pause = new Pause();

  /** @param {Message[]} items @param {(message: Message) => Promise<void>} deliver @param {() => void} changed */
  constructor(items, deliver, changed) {
    this.items = items;
    this.deliver = deliver;
    this.changed = changed;
  }

  /** @param {{text: string} | Reply | {feedback: Rating}} content */
  push(content) {
    this.items.push({ client_id: uuid(), time: new Date().toISOString(), ...content });
    this.run();
  }

  /** @param {string} client_id */
  retry(client_id) {
    delete this.items.find((message) => message.client_id === client_id)?.failed;
    this.run();
  }

  /** Takes out what is in the log now, or what the customer wants back. @param {string} [client_id] */
  take(client_id) {
    const at = this.items.findIndex((message) => message.client_id === client_id);
    if (at < 0) return;
    const [message] = this.items.splice(at, 1);
    this.changed();
    return message;
  }

  /** Sends no more. */
  stop() {
    this.#stopped = true;
  }

  async run() {
    this.changed();
    if (this.#busy) return;
    this.#busy = true;
    let message;
    let failures = 0;
    while (!this.#stopped && (message = this.items.find((item) => !item.failed))) {
      try {
        await this.deliver(message);
        this.take(message.client_id);
        failures = 0;
      } catch (error) {
        const again = error instanceof Problem && error.temporary && error.wait <= PATIENCE;
        if (again) message.late = true;
        else [message.failed, message.final] = [error.message, error.blocked];
        this.changed();
        if (again) await (error.wait ? this.pause.wait(error.wait) : this.pause.backOff(failures++));
      }
    }
    this.#busy = false;
  }
}
