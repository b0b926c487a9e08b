import { createHash } from 'node:crypto';

/** Number of uses after which a statement is prepared. */
const WORTH_AFTER = 3;
/** Maximum number of prepared statements per connection, for texts that vary. */
const MOST_KEPT = 400;
/**
 * Maximum per shape, for statements that differ in the length of their lists only; one row and two
 * are the most frequent.
 */
const MOST_LENGTHS = 3;
/** A longer text has a long list, which rarely has the same length twice. */
const LONGEST = 20_000;
const MOST_COUNTED = 5_000;
/** In place of a count: the statement never gets a name. */
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Names frequent statements, so that each connection parses and plans them once. Frequency is
 * measured. Lists of values and multi-row inserts have another text for each length: the first
 * frequent lengths get a name, the others none, which leaves room for other statements.
 *
 * @returns the name, or undefined for an unnamed statement.
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  /** Number of named texts per shape. */
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

/** A statement without parameter numbers and list lengths: `IN ($…)`, `VALUES (…)…`. */
export function shapeOf(text: string): string {
  return text
    .replaceAll(/\$\d+/g, '$')
    .replaceAll(/\$(?:\s*,\s*\$)+/g, '$')
    .replaceAll(/\(([^()]*)\)(?:\s*,\s*\(\1\))+/g, '($1)');
}
