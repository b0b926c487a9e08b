import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import {
  type RawRow,
  type ReadOptions,
  TABLE_LIMITS,
  TableFault,
  type TableFormat,
} from './types.ts';

const DELIMITERS = [',', ';', '\t'] as const;
/** Characters that are given to the parser at once. */
const PIECE = 64 * 1024;

/** Text tables: UTF-8 with or without byte order mark, GB 18030, UTF-16 with one. */
export const csvFormat: TableFormat = {
  id: 'csv',
  accepts: (bytes) => !(bytes[0] === 0x50 && bytes[1] === 0x4b),
  async read(bytes, options, told, emit) {
    const text = decode(bytes);
    told({ format: 'csv', sheets: ['csv'], sheet: 0 });
    await parseText(text, options, emit);
  },
};

/** @throws TableFault `encoding` where the bytes are no text of a known encoding. */
export function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next one.
    }
  }
  throw new TableFault('encoding');
}

/**
 * The delimiter of the first lines: the one that divides most of them into the same number of parts.
 * A delimiter in quotes divides nothing.
 */
export function delimiterOf(text: string): (typeof DELIMITERS)[number] {
  const lines = text
    .slice(0, PIECE)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter((one) => one.trim() !== '')
    .slice(0, 20);
  const score = (delimiter: string): number => {
    const counts = lines.map((one) => one.split(delimiter).length - 1).filter((n) => n > 0);
    const most = Math.max(0, ...counts);
    return counts.filter((n) => n === most).length * 100 + most;
  };
  return DELIMITERS.reduce((best, one) => (score(one) > score(best) ? one : best));
}

async function parseText(
  text: string,
  { most = Number.POSITIVE_INFINITY }: ReadOptions,
  emit: (row: RawRow) => Promise<boolean>,
): Promise<void> {
  const pieces = function* () {
    for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
  };
  const parser = Readable.from(pieces()).pipe(
    parse({
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      max_record_size: 1024 * 1024,
    }),
  );
  let row = 0;
  let found = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      row += 1;
      if (record.every((one) => one.trim() === '')) continue;
      if (++found > TABLE_LIMITS.rows) throw new TableFault('too-many-rows');
      if (record.length > TABLE_LIMITS.columns) throw new TableFault('too-many-columns', `${row}`);
      const cells = record.map((one) => (one === '' ? null : one.slice(0, TABLE_LIMITS.cell)));
      if (!(await emit({ row, cells })) || found >= most) return;
    }
  } catch (error) {
    const { code, records = row } = error as { code?: string; records?: number };
    if (!code?.startsWith('CSV_')) throw error;
    throw new TableFault(code.includes('QUOTE') ? 'quote' : 'broken', `${records + 1}`);
  } finally {
    parser.destroy();
  }
}
