import { columnIndex, TABLE_LIMITS, TableFault } from './types.ts';
import type { Parts } from './xlsx-parts.ts';

/** A merged range; rows count from 1, columns from 0. */
export interface Merge {
  name: string;
  top: number;
  bottom: number;
  left: number;
  right: number;
}

const MERGE = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;
/** Longer than any such element. */
const TAIL = 300;

/**
 * The merged ranges of a sheet by their first row. They stand behind the rows in the file, so it is
 * gone through once before it is read. @throws TableFault
 */
export async function readMerges(parts: Parts, path: string): Promise<Merge[]> {
  const found = new Map<string, Merge>();
  let tail = '';
  for await (const piece of parts.pieces(path)) {
    const text = tail + piece.toString('latin1');
    for (const [, left = '', top = '', right = '', bottom = ''] of text.matchAll(MERGE)) {
      const name = `${left}${top}:${right}${bottom}`;
      const [from, to] = [columnIndex(left), columnIndex(right)];
      found.set(name, { name, top: Number(top), bottom: Number(bottom), left: from, right: to });
    }
    if (found.size > TABLE_LIMITS.merges) throw new TableFault('too-complex', path);
    tail = text.slice(-TAIL);
  }
  return [...found.values()].sort((a, b) => a.top - b.top);
}

/** Goes through the ranges with the rows, which come in order. */
export function mergeFinder(merges: readonly Merge[]): (row: number) => readonly Merge[] {
  let next = 0;
  let open: Merge[] = [];
  return (row) => {
    if (open.length > 0) open = open.filter(({ bottom }) => bottom >= row);
    for (; next < merges.length && merges[next]!.top <= row; next++) {
      if (merges[next]!.bottom >= row) open.push(merges[next]!);
    }
    return open;
  };
}
