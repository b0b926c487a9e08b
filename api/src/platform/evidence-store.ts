import { type ContentStore, type ContentTerms, openContentStore } from './store/content.ts';
import { openBlobFolder } from './store/folder.ts';
import type { BlobCipher } from './store/types.ts';

/** What is taken. */
export type EvidenceTerms = ContentTerms;

/** Where files of evidence are kept, by the SHA-256 of their bytes. */
export type EvidenceStore = Pick<ContentStore, 'put' | 'size' | 'read'>;

/**
 * A store of evidence in a folder.
 *
 * @param cipher encrypts what is put; left out, it lies in the clear.
 */
export function openEvidenceFolder(folder: string, cipher: BlobCipher | null = null): ContentStore {
  return openContentStore(openBlobFolder(folder), cipher);
}
