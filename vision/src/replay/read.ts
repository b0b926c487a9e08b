import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type RecordedItem, readLine } from './recorded-lines.ts';

/** A recorded stream that cannot be read; the message names file and line. */
export class RecordedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordedError';
  }
}

/** An item and where it stood. */
export interface PlacedItem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly item: RecordedItem;
}

/** What was left out of a stream. */
export interface LeftOut {
  /** Last lines that a killed worker left unfinished. */
  torn: number;
}

/** Longer ones are no observation. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** Opens a `.jsonl`, `.jsonl.gz` or `.jsonl.zst`. */
function opened(path: string): Readable {
  const file = createReadStream(path);
  const unpacked = path.endsWith('.zst')
    ? createZstdDecompress()
    : path.endsWith('.gz')
      ? createGunzip()
      : undefined;
  if (!unpacked) return file;
  file.on('error', (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

/**
 * Reads a recorded stream. A last line without its end was torn by a kill: it is left out and counted.
 *
 * @throws RecordedError with file and line where any other line is wrong.
 */
export async function* readRecorded(path: string, left: LeftOut): AsyncGenerator<PlacedItem> {
  let number = 0;
  for await (const { text, isWhole } of linesOf(path)) {
    number++;
    if (!isWhole) {
      if (text.trim() === '') continue;
      // A file made by hand may lack the last line end; half a line is no JSON.
      const item = itemOrNothing(text);
      if (item) yield { file: path, line: number, item };
      else left.torn++;
      continue;
    }
    if (text.trim() === '') continue;
    let item: RecordedItem;
    try {
      item = readLine(text);
    } catch (error) {
      throw new RecordedError(`${path}:${number}: ${(error as Error).message}`);
    }
    yield { file: path, line: number, item };
  }
}

function itemOrNothing(text: string): RecordedItem | undefined {
  try {
    return readLine(text);
  } catch {
    return undefined;
  }
}

async function* linesOf(path: string): AsyncGenerator<{ text: string; isWhole: boolean }> {
  let rest = '';
  let line = 1;
  try {
    for await (const chunk of opened(path).setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        line++;
        yield { text, isWhole: true };
      }
      if (rest.length > LONGEST_LINE)
        throw new RecordedError(`${path}:${line}: the line is too long`);
    }
  } catch (error) {
    if (error instanceof RecordedError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new RecordedError(`there is no file ${path}`);
    if (code === 'EISDIR') throw new RecordedError(`${path} is a folder, not a file`);
    if (code?.startsWith('Z_') || code?.startsWith('ZSTD')) {
      throw new RecordedError(`${path}: it is damaged after line ${line - 1} (${code})`);
    }
    throw error;
  }
  if (rest !== '') yield { text: rest, isWhole: false };
}
