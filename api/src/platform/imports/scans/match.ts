import type { Fault } from '../types.ts';
import type { ArchivedScan } from './archive.ts';

/** What a row says of its scan. */
export interface Wanted {
  /** The name of the file; null where the row names none. */
  file: string | null;
  /** The number after which the file is named otherwise. */
  number: string | null;
}

/** Which scan of an archive a row means; null where it has none and names none. */
export type Match = { scan: ArchivedScan } | { fault: Fault; by: 'file' | 'number' } | null;

/** For comparison: only letters and digits, in upper case, full-width ones as plain ones. */
const compact = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
const plain = (text: string): string => text.normalize('NFKC').replaceAll('\\', '/').toLowerCase();
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const stemOf = (path: string): string => baseOf(path).replace(/\.[A-Za-z0-9]{1,8}$/, '');

/** Digits in a row as an identity number has them. */
const LIKE_IDENTITY = /\d{14,}[\dXx]/g;
/** The name of a file as it may be kept and shown: many are named after identity numbers. */
export const shownName = (path: string): string =>
  baseOf(path)
    .replace(LIKE_IDENTITY, (id) => `${id.slice(0, 3)}***${id.slice(-4)}`)
    .slice(0, 120);

/** Finds the scans of rows by the names of their files. */
export function scanMatcher(scans: readonly ArchivedScan[]) {
  const index = (keyOf: (path: string) => string) => {
    const found = new Map<string, ArchivedScan[]>();
    for (const scan of scans) {
      const key = keyOf(scan.path);
      found.set(key, [...(found.get(key) ?? []), scan]);
    }
    return (key: string) => found.get(key) ?? [];
  };
  const byPath = index(plain);
  const byBase = index((path) => plain(baseOf(path)));
  const byStem = index((path) => compact(stemOf(path)));

  return ({ file, number }: Wanted): Match => {
    const by = file === null ? 'number' : 'file';
    const text = file ?? number;
    if (text === null) return null;
    const tries = by === 'file' ? [byPath(plain(text)), byBase(plain(text))] : [];
    const stem = compact(by === 'file' && byStem(compact(text)).length === 0 ? stemOf(text) : text);
    const found = [...tries, stem === '' ? [] : byStem(stem)].find((one) => one.length > 0) ?? [];
    const [scan] = found;
    if (found.length > 1) {
      const names = found.map(({ path }) => shownName(path)).join(', ');
      return { by, fault: { code: 'scan-twice', params: { names: names.slice(0, 200) } } };
    }
    if (scan) return { scan };
    return { by, fault: { code: by === 'file' ? 'scan-missing' : 'scan-none' } };
  };
}
