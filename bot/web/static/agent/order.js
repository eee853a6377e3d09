/** @param {Row} row */
const idOf = (row) => row.conversation_id;

/**
 * The queue as somebody may see it who is just reading it: rows stay where they are, those that are no longer there
 * say so, and only what comes after them is added.
 * @param {Row[]} shown @param {Row[]} fresh the queue as it is
 * @returns {{rows: Row[], held: number}} `held`: how many are not shown yet, as they would move what is
 */
export function steady(shown, fresh) {
  const now = new Map(fresh.map((row) => [idOf(row), row]));
  const known = new Set(shown.map(idOf));
  const last = fresh.findLastIndex((row) => known.has(idOf(row)));
  const between = fresh.slice(0, last + 1).filter((row) => !known.has(idOf(row)));
  const rows = shown.map((row) => now.get(idOf(row)) ?? { ...row, gone: true });
  return { rows: [...rows, ...fresh.slice(last + 1)], held: between.length };
}
