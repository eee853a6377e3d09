/** What an agent has chosen for this browser; where it denies storage, for as long as the page is open. */
export class Choices extends EventTarget {
  #key = 'bot-agent:choices';
  /** @type {ChoiceValues} */
  #values = { theme: 'system', keys: true, desktop: false, sound: false };

  constructor() {
    super();
    try {
      Object.assign(this.#values, JSON.parse(localStorage.getItem(this.#key) ?? '{}'));
    } catch {
      // The defaults do.
    }
  }

  /** @template {keyof ChoiceValues} K @param {K} name @returns {ChoiceValues[K]} */
  get(name) {
    return this.#values[name];
  }

  /** @template {keyof ChoiceValues} K @param {K} name @param {ChoiceValues[K]} value */
  set(name, value) {
    this.#values[name] = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#values));
    } catch {
      // It lasts as long as the page.
    }
    this.dispatchEvent(new Event('change'));
  }
}

export const choices = new Choices();
