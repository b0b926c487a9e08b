import { join } from 'node:path';
import { type ContentStore, openContentStore } from './content.ts';
import { openBlobFolder } from './folder.ts';
import { openBlobBucket, type S3Options } from './s3.ts';
import type { BlobCipher } from './types.ts';

/** The two stores of an installation: evidence of cameras, and files that people hand in. */
export const STORES = ['evidence', 'files'] as const;
export type StoreName = (typeof STORES)[number];

/**
 * Opens a store where the settings say: in a bucket, else in a folder of the data folder.
 *
 * @param cipher null where the bytes lie in the clear.
 */
export function openStore(
  name: StoreName,
  settings: { dataDir: string; s3: Omit<S3Options, 'prefix' | 'incoming'> | null },
  cipher: BlobCipher | null,
): ContentStore {
  const folder = join(settings.dataDir, name);
  if (!settings.s3) return openContentStore(openBlobFolder(folder), cipher);
  const incoming = join(folder, '.incoming');
  return openContentStore(openBlobBucket({ ...settings.s3, prefix: name, incoming }), cipher);
}
