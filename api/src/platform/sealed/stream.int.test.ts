import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { type ContentStore, openContentStore } from '../store/content.ts';
import { openBlobFolder } from '../store/folder.ts';
import { openKeyring } from './keyring.ts';
import { createSealed } from './sealed.ts';
import { createFileCipher } from './stream.ts';

let site: Site;
let database: Database;
let folder: string;
let store: ContentStore;
let plain: ContentStore;
beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.freshDatabase()).appUrl);
  folder = await mkdtemp(join(tmpdir(), 'anshi-sealed-files-'));
  const blobs = openBlobFolder(join(folder, 'evidence'));
  const sealed = createSealed(openKeyring(join(folder, 'keyring.json'), { make: true }));
  store = openContentStore(blobs, createFileCipher({ database, sealed, store: 'evidence' }));
  plain = openContentStore(blobs, null);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const terms = { limit: 10_000_000, accepts: () => true };
async function put(bytes: Buffer, into = store) {
  const sha256 = digestOf(bytes);
  await into.put('demo', sha256, Readable.from([bytes]), terms);
  return sha256;
}
const pathOf = (sha256: string) => join(folder, 'evidence', 'demo', sha256.slice(0, 2), sha256);

describe('[SEC-03] evidence files are encrypted at rest', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 131_072, 200_001])(
    'round-trips %i bytes, whole and by ranges, and their size',
    async (length) => {
      const bytes = randomBytes(length);
      const sha256 = await put(bytes);
      expect(await store.size('demo', sha256)).toBe(length);
      expect(await buffer(store.read('demo', sha256))).toEqual(bytes);
      if (length === 0) return;
      await fc.assert(
        fc.asyncProperty(fc.nat(length - 1), fc.nat(length - 1), async (a, b) => {
          const range = { first: Math.min(a, b), last: Math.max(a, b) };
          const part = await buffer(store.read('demo', sha256, range));
          expect(part.equals(bytes.subarray(range.first, range.last + 1))).toBe(true);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('leaves no plaintext on the disk', async () => {
    const secret = 'the national id is 320499198803121019';
    const sha256 = await put(Buffer.from(secret.repeat(5000)));
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name));
      expect(bytes.includes(secret), entry.name).toBe(false);
    }
    expect(await store.size('demo', sha256)).toBe(secret.length * 5000);
  });

  it('still reads unencrypted files of an older version', async () => {
    const bytes = randomBytes(100_000);
    const sha256 = await put(bytes, plain);
    expect(await store.size('demo', sha256)).toBe(bytes.length);
    expect(await buffer(store.read('demo', sha256))).toEqual(bytes);
    const part = await buffer(store.read('demo', sha256, { first: 99_000, last: 99_999 }));
    expect(part).toEqual(bytes.subarray(99_000));
  });

  it('still reads an unencrypted one that was uploaded again since', async () => {
    const bytes = randomBytes(1_000);
    const sha256 = await put(bytes, plain);
    // It is sealed in the other store; here, it is unchanged.
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.evidence.create({
        data: {
          tenantId: 'demo',
          sha256,
          mediaType: 'image/jpeg',
          bytes: bytes.length,
          sealed: false,
        },
      });
      const size = BigInt(bytes.length);
      await tx.storedFile.create({
        data: {
          tenantId: 'demo',
          id: '01K0000000000000000000000F',
          name: 'x.jpg',
          kind: 'photo',
          mediaType: 'image/jpeg',
          bytes: size,
          sha256,
          shownSha256: sha256,
          shownBytes: size,
          shownType: 'image/jpeg',
          scan: 'clean',
          uploadedBy: '01K00000000000000000000001',
          sealed: true,
        },
      });
    });
    expect(await store.size('demo', sha256)).toBe(bytes.length);
    expect(await buffer(store.read('demo', sha256))).toEqual(bytes);
  });

  it('refuses a plaintext file whose record says that it was encrypted', async () => {
    const bytes = randomBytes(100_000);
    const sha256 = await put(bytes);
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.evidence.create({
        data: { tenantId: 'demo', sha256, mediaType: 'image/jpeg', bytes: bytes.length },
      }),
    );
    const sealed = await readFile(pathOf(sha256));
    for (const content of [bytes, randomBytes(100_000), Buffer.from('x')]) {
      await writeFile(pathOf(sha256), content);
      const refused = { code: 'sealed.plain' };
      await expect(buffer(store.read('demo', sha256))).rejects.toMatchObject(refused);
      await expect(buffer(store.read('demo', sha256, { first: 0, last: 0 }))).rejects.toMatchObject(
        refused,
      );
      await expect(store.size('demo', sha256)).rejects.toMatchObject(refused);
    }
    await writeFile(pathOf(sha256), sealed);
    expect(await buffer(store.read('demo', sha256))).toEqual(bytes);
  });

  it('serves an unencrypted file only with a matching digest', async () => {
    const sha256 = await put(randomBytes(100_000), plain);
    await writeFile(pathOf(sha256), randomBytes(100_000));
    await expect(buffer(store.read('demo', sha256, { first: 10, last: 20 }))).rejects.toMatchObject(
      { code: 'sealed.damaged' },
    );
  });

  it('detects a changed byte, truncation, swapped chunks, and a swapped file', async () => {
    const bytes = randomBytes(200_000);
    const sha256 = await put(bytes);
    const path = pathOf(sha256);
    const stored = await readFile(path);
    const other = await put(randomBytes(200_000));
    const flipped = Buffer.from(stored);
    flipped.writeUInt8(flipped.readUInt8(100_000) ^ 1, 100_000);
    const chunk = 65_552;
    const swapped = Buffer.concat([
      stored.subarray(0, 28),
      stored.subarray(28 + chunk, 28 + 2 * chunk),
      stored.subarray(28, 28 + chunk),
      stored.subarray(28 + 2 * chunk),
    ]);
    const wrong = [
      flipped,
      stored.subarray(0, 28 + 2 * chunk),
      stored.subarray(0, 150_000),
      swapped,
      await readFile(pathOf(other)),
    ];
    for (const [i, content] of wrong.entries()) {
      await writeFile(path, content);
      await expect(buffer(store.read('demo', sha256)), `case ${i}`).rejects.toMatchObject({
        code: 'sealed.damaged',
      });
    }
    await writeFile(path, stored);
    expect(digestOf(await buffer(store.read('demo', sha256)))).toBe(sha256);
  });
});
