import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Problem } from '../http/errors.ts';
import type { BlobCipher, BlobInfo, BlobStore, Range } from './types.ts';

/** Restrictions of a put. */
export interface ContentTerms {
  /** Maximum bytes. */
  limit: number;
  /** Checks the first 16 bytes. */
  accepts?(head: Buffer): boolean;
}

/** Files by SHA-256, in a folder or a bucket, plain or encrypted. */
export interface ContentStore {
  /** For display: the folder, or the bucket. */
  readonly place: string;
  /** Whether the bytes are encrypted at rest. */
  readonly encrypted: boolean;
  /**
   * Stores the bytes durably before it resolves. Idempotent: storing the same file again updates
   * only its time.
   *
   * @returns the number of bytes.
   * @throws Problem where the digest differs, the limit is exceeded or the header is not accepted;
   *   nothing is stored then.
   */
  put(tenant: string, sha256: string, bytes: Readable, terms: ContentTerms): Promise<number>;
  /** The number of bytes, or null where there is no such file. */
  size(tenant: string, sha256: string): Promise<number | null>;
  read(tenant: string, sha256: string, range?: Range): Readable;
  remove(tenant: string, sha256: string): Promise<void>;
  list(): AsyncIterable<BlobInfo>;
  /** @throws where the store is unavailable or read-only. */
  check(): Promise<void>;
}

/** The subset for cameras' evidence: only the purge removes files. */
export type EvidenceStore = Pick<ContentStore, 'put' | 'size' | 'read' | 'encrypted'>;

const HEAD_BYTES = 16;

/** @param cipher null for plain storage. */
export function openContentStore(blobs: BlobStore, cipher: BlobCipher | null): ContentStore {
  return {
    place: blobs.place,
    encrypted: cipher !== null,
    async put(tenant, sha256, bytes, terms) {
      const key = { tenant, sha256 };
      const tally = { bytes: 0 };
      const checked = checkContent(bytes, sha256, terms, tally);
      await blobs.put(key, cipher ? cipher.seal(key, checked) : checked);
      return tally.bytes;
    },
    async size(tenant, sha256) {
      const key = { tenant, sha256 };
      const stored = await blobs.size(key);
      if (stored === null || cipher === null) return stored;
      return cipher.plainSize(key, stored, (range) => blobs.read(key, range));
    },
    read(tenant, sha256, range) {
      const key = { tenant, sha256 };
      if (!cipher) return blobs.read(key, range);
      const stored = async () => {
        const size = await blobs.size(key);
        if (size === null) throw new Problem('evidence.unknown');
        return size;
      };
      return cipher.open(key, stored, (part) => blobs.read(key, part), range);
    },
    remove: (tenant, sha256) => blobs.remove({ tenant, sha256 }),
    list: () => blobs.list(),
    check: () => blobs.check(),
  };
}

/**
 * Passes the bytes on and fails after the last where they do not match, so that the store, which is
 * atomic, keeps nothing.
 */
async function* checkContent(
  bytes: Readable,
  sha256: string,
  { limit, accepts }: ContentTerms,
  tally: { bytes: number },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    tally.bytes += chunk.length;
    if (tally.bytes > limit) {
      throw new Problem(
        'evidence.too-large',
        `The file is larger than the ${limit} bytes that are taken here.`,
      );
    }
    if (head.length < HEAD_BYTES) {
      head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
    }
    hash.update(chunk);
    yield chunk;
  }
  const digest = hash.digest('hex');
  if (digest !== sha256) {
    throw new Problem(
      'evidence.digest',
      `The ${tally.bytes} bytes have the digest ${digest}. Send the file again, complete.`,
    );
  }
  if (accepts && !accepts(head)) throw new Problem('evidence.content');
}
