import type { Readable } from 'node:stream';

/** The name of a blob: whose it is and the digest it goes by. Both are checked by each store. */
export interface BlobKey {
  tenant: string;
  sha256: string;
}

/** First and last byte, both counted from 0 and included. */
export interface Range {
  first: number;
  last: number;
}

export interface BlobInfo extends BlobKey {
  /** As they lie in the store. */
  bytes: number;
  /** When they were put last. */
  at: Date;
}

/**
 * Where bytes lie: a folder, or a bucket behind the S3 API. It knows nothing of what they mean.
 */
export interface BlobStore {
  /** For people: the folder, or the bucket. */
  readonly place: string;
  /**
   * Keeps the bytes durably before it resolves, whole or not at all: where the source fails, nothing
   * is kept. What was there under the key is replaced.
   *
   * @returns the number of bytes.
   * @throws Problem `evidence.no-space`.
   */
  put(key: BlobKey, bytes: AsyncIterable<Buffer>): Promise<number>;
  /** The number of bytes, or null where there is no such blob. */
  size(key: BlobKey): Promise<number | null>;
  /** Fails with an error on the stream where there is no such blob. */
  read(key: BlobKey, range?: Range): Readable;
  /** Takes it away; nothing happens where it is not there. */
  remove(key: BlobKey): Promise<void>;
  /** All of them, in any order. */
  list(): AsyncIterable<BlobInfo>;
  /** @throws where the store cannot be reached or written. */
  check(): Promise<void>;
}

/**
 * Encrypts what lies in a store, so that a stolen disk or bucket tells nothing. Ranges stay cheap.
 */
export interface BlobCipher {
  seal(key: BlobKey, bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /**
   * @param stored the number of bytes as they lie in the store.
   * @param read reads the stored bytes.
   */
  open(
    key: BlobKey,
    stored: () => Promise<number>,
    read: (range?: Range) => Readable,
    range?: Range,
  ): Readable;
  /**
   * The number of bytes before they were sealed; what may lie there in the clear has as many.
   *
   * @throws Problem `sealed.plain` where a record says that it was sealed, and it is not.
   */
  plainSize(key: BlobKey, stored: number, read: (range?: Range) => Readable): Promise<number>;
}
