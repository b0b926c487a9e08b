import type { Readable } from 'node:stream';

/** The key of a blob: tenant and digest. Both are validated by each store. */
export interface BlobKey {
  tenant: string;
  sha256: string;
}

/** First and last byte, counted from 0, inclusive. */
export interface Range {
  first: number;
  last: number;
}

export interface BlobInfo extends BlobKey {
  /** Stored size. */
  bytes: number;
  /** Time of the last put. */
  at: Date;
}

/** Blob storage: a folder, or a bucket with the S3 API. It knows nothing of the content. */
export interface BlobStore {
  /** For display: the folder, or the bucket. */
  readonly place: string;
  /**
   * Stores the bytes durably and atomically before it resolves: if the source fails, nothing is
   * stored. An existing blob is replaced.
   *
   * @returns the number of bytes.
   * @throws Problem `evidence.no-space`.
   */
  put(key: BlobKey, bytes: AsyncIterable<Buffer>): Promise<number>;
  /** The number of bytes, or null where there is no such blob. */
  size(key: BlobKey): Promise<number | null>;
  /** Fails with an error on the stream where there is no such blob. */
  read(key: BlobKey, range?: Range): Readable;
  /** Removes it; no error where it does not exist. */
  remove(key: BlobKey): Promise<void>;
  /** All blobs, in any order. */
  list(): AsyncIterable<BlobInfo>;
  /** @throws where the store is unavailable or read-only. */
  check(): Promise<void>;
}

/** Encrypts a store's content at rest. Ranges stay cheap. */
export interface BlobCipher {
  seal(key: BlobKey, bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /**
   * @param stored number of stored bytes.
   * @param read reads the stored bytes.
   */
  open(
    key: BlobKey,
    stored: () => Promise<number>,
    read: (range?: Range) => Readable,
    range?: Range,
  ): Readable;
  /**
   * The plaintext size; equal to the stored size of an unencrypted file.
   *
   * @throws Problem `sealed.plain` where a record says that it was sealed, and it is not.
   */
  plainSize(key: BlobKey, stored: number, read: (range?: Range) => Readable): Promise<number>;
}
