import type { z } from 'zod';
import type { PackIndex } from '../format.ts';
import type { Digest, Flaws } from './flaws.ts';
import type { ZipContents } from './read-zip.ts';

/** What is known of a pack while it is checked. */
export interface Opened {
  zip: ZipContents;
  index: PackIndex;
  /** The key of the plant, in PEM. */
  publicKey: string;
  digests: ReadonlyMap<string, Digest>;
  flaws: Flaws;
}

/** @returns null where the file is not there or is not what it should be, which is then a flaw. */
export async function readPart<Schema extends z.ZodType>(
  { zip, flaws }: Opened,
  name: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  if (!zip.names.has(name)) {
    flaws.add('removed', name, 'the file is not in the pack');
    return null;
  }
  const read = schema.safeParse(parsed(await zip.read(name).catch(() => Buffer.alloc(0))));
  if (!read.success) flaws.add('changed', name, 'it cannot be read as what it should be');
  return read.data ?? null;
}

/** @returns undefined where the bytes are no JSON. */
export function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
