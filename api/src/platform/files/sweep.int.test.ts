import { createHash } from 'node:crypto';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPicture } from '../../testing/media.ts';
import { type FilesWorld, openFilesWorld } from '../../testing/stored-files.ts';
import { beginUpload, sendPiece, uploadFile } from '../../testing/tus.ts';
import { BACKUP_LOCK } from '../backup/lock.ts';
import type { Scanner } from './scanner.ts';

const HOUR = 3600_000;

let world: FilesWorld;
beforeAll(async () => {
  world = await openFilesWorld();
});
afterAll(() => world?.close());

const later = (hours: number) => new Date(Date.now() + hours * HOUR);
async function blobs(): Promise<number> {
  let count = 0;
  for await (const _ of world.store.list()) count++;
  return count;
}

describe('leftovers', () => {
  it('unattached files are removed after a day; shared bytes stay until the last', async () => {
    const before = await blobs();
    const photo = await drawPicture(21);
    const kept = await uploadFile(world.api, world.user, photo);
    const same = await uploadFile(world.api, world.user, photo);
    const other = await uploadFile(world.api, world.user, await drawPicture(22));
    await world.attach([kept], 'case-1');
    // A second run changes nothing.
    await world.attach([kept], 'case-1');
    await expect(world.attach([kept], 'case-2')).rejects.toMatchObject({ code: 'file.taken' });
    expect(await blobs()).toBe(before + 6);

    expect((await world.sweep(later(23))).unattached).toBe(0);
    expect((await world.sweep(later(25))).unattached).toBe(2);
    expect(await blobs()).toBe(before + 3);
    for (const id of [same, other]) {
      expect((await world.api.get(`/api/v1/files/${id}`, world.user)).status).toBe(404);
      await expect(world.attach([id], 'case-3')).rejects.toMatchObject({ code: 'file.unknown' });
    }
    expect(await world.store.size('demo', (await world.rowOf(kept)).sha256)).not.toBeNull();
  });

  it('stalled uploads are cancelled, and their bytes removed', async () => {
    const photo = await drawPicture(23);
    const begun = await beginUpload(world.api, world.user, photo.length);
    const location = begun.headers.get('location')!;
    await sendPiece(world.api, world.user, location, 0, photo.subarray(0, 1000));
    expect((await world.sweep(later(23))).expired).toBe(0);
    expect((await world.sweep(later(25))).expired).toBe(1);
    expect((await world.api.get(`${location}/file`, world.user)).status).toBe(404);
    const names = await readdir(join(world.api.settings.dataDir, 'uploads'));
    expect(names.filter((name) => name.startsWith(location.split('/').at(-1)!))).toEqual([]);
  });

  it('a file that was complete when the process ended is processed', async () => {
    const photo = await drawPicture(24);
    const begun = await beginUpload(world.api, world.user, photo.length);
    const location = begun.headers.get('location')!;
    const id = location.split('/').at(-1)!;
    // The process ended between the last byte and its record.
    const path = join(world.api.settings.dataDir, 'uploads', id);
    await truncate(path, 0);
    await writeFile(path, photo);
    await world.sweep(new Date());
    const answer = await world.api.get(`${location}/file`, world.user);
    expect(answer.status).toBe(200);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('unreferenced bytes are removed; recent ones stay', async () => {
    const bytes = Buffer.from('left by a process that ended');
    const digest = createHash('sha256').update(bytes).digest('hex');
    await world.store.put('demo', digest, Readable.from([bytes]), { limit: 1000 });
    expect((await world.sweep(later(1), { orphans: true })).orphans).toBe(0);
    expect((await world.sweep(later(25), { orphans: true })).orphans).toBe(1);
    expect(await world.store.size('demo', digest)).toBeNull();
    // Attached files still have their bytes.
    expect(await blobs()).toBe(3);
  });
});

it('a file attached during the sweep is complete or refused, never partial', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 8; i++) {
    ids.push(
      await uploadFile(world.api, world.user, Buffer.from(`note ${i}`), {
        name: 'n.txt',
        type: 'text/plain',
      }),
    );
  }
  const [results] = await Promise.all([
    Promise.allSettled(ids.map((id, i) => world.attach([id], `race-${i}`))),
    world.sweep(later(25)),
    world.sweep(later(25), { orphans: true }),
  ]);
  for (const [i, result] of results.entries()) {
    const row = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.storedFile.findFirst({ where: { id: ids[i]! } }),
    );
    if (result.status === 'rejected') {
      expect(result.reason).toMatchObject({ code: 'file.unknown' });
      expect(row).toBeNull();
    } else {
      expect(row?.entityId).toBe(`race-${i}`);
      for (const digest of [row!.sha256, row!.shownSha256]) {
        expect(await world.store.size('demo', digest)).not.toBeNull();
      }
    }
  }
});

describe('a file that cannot be scanned', () => {
  /** A working scanner that refuses one file. */
  const picky = (refused: Buffer): Scanner => ({
    async scan(bytes) {
      const all = Buffer.concat(await bytes.toArray());
      if (all.equals(refused)) throw new Error('INSTREAM size limit exceeded. ERROR');
      if (all.includes('bad-words')) return { clean: false, signature: 'Bad-Words' };
      return { clean: true };
    },
    version: async () => 'ClamAV of a test',
  });
  const wait = (id: string) =>
    world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.storedFile.updateMany({ where: { id }, data: { scan: 'pending' } }),
    );
  const text = { name: 'a.txt', type: 'text/plain' };

  it('does not block others: too large for the scanner, or with lost bytes', async () => {
    const large = Buffer.from('too large for the scanner');
    const first = await uploadFile(world.api, world.user, large, text);
    const lost = await uploadFile(world.api, world.user, Buffer.from('bytes that are lost'), text);
    const good = await uploadFile(
      world.api,
      world.user,
      Buffer.from('nothing wrong with it'),
      text,
    );
    for (const id of [first, lost, good]) await wait(id);
    const { sha256, shownSha256 } = await world.rowOf(lost);
    for (const digest of [sha256, shownSha256]) await world.store.remove('demo', digest);
    const swept = await world.sweep(new Date(), { scanner: picky(large) });
    expect(swept).toMatchObject({ scanned: 1, infected: 0 });
    expect((await world.rowOf(good)).scan).toBe('clean');
    expect((await world.rowOf(first)).scan).toBe('pending');
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.storedFile.deleteMany({ where: { id: { in: [first, lost] } } }),
    );
  });

  it('keeps its bytes during a backup that refers to them, and loses them afterwards', async () => {
    const bad = await uploadFile(world.api, world.user, Buffer.from('bad-words are in it'), text);
    await wait(bad);
    const { sha256 } = await world.rowOf(bad);
    const scanner = picky(Buffer.from(''));
    await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${BACKUP_LOCK})::text`;
      expect(await world.sweep(new Date(), { scanner })).toMatchObject({ infected: 1 });
    });
    expect((await world.rowOf(bad)).scan).toBe('infected');
    expect(await world.store.size('demo', sha256)).not.toBeNull();
    await world.sweep(new Date(), { scanner });
    expect(await world.store.size('demo', sha256)).toBeNull();
  });
});
