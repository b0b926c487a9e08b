import { type Bilingual, type DictionaryWord, everyPreset, type ProblemEntry } from './manifest.ts';

/** Rows of a manifest: a name, and its words in Chinese and English. */
type Rows = Readonly<Record<string, readonly [zh: string, en: string]>>;
type Named<Of extends Rows> = { readonly [Name in keyof Of]: Bilingual };

const mapRows = <Of extends Rows, Entry>(rows: Of, entry: (words: Bilingual) => Entry) =>
  Object.fromEntries(Object.entries(rows).map(([name, [zh, en]]) => [name, entry({ zh, en })])) as {
    readonly [Name in keyof Of]: Entry;
  };

/**
 * Entries of a manifest from rows: permissions, entities and actions of the audit log.
 *
 * @example entities: named({ supplier: ['供应商', 'supplier'] })
 */
export const named = <const Of extends Rows>(rows: Of): Named<Of> =>
  mapRows(rows, (words) => words);

/** Undivided permissions: granted for all records or not at all. */
export const undivided = <const Of extends Rows>(rows: Of) =>
  mapRows(rows, (words) => ({ ...words, undivided: true as const }));

/** A word of a dictionary in one row. Without presets it belongs to all of them. */
type WordRow = readonly [
  id: string,
  zh: string,
  en: string,
  more?: { readonly data?: DictionaryWord['data']; readonly presets?: readonly string[] },
];

/**
 * The words of a dictionary from rows.
 *
 * @example words: wordRows([['parts', '零部件', 'Parts', { data: { requires: [] } }]])
 */
export const wordRows = (rows: readonly WordRow[]): readonly DictionaryWord[] =>
  rows.map(([id, zh, en, { data, presets = everyPreset } = {}]) => ({
    id,
    name: { zh, en },
    ...(data ? { data } : {}),
    presets,
  }));

/**
 * The problem of an id that does not exist, or is out of reach.
 *
 * @param noun such as `supplier`.
 * @param list where the ids are: `/suppliers`.
 */
export const unknownProblem = (noun: string, list: string): ProblemEntry => [
  404,
  `There is no such ${noun}`,
  `Check the id against ${list}.`,
];

/** The problem of a change based on an older version; see `saveAtVersion`. */
export const versionConflict = (noun: string): ProblemEntry => [
  409,
  `Someone else changed the ${noun} meanwhile`,
  'Look at the row in current, and change it again with its version.',
];
