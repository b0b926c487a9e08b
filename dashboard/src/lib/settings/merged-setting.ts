/**
 * Joins a change made in this browser with a value that was stored elsewhere meanwhile: of fields, those
 * that were changed here are taken from here, the others from there. A value without fields is taken whole.
 *
 * @param before the value on which the change was made; undefined where it is not known: then the change wins.
 */
export function mergedSetting(before: unknown, mine: unknown, theirs: unknown): unknown {
  if (!isFields(before) || !isFields(mine) || !isFields(theirs)) return mine;
  const merged: Record<string, unknown> = { ...theirs };
  for (const key of new Set([...Object.keys(before), ...Object.keys(mine)])) {
    if (isSame(before[key], mine[key])) continue;
    if (Object.hasOwn(mine, key)) merged[key] = mine[key];
    else delete merged[key];
  }
  return merged;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings are JSON, and their fields keep their order. */
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
