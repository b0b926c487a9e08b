import { createHash } from 'node:crypto';

/** Seen so often, a statement is worth being kept by the server. */
const WORTH_AFTER = 3;
/** Each connection keeps that many at the most: statements whose text varies must not pile up. */
const MOST_KEPT = 400;
/** Of statements that differ by the lengths of their lists alone; a single row and a pair are the usual ones. */
const MOST_LENGTHS = 3;
/** A longer text is one long list, which hardly comes twice with the same length. */
const LONGEST = 20_000;
const MOST_COUNTED = 5_000;
/** Instead of a count: the statement gets no name however often it comes. */
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Names statements that come again and again, so that each connection has them parsed and planned
 * once. Which are worth it is seen by their use. Lists of values and inserts of several rows are
 * another text with each length: the first lengths that come often get a name, the others none, so
 * that they leave the room to other statements.
 *
 * @returns the name, or undefined for a statement that is sent as it is.
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  /** How many texts of a shape have a name. */
  const lengths = new Map<string, number>();
  const count = (text: string, times: number) => {
    if (seen.size >= MOST_COUNTED) seen.clear();
    seen.set(text, times);
  };
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= MOST_KEPT || text.length > LONGEST) return name;
    const times = (seen.get(text) ?? 0) + 1;
    if (times < WORTH_AFTER) {
      count(text, times);
      return undefined;
    }
    const shape = shapeOf(text);
    const named = lengths.get(shape) ?? 0;
    if (named >= MOST_LENGTHS) {
      count(text, NEVER);
      return undefined;
    }
    lengths.set(shape, named + 1);
    seen.delete(text);
    const made = `anshi_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
    names.set(text, made);
    return made;
  };
}

/** A statement without the numbers of its values and the lengths of its lists: `IN ($…)`, `VALUES (…)…`. */
export function shapeOf(text: string): string {
  return text
    .replaceAll(/\$\d+/g, '$')
    .replaceAll(/\$(?:\s*,\s*\$)+/g, '$')
    .replaceAll(/\(([^()]*)\)(?:\s*,\s*\(\1\))+/g, '($1)');
}
