import { join } from 'node:path';
import { type ContentStore, openContentStore } from './content.ts';
import { openBlobFolder } from './folder.ts';
import { openBlobBucket, type S3Options } from './s3.ts';
import type { BlobCipher, BlobStore } from './types.ts';

/** The two stores of an installation: evidence of cameras, and uploaded files. */
export const STORES = ['evidence', 'files'] as const;
export type StoreName = (typeof STORES)[number];

type Place = { dataDir: string; s3: Omit<S3Options, 'prefix' | 'incoming'> | null };

/** The storage of a store: a bucket where configured, else a folder. */
export function openBlobs(name: StoreName, { dataDir, s3 }: Place): BlobStore {
  const folder = join(dataDir, name);
  if (!s3) return openBlobFolder(folder);
  return openBlobBucket({ ...s3, prefix: name, incoming: join(folder, '.incoming') });
}

/** @param cipher null for plain storage. */
export function openStore(name: StoreName, place: Place, cipher: BlobCipher | null): ContentStore {
  return openContentStore(openBlobs(name, place), cipher);
}
