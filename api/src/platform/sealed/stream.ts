import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Database } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import type { StoreName } from '../store/open.ts';
import type { BlobCipher, BlobKey, Range } from '../store/types.ts';
import { deriveKey } from './cipher.ts';
import { type Sealed, withKeys } from './sealed.ts';

/**
 * An encrypted file: a header, then chunks of 64 KiB, each AES-256-GCM with its tag. The nonce is
 * the chunk number and a last-chunk flag (the STREAM construction of Hoang, Reyhanitabar, Rogaway
 * and Vizár), so chunks cannot be removed, swapped or truncated, and any part can be read without
 * the rest. Each file has its own key, derived from the data key, the salt in the header and the
 * file's name: moved to another name, it does not open.
 */
const MAGIC = Buffer.from('ANSHISF1');
const SALT = 16;
/** Magic, generation of the data key, salt. */
const HEADER = MAGIC.length + 4 + SALT;
const CHUNK = 64 * 1024;
const TAG = 16;
const SEALED_CHUNK = CHUNK + TAG;
const CLASS = 'file';

function nonceOf(chunk: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Number of chunks of a file by stored bytes; an empty one has one. */
const chunksIn = (stored: number) => Math.max(1, Math.ceil((stored - HEADER) / SEALED_CHUNK));

/** Number of plaintext bytes of a sealed file by stored bytes. */
export const plainSizeOf = (stored: number): number => stored - HEADER - chunksIn(stored) * TAG;

/** @param key of this file only. */
export async function* sealChunks(
  key: Buffer,
  header: Buffer,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield header;
  let number = 0;
  const seal = (plain: Buffer, last: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++, last));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    waiting.push(part);
    length += part.length;
    // One byte is held back: only the end tells which chunk is the last.
    if (length <= CHUNK) continue;
    let all = Buffer.concat(waiting);
    while (all.length > CHUNK) {
      yield seal(all.subarray(0, CHUNK), false);
      all = all.subarray(CHUNK);
    }
    waiting = [all];
    length = all.length;
  }
  yield seal(Buffer.concat(waiting), true);
}

/** Passes bytes on in chunks of one size; the last may be shorter. */
async function* inPieces(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of bytes) {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    while (rest.length >= size) {
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
    }
  }
  if (rest.length > 0) yield rest;
}

function openChunk(key: Buffer, sealed: Buffer, number: number, last: boolean): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, last), {
      authTagLength: TAG,
    });
    decipher.setAuthTag(sealed.subarray(-TAG));
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    throw new Problem(
      'sealed.damaged',
      'The file was changed where it lies. Restore it from a backup.',
    );
  }
}

/** Reads a small part of a stored file into memory. */
async function collect(bytes: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * Encrypts files with the tenant's data key of the class `file`. Unencrypted ones of an older
 * version stay readable if no record says that they were encrypted, and their digest matches.
 */
export function createFileCipher(options: {
  database: Database;
  sealed: Sealed;
  /** The store whose records say which of its files were encrypted. */
  store: StoreName;
}): BlobCipher {
  const { database, sealed, store } = options;
  const fileKey = (dataKey: Buffer, salt: Buffer, { tenant, sha256 }: BlobKey) =>
    deriveKey(dataKey, `anshi file v1|${tenant}|${sha256}`, salt);

  async function isSealed(stored: number, read: (range?: Range) => Readable) {
    if (stored < HEADER + TAG) return null;
    const header = await collect(read({ first: 0, last: HEADER - 1 }));
    return header.subarray(0, MAGIC.length).equals(MAGIC) ? header : null;
  }

  /**
   * An attacker with write access to the store, but without a key, could put plaintext there. It is
   * refused where a record says that the file was encrypted; the record is queried only where the
   * header is missing. The same file may be in the other store, with its own record.
   */
  async function refuseWhereSealed({ tenant, sha256 }: BlobKey): Promise<void> {
    const [row] = await database.transaction({ tenant, user: null }, (tx) =>
      store === 'evidence'
        ? tx.$queryRaw<{ sealed: boolean }[]>`
        SELECT EXISTS (SELECT 1 FROM evidence WHERE sha256 = ${sha256} AND sealed) AS sealed`
        : tx.$queryRaw<{ sealed: boolean }[]>`
        SELECT EXISTS (SELECT 1 FROM stored_file WHERE sha256 = ${sha256} AND sealed)
          OR EXISTS (SELECT 1 FROM stored_file WHERE shown_sha256 = ${sha256} AND sealed)
          OR EXISTS (SELECT 1 FROM stored_file WHERE preview_sha256 = ${sha256} AND sealed) AS sealed`,
    );
    if (row?.sealed !== false) throw new Problem('sealed.plain');
  }

  /** Files stored before encryption was introduced are served while their digest matches. */
  async function checkPlain({ sha256 }: BlobKey, read: (range?: Range) => Readable): Promise<void> {
    const hash = createHash('sha256');
    for await (const part of read() as AsyncIterable<Buffer>) hash.update(part);
    if (hash.digest('hex') === sha256) return;
    throw new Problem(
      'sealed.damaged',
      'The file was changed where it lies. Restore it from a backup.',
    );
  }

  return {
    async *seal(key, bytes) {
      const { generation, key: dataKey } = await database.transaction(
        { tenant: key.tenant, user: null },
        (tx) => withKeys(() => sealed.keys.newest(tx, key.tenant, CLASS)),
      );
      const header = Buffer.alloc(HEADER);
      MAGIC.copy(header);
      header.writeUInt32BE(generation, MAGIC.length);
      const salt = randomBytes(SALT);
      salt.copy(header, MAGIC.length + 4);
      yield* sealChunks(fileKey(dataKey, salt, key), header, bytes);
    },

    open(key, storedSize, read, range) {
      return Readable.from(
        (async function* () {
          const stored = await storedSize();
          const header = await isSealed(stored, read);
          if (!header) {
            await refuseWhereSealed(key);
            await checkPlain(key, read);
            yield* read(range) as AsyncIterable<Buffer>;
            return;
          }
          const generation = header.readUInt32BE(MAGIC.length);
          const dataKey = await database.transaction({ tenant: key.tenant, user: null }, (tx) =>
            withKeys(() => sealed.keys.one(tx, key.tenant, CLASS, generation)),
          );
          const own = fileKey(dataKey, header.subarray(MAGIC.length + 4), key);
          const plain = plainSizeOf(stored);
          const first = range?.first ?? 0;
          const last = Math.min(range?.last ?? plain - 1, plain - 1);
          const total = chunksIn(stored);
          const from = Math.floor(first / CHUNK);
          const to = Math.min(total - 1, Math.max(from, Math.floor(last / CHUNK)));
          const source = read({
            first: HEADER + from * SEALED_CHUNK,
            last: Math.min(stored, HEADER + (to + 1) * SEALED_CHUNK) - 1,
          });
          let number = from;
          for await (const piece of inPieces(source as AsyncIterable<Buffer>, SEALED_CHUNK)) {
            const chunk = openChunk(own, piece, number, number === total - 1);
            const start = Math.max(0, first - number * CHUNK);
            const end = Math.min(chunk.length, last + 1 - number * CHUNK);
            if (end > start) yield chunk.subarray(start, end);
            number++;
          }
          if (number <= to) {
            throw new Problem(
              'sealed.damaged',
              'The file ends too early. Restore it from a backup.',
            );
          }
        })(),
        { objectMode: false },
      );
    },

    async plainSize(key, stored, read) {
      if (await isSealed(stored, read)) return plainSizeOf(stored);
      await refuseWhereSealed(key);
      return stored;
    },
  };
}
