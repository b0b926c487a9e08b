import { createHash } from 'node:crypto';

/** Seen so often, a statement is worth being kept by the server. */
const WORTH_AFTER = 3;
/** Each connection keeps that many at the most: statements whose text varies must not pile up. */
const MOST_KEPT = 400;
const MOST_COUNTED = 5_000;

/**
 * Names statements that come again and again, so that each connection has them parsed and planned
 * once. Which are worth it is seen by their use: lists of changing length make a new text each time
 * and get no name.
 *
 * @returns the name, or undefined for a statement that is sent as it is.
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= MOST_KEPT) return name;
    const times = (seen.get(text) ?? 0) + 1;
    if (times < WORTH_AFTER) {
      if (seen.size >= MOST_COUNTED) seen.clear();
      seen.set(text, times);
      return undefined;
    }
    seen.delete(text);
    const made = `anshi_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
    names.set(text, made);
    return made;
  };
}
