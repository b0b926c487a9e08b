import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { TABLE_LIMITS, TableFault } from './types.ts';

type Attributes = Record<string, string>;
/** What a reader of a part does with its XML; names are without prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** The parts of a workbook. */
export interface Parts {
  has(path: string): boolean;
  /** Unpacked pieces of a part. @throws TableFault where it is larger than a part may be. */
  pieces(path: string): AsyncGenerator<Buffer>;
  close(): void;
}

/** @throws TableFault `broken` where the bytes are no archive. */
export async function openParts(bytes: Buffer): Promise<Parts> {
  const zip: ZipFile = await yauzl.fromBufferPromise(bytes, { lazyEntries: true }).catch(() => {
    throw new TableFault('broken');
  });
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.size >= 5_000) throw new TableFault('too-complex');
    entries.set(entry.fileName, entry);
  }
  return {
    has: (path) => entries.has(path),
    async *pieces(path) {
      const entry = entries.get(path);
      if (!entry?.canDecodeFileData()) throw new TableFault('broken', path);
      const stream: Readable = await zip.openReadStreamPromise(entry);
      let total = 0;
      try {
        for await (const piece of stream as AsyncIterable<Buffer>) {
          total += piece.length;
          if (total > TABLE_LIMITS.part) throw new TableFault('too-complex', path);
          yield piece;
        }
      } catch (error) {
        throw error instanceof TableFault ? error : new TableFault('broken', path);
      } finally {
        stream.destroy();
      }
    },
    close: () => zip.close(),
  };
}

/** A parser that refuses document types: with them go entities, and all that they can grow to. */
export function xmlParser(handler: XmlHandler, part: string): SaxesParser {
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', () => {
    throw new TableFault('broken', part);
  });
  parser.on('doctype', () => {
    throw new TableFault('broken', part);
  });
  parser.on('opentag', (tag) => {
    handler.open?.(local(tag.name), tag.attributes as Attributes);
  });
  parser.on('text', (text) => handler.text?.(text));
  parser.on('cdata', (text) => handler.text?.(text));
  parser.on('closetag', ({ name }) => handler.close?.(local(name)));
  return parser;
}

/** Parses a whole part. `pause` is awaited after each piece; a false answer ends it. */
export async function parsePart(
  parts: Parts,
  path: string,
  handler: XmlHandler,
  pause: () => Promise<boolean> = async () => true,
): Promise<void> {
  const parser = xmlParser(handler, path);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const piece of parts.pieces(path)) {
    parser.write(textOf(decoder, piece, path));
    if (!(await pause())) return;
  }
  parser.close();
  await pause();
}

function textOf(decoder: InstanceType<typeof TextDecoder>, piece: Buffer, path: string): string {
  try {
    return decoder.decode(piece, { stream: true });
  } catch {
    throw new TableFault('broken', path);
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
