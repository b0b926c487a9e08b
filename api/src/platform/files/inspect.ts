import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { Problem } from '../http/errors.ts';
import { checkFile } from './check.ts';
import { type IntakeParts, removeUpload, scanNow } from './intake.ts';
import type { StoredFile } from './types.ts';

/** Bytes that are no upload yet. */
export interface LooseFile {
  name: string;
  mediaType: string;
  bytes: Buffer;
}

/** What an upload of some bytes would be. */
export type Inspected = Pick<StoredFile, 'kind' | 'mediaType' | 'bytes' | 'sha256' | 'scan'>;

/**
 * Makes the checks of an upload, and keeps nothing.
 *
 * @throws Problem `file.*` where it would be refused.
 */
export async function inspectFile(
  parts: Pick<IntakeParts, 'folder' | 'scanner' | 'log' | 'zone'>,
  { name, mediaType, bytes }: LooseFile,
): Promise<Inspected> {
  const id = ulid();
  const path = join(parts.folder, id);
  await mkdir(parts.folder, { recursive: true });
  try {
    await writeFile(path, bytes);
    const scan = await scanNow(parts, path);
    if (scan.state === 'infected') {
      throw new Problem('file.infected', `The scanner found ${scan.signature} in it.`);
    }
    const {
      kind,
      mediaType: type,
      original,
    } = await checkFile(path, { name, mediaType }, parts.zone);
    const { sha256 } = original;
    return { kind, mediaType: type, bytes: original.bytes, sha256, scan: scan.state };
  } finally {
    await removeUpload(parts.folder, id);
  }
}
