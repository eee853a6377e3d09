/** @type {Record<string, string>} What the browser would not store, for as long as the page is open. */
const memory = {};

/** One value that outlives a page, or lives as long as it where storage is denied or full. */
export class Store {
  /** @param {'localStorage' | 'sessionStorage'} area for every tab, or for this one @param {string} key */
  constructor(area, key) {
    this.area = area;
    this.key = key;
  }

  /** Null where there is none. @returns {any} */
  get value() {
    const { area, key } = this;
    try {
      return JSON.parse(memory[area + key] ?? window[area].getItem(key));
    } catch {
      return null;
    }
  }

  set value(value) {
    const { area, key } = this;
    const text = JSON.stringify(value);
    try {
      if (value) window[area].setItem(key, text);
      else window[area].removeItem(key);
      // From here on storage knows better.
      delete memory[area + key];
    } catch {
      memory[area + key] = text;
    }
  }
}
