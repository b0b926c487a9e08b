import type { z } from 'zod';

/** What no column of PostgreSQL keeps: U+0000, and half of a surrogate pair. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const UNSTORABLE = /[\u0000\p{Surrogate}]/gu;
/** Values within values are looked at so deep; JSON of 256 KiB can be deeper than a call stack. */
const DEEPEST = 100;

const REASON =
  'must not hold the character U+0000 or half of a surrogate pair: the database cannot keep them';

/**
 * Text from outside as it can be stored and shown: cut to a length, with U+FFFD in place of what no
 * column keeps.
 *
 * @param most UTF-16 units.
 */
export const storableText = (text: string, most: number): string =>
  // Cut first: a cut may leave half of a pair.
  text.slice(0, most).replace(UNSTORABLE, '\ufffd');

/**
 * The schema of a message that is stored: all of its texts, names of fields included, can be. The issue
 * has the path of the first that cannot.
 */
export function storable<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.superRefine((value, context) => {
    const found = unstorableIn(value, []);
    if (found !== null) context.addIssue({ code: 'custom', ...found });
  });
}

const isStorable = (text: string) => text.search(UNSTORABLE) === -1;

interface Unstorable {
  path: (string | number)[];
  message: string;
}

function unstorableIn(value: unknown, path: Unstorable['path']): Unstorable | null {
  if (typeof value === 'string') return isStorable(value) ? null : { path, message: REASON };
  if (value === null || typeof value !== 'object') return null;
  if (path.length >= DEEPEST) {
    return { path, message: `must not be nested more than ${DEEPEST} levels deep` };
  }
  for (const [name, part] of Object.entries(value)) {
    if (!isStorable(name)) return { path, message: `a name in it ${REASON}` };
    const found = unstorableIn(part, [...path, Array.isArray(value) ? Number(name) : name]);
    if (found !== null) return found;
  }
  return null;
}
