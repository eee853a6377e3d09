/**
 * An element, built without the HTML parser: functions become listeners, all else attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props] false, null and undefined are left out
 * @param {...(Node | string | false | null | undefined)} children so are these
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** @param {string} path drawn in a square of 24 */
export function icon(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS(svg.namespaceURI, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** @param {string} text its http and https addresses become links */
export function linked(text) {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?'()])/)
    .map((part, i) => (i % 2 ? h('a', { href: part, target: '_blank', rel: 'noopener' }, part) : part));
}

/** @param {string} text in paragraphs, with its blank lines between them @param {(text: string) => any[]} inline */
export const paragraphs = (text, inline) =>
  text.split(/(\n\s*\n)/).map((part, i) => (i % 2 ? part : h('p', { dir: 'auto' }, ...inline(part))));

/** @param {string} text with {name} where a value goes @param {Record<string, any>} values */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

/** A random UUID; `crypto.randomUUID` is missing on pages served by plain http. */
export function uuid() {
  const byte = () => crypto.getRandomValues(new Uint8Array(1))[0];
  const random = (/** @type {any} */ digit) => (digit ^ (byte() & (15 >> (digit / 4)))).toString(16);
  return crypto.randomUUID?.() ?? '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, random);
}
