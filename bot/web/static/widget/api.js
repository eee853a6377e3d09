/** An answer that isn't one, as RFC 9457 has it; `status` 0: the server was not reached. */
export class Problem extends Error {
  /** @param {number} status @param {{type?: string, title?: string, detail?: string}} [body] @param {number} [wait] ms until it may work */
  constructor(status, body = {}, wait = 0) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.wait = wait;
  }

  /** The same request, unchanged, may succeed later. */
  get temporary() {
    return !this.status || [408, 429].includes(this.status) || this.status >= 500;
  }

  /** This token is of no more use. */
  get lost() {
    return [401, 404].includes(this.status) || this.body.type === 'continued';
  }

  /** This customer may not write any more. */
  get blocked() {
    return this.status === 403 && this.body.type === 'blocked';
  }
}

/** Fetches; all but a success is thrown as a Problem. @param {string} url @param {RequestInit} options */
export async function request(url, options) {
  const response = await fetch(url, options).catch(() => {
    throw new Problem(0, { detail: 'The server could not be reached.' });
  });
  if (response.ok) return response;
  const after = response.headers.get('Retry-After') ?? '';
  const wait = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
  throw new Problem(response.status, await response.json().catch(() => ({})), Math.max(0, wait || 0));
}

/** @param {string} url @param {RequestInit} options @param {object} [body] @returns {Promise<any>} */
export async function json(url, options, body) {
  const headers = { ...options.headers, Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  const signal = AbortSignal.timeout(20_000);
  const response = await request(url, { ...options, headers, signal, body: body && JSON.stringify(body) });
  if (response.status === 204) return null;
  // An answer that breaks off on the way may be asked for again.
  return response.json().catch(() => Promise.reject(new Problem(0)));
}

/** The customer's calls. The token is a header, never part of an address. */
export class Api {
  /** @type {Saved | null} */
  conversation = null;

  /** @param {string} base ends in a slash */
  constructor(base) {
    this.base = `${base}api/`;
  }

  /** @param {string} locale @returns {Promise<Config>} */
  async config(locale) {
    const config = await json(`${this.base}widget?locale=${encodeURIComponent(locale)}`, {});
    // As the server sees it; the page that the widget is in may be on another host.
    if (config.privacy_url) config.privacy_url = new URL(config.privacy_url, this.base).href;
    return config;
  }

  /** @param {string} call empty begins a conversation @param {object} [body] @returns {Promise<any>} */
  post(call, body) {
    // A rating outlives its tab.
    const keepalive = call.startsWith('feedback');
    return json(this.#url(call), { method: 'POST', headers: this.#headers(), keepalive }, body);
  }

  /** @param {string} call @returns {Promise<any>} */
  get(call) {
    return json(this.#url(call), { headers: this.#headers() });
  }

  /** @param {number} after @param {AbortSignal} signal */
  stream(after, signal) {
    const headers = { ...this.#headers(), Accept: 'text/event-stream', 'Last-Event-ID': `${after}` };
    return request(this.#url('stream'), { headers, signal, cache: 'no-store' });
  }

  #url(call) {
    const { conversation } = this;
    return `${this.base}conversations${conversation ? `/${conversation.conversation_id}/${call}` : ''}`;
  }

  #headers() {
    const { conversation } = this;
    return conversation ? { Authorization: `Bearer ${conversation.token}` } : {};
  }
}
