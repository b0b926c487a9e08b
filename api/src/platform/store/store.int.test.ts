import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContentStore } from './content.ts';
import { openBlobFolder } from './folder.ts';
import { openBlobBucket } from './s3.ts';
import type { BlobInfo, BlobStore } from './types.ts';

let folder: string;
let server: { run(): Promise<AddressInfo>; close(): Promise<void> };
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-store-'));
  server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'anshi', configs: [] }],
  });
  ({ port } = await server.run());
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function* pieces(bytes: Buffer, size = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(1000);
  throw new Error('the line broke');
}

const kinds: [name: string, open: () => BlobStore][] = [
  ['a folder', () => openBlobFolder(join(folder, 'blobs'))],
  [
    'a bucket',
    () =>
      openBlobBucket({
        endpoint: `http://127.0.0.1:${port}`,
        bucket: 'anshi',
        region: 'us-east-1',
        accessKey: 'S3RVER',
        secretKey: 'S3RVER',
        pathStyle: true,
        prefix: 'files',
        incoming: join(folder, 'incoming'),
      }),
  ],
];

describe.each(kinds)('a store in %s', (_name, open) => {
  it('stores bytes, serves ranges, lists and removes them', async () => {
    const store = open();
    await store.check();
    const bytes = randomBytes(300_000);
    const key = { tenant: 'demo', sha256: sha(bytes) };
    expect(await store.size(key)).toBeNull();
    expect(await store.put(key, pieces(bytes))).toBe(bytes.length);
    expect(await store.put(key, pieces(bytes))).toBe(bytes.length);
    expect(await store.size(key)).toBe(bytes.length);
    expect((await buffer(store.read(key))).equals(bytes)).toBe(true);
    const part = await buffer(store.read(key, { first: 99_999, last: 200_000 }));
    expect(part.equals(bytes.subarray(99_999, 200_001))).toBe(true);
    const other = { tenant: 'second', sha256: key.sha256 };
    expect(await store.size(other)).toBeNull();

    const listed: BlobInfo[] = [];
    for await (const blob of store.list()) listed.push(blob);
    expect(listed).toEqual([{ ...key, bytes: bytes.length, at: expect.any(Date) }]);
    expect(Math.abs(Date.now() - listed[0]!.at.getTime())).toBeLessThan(60_000);
    await store.remove(key);
    await store.remove(key);
    expect(await store.size(key)).toBeNull();
    await expect(buffer(store.read(key))).rejects.toThrow();
  });

  it('keeps nothing of an aborted put', async () => {
    const store = open();
    const key = { tenant: 'demo', sha256: 'a'.repeat(64) };
    await expect(store.put(key, failing())).rejects.toThrow('the line broke');
    expect(await store.size(key)).toBeNull();
    for (const incoming of [join(folder, 'incoming'), join(folder, 'blobs', '.incoming')]) {
      expect(await readdir(incoming).catch(() => [])).toEqual([]);
    }
  });

  it('refuses keys with path traversal', async () => {
    const store = open();
    for (const [tenant, sha256] of [
      ['../..', 'a'.repeat(64)],
      ['demo', '../../../../etc/passwd'],
      ['demo', `${'a'.repeat(63)}/`],
      ['de/mo', 'a'.repeat(64)],
    ] as const) {
      await expect(store.put({ tenant, sha256 }, pieces(Buffer.from('x')))).rejects.toThrow();
      await expect(store.size({ tenant, sha256 })).rejects.toThrow();
      await expect(store.remove({ tenant, sha256 })).rejects.toThrow();
    }
  });

  it('refuses bytes that do not match', async () => {
    const store = openContentStore(open(), null);
    const bytes = randomBytes(5_000);
    const put = (digest: string, limit = 10_000) =>
      store.put('demo', digest, Readable.from([bytes]), { limit });
    await expect(put(sha(Buffer.from('else')))).rejects.toThrow(/digest/);
    await expect(put(sha(bytes), 4_999)).rejects.toThrow(/larger/);
    expect(await store.size('demo', sha(bytes))).toBeNull();
    expect(await put(sha(bytes))).toBe(5_000);
    await store.remove('demo', sha(bytes));
  });
});
