import { createHash } from 'node:crypto';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EICAR, hasClamd, startClamd } from '../../testing/clamd.ts';
import { drawPicture } from '../../testing/media.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { beginUpload, sendPiece, upload, uploadFile } from '../../testing/tus.ts';
import type { Account } from '../account.ts';
import { BACKUP_LOCK } from '../backup/lock.ts';
import { type Database, openDatabase } from '../database.ts';
import { openKeyring } from '../sealed/keyring.ts';
import { createSealed } from '../sealed/sealed.ts';
import { createFileCipher } from '../sealed/stream.ts';
import type { ContentStore } from '../store/content.ts';
import { openStore } from '../store/open.ts';
import { createUnits, type Units } from '../unit-of-work.ts';
import { createFiles } from './files.ts';
import { createIntake, type IntakeParts } from './intake.ts';
import { openClamav, type Scanner } from './scanner.ts';
import { sweepFiles } from './sweep.ts';

const HOUR = 3600_000;

let site: Site;
let api: RunningApi;
let user: { authorization: string };
let account: Account;
let database: Database;
let units: Units;
let store: ContentStore;

const later = (hours: number) => new Date(Date.now() + hours * HOUR);

function partsOf(scanner: Scanner | null = null): IntakeParts {
  return {
    ...{ database, units, store, scanner },
    folder: join(api.settings.dataDir, 'uploads'),
    zone: 'Asia/Shanghai',
    tenant: 'demo',
    log: pino({ level: 'silent' }),
  };
}

function sweep(now: Date, options: { orphans?: boolean; scanner?: Scanner } = {}) {
  // A scanner reads what lies encrypted.
  const opened = openStore('files', api.settings, cipherOf(database, api));
  const parts = { ...partsOf(options.scanner ?? null), store: opened };
  return sweepFiles(parts, createIntake(parts), { now, orphans: options.orphans ?? false });
}

async function attach(ids: string[], id: string): Promise<void> {
  const caller = { tenant: 'demo', account, address: null, requestId: null };
  const files = createFiles({ store });
  await units.run(caller, (unit) =>
    files.attach(unit, ids, { entity: 'hazard', id, role: 'found' }),
  );
}

async function blobs(): Promise<number> {
  let count = 0;
  for await (const _ of store.list()) count++;
  return count;
}

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.freshDatabase();
  api = await startApi(site, appUrl);
  user = await api.signIn('operator');
  database = openDatabase(appUrl);
  units = createUnits({ database, onError: () => {} });
  store = openStore('files', api.settings, null);
  const row = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.appUser.findFirstOrThrow({ where: { username: 'operator' } }),
  );
  account = { tenant: 'demo', id: row.id } as Account;
});

afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

describe('what is left behind', () => {
  it('files that nobody attached go after a day; bytes that another shares stay until the last', async () => {
    const before = await blobs();
    const photo = await drawPicture(21);
    const kept = await uploadFile(api, user, photo);
    const same = await uploadFile(api, user, photo);
    const other = await uploadFile(api, user, await drawPicture(22));
    await attach([kept], 'case-1');
    // The same again changes nothing.
    await attach([kept], 'case-1');
    await expect(attach([kept], 'case-2')).rejects.toMatchObject({ code: 'file.taken' });
    expect(await blobs()).toBe(before + 6);

    expect((await sweep(later(23))).unattached).toBe(0);
    expect((await sweep(later(25))).unattached).toBe(2);
    expect(await blobs()).toBe(before + 3);
    for (const id of [same, other]) {
      expect((await api.get(`/api/v1/files/${id}`, user)).status).toBe(404);
      await expect(attach([id], 'case-3')).rejects.toMatchObject({ code: 'file.unknown' });
    }
    expect(await store.size('demo', (await rowOf(kept)).sha256)).not.toBeNull();
  });

  it('uploads that do not go on are given up, and their bytes removed', async () => {
    const photo = await drawPicture(23);
    const begun = await beginUpload(api, user, photo.length);
    const location = begun.headers.get('location')!;
    await sendPiece(api, user, location, 0, photo.subarray(0, 1000));
    expect((await sweep(later(23))).expired).toBe(0);
    expect((await sweep(later(25))).expired).toBe(1);
    expect((await api.get(`${location}/file`, user)).status).toBe(404);
    const names = await readdir(join(api.settings.dataDir, 'uploads'));
    expect(names.filter((name) => name.startsWith(location.split('/').at(-1)!))).toEqual([]);
  });

  it('a file that was whole when the process ended is taken up', async () => {
    const photo = await drawPicture(24);
    const begun = await beginUpload(api, user, photo.length);
    const location = begun.headers.get('location')!;
    const id = location.split('/').at(-1)!;
    // As it is where the process ends between the last byte and the word of it.
    const path = join(api.settings.dataDir, 'uploads', id);
    await truncate(path, 0);
    await writeFile(path, photo);
    await sweep(new Date());
    const answer = await api.get(`${location}/file`, user);
    expect(answer.status).toBe(200);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('bytes that no row names go; those of a moment ago stay', async () => {
    const bytes = Buffer.from('left by a process that ended');
    const digest = createHash('sha256').update(bytes).digest('hex');
    await store.put('demo', digest, Readable.from([bytes]), { limit: 1000 });
    expect((await sweep(later(1), { orphans: true })).orphans).toBe(0);
    expect((await sweep(later(25), { orphans: true })).orphans).toBe(1);
    expect(await store.size('demo', digest)).toBeNull();
    // What is attached has its bytes still.
    expect(await blobs()).toBe(3);
  });
});

const rowOf = (id: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.storedFile.findFirstOrThrow({ where: { id } }),
  );

it('attached while the sweep takes what nobody attached, a file is whole or refused, never half', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 8; i++) {
    ids.push(
      await uploadFile(api, user, Buffer.from(`note ${i}`), { name: 'n.txt', type: 'text/plain' }),
    );
  }
  const [results] = await Promise.all([
    Promise.allSettled(ids.map((id, i) => attach([id], `race-${i}`))),
    sweep(later(25)),
    sweep(later(25), { orphans: true }),
  ]);
  for (const [i, result] of results.entries()) {
    const row = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.storedFile.findFirst({ where: { id: ids[i]! } }),
    );
    if (result.status === 'rejected') {
      expect(result.reason).toMatchObject({ code: 'file.unknown' });
      expect(row).toBeNull();
    } else {
      expect(row?.entityId).toBe(`race-${i}`);
      for (const digest of [row!.sha256, row!.shownSha256]) {
        expect(await store.size('demo', digest)).not.toBeNull();
      }
    }
  }
});

describe('a file that cannot be scanned', () => {
  /** A scanner that is well, and takes all files but one. */
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
    database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.storedFile.updateMany({ where: { id }, data: { scan: 'pending' } }),
    );
  const text = { name: 'a.txt', type: 'text/plain' };

  it('holds up no other: one that is too large for the scanner, or whose bytes are lost', async () => {
    const large = Buffer.from('too large for the scanner');
    const first = await uploadFile(api, user, large, text);
    const lost = await uploadFile(api, user, Buffer.from('bytes that are lost'), text);
    const good = await uploadFile(api, user, Buffer.from('as good as any'), text);
    for (const id of [first, lost, good]) await wait(id);
    const { sha256, shownSha256 } = await rowOf(lost);
    for (const digest of [sha256, shownSha256]) await store.remove('demo', digest);
    const swept = await sweep(new Date(), { scanner: picky(large) });
    expect(swept).toMatchObject({ scanned: 1, infected: 0 });
    expect((await rowOf(good)).scan).toBe('clean');
    expect((await rowOf(first)).scan).toBe('pending');
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.storedFile.deleteMany({ where: { id: { in: [first, lost] } } }),
    );
  });

  it('keeps its bytes while a backup is made that names them, and loses them afterwards', async () => {
    const bad = await uploadFile(api, user, Buffer.from('bad-words are in it'), text);
    await wait(bad);
    const { sha256 } = await rowOf(bad);
    const scanner = picky(Buffer.from(''));
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${BACKUP_LOCK})::text`;
      expect(await sweep(new Date(), { scanner })).toMatchObject({ infected: 1 });
    });
    expect((await rowOf(bad)).scan).toBe('infected');
    expect(await store.size('demo', sha256)).not.toBeNull();
    await sweep(new Date(), { scanner });
    expect(await store.size('demo', sha256)).toBeNull();
  });
});

describe('without a scanner', () => {
  it('files are taken as unscanned, and the state of the system says so', async () => {
    const answer = await upload(api, user, await drawPicture(28));
    expect(await answer.json()).toMatchObject({ scan: 'unscanned' });
    const system = await api.get('/api/v1/system', user);
    expect(await system.json()).toMatchObject({
      files: { encrypted: true, scanner: { state: 'not-configured' } },
    });
  });
});

describe('attaching', () => {
  it("takes only the caller's own, once they were looked at", async () => {
    const safety = await api.signIn('safety');
    const theirs = await uploadFile(api, safety, await drawPicture(25));
    await expect(attach([theirs], 'case-4')).rejects.toMatchObject({ code: 'file.unknown' });
    const begun = await beginUpload(api, user, 5000);
    const id = begun.headers.get('location')!.split('/').at(-1)!;
    await expect(attach([id], 'case-4')).rejects.toMatchObject({ code: 'file.not-received' });
    const own = await uploadFile(api, user, await drawPicture(26));
    // All or none.
    await expect(attach([own, theirs], 'case-4')).rejects.toMatchObject({ code: 'file.unknown' });
    expect((await rowOf(own)).entity).toBeNull();
  });

  it('what is attached is read by whom the guard of the module lets, and by nobody without one', async () => {
    const id = await uploadFile(api, user, await drawPicture(27));
    await attach([id], 'case-5');
    const files = createFiles({ store });
    const see = () =>
      database.transaction({ tenant: 'demo', user: null }, (tx) => files.see(tx, account, id));
    expect((await see()).sight).toBeNull();
    let original = false;
    files.guard(
      'hazard',
      async () => true,
      async () => original,
    );
    expect((await see()).sight).toBe('shown');
    original = true;
    expect((await see()).sight).toBe('original');
  });
});

describe('[HAZ-15] alike pictures', () => {
  it('are found by their bytes and by what they show, however they were scaled and pressed', async () => {
    const photo = await drawPicture(31, 1600);
    const first = await uploadFile(api, user, photo);
    const smaller = await sharp(photo)
      .resize(700)
      .jpeg({ quality: 55 })
      .modulate({ brightness: 1.1 })
      .toBuffer();
    const second = await uploadFile(api, user, smaller);
    const strange = await uploadFile(api, user, await drawPicture(32, 1600));
    const blank = await sharp({
      create: { width: 900, height: 700, channels: 3, background: '#456' },
    })
      .jpeg()
      .toBuffer();
    const [blankA, blankB] = [
      await uploadFile(api, user, blank),
      await uploadFile(api, user, await sharp(blank).resize(500).jpeg().toBuffer()),
    ];
    await attach([first, strange, blankA], 'case-6');
    const copy = await uploadFile(api, user, photo);
    const files = createFiles({ store });
    const alike = async (id: string) =>
      database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const { file } = await files.see(tx, account, id);
        return (await files.lookalikes(tx, file, 8)).map((one) => [one.file.id, one.distance]);
      });
    expect(await alike(copy)).toEqual([[first, 0]]);
    const [found, ...rest] = await alike(second);
    expect(found?.[0]).toBe(first);
    expect(found?.[1]).toBeLessThanOrEqual(4);
    expect(rest).toEqual([]);
    // Pictures of nothing are not evidence of one another.
    expect(await alike(blankB)).toEqual([]);
    const other = await database.transaction({ tenant: 'nobody', user: null }, async (tx) => {
      const file = { ...(await rowOf(copy)), attachedTo: null } as never;
      return files.lookalikes(tx, file, 64);
    });
    expect(other).toEqual([]);
  });
});

describe.skipIf(!hasClamd())('the scanner (ClamAV; skipped where clamd is not installed)', () => {
  it('refuses what it finds, and what comes while it is down is scanned later, not lost', async () => {
    const clamd = await startClamd();
    const { appUrl } = await site.freshDatabase();
    const dataDir = join(site.folder, 'scanned');
    const scanned = await startApi(site, appUrl, { dataDir, clamav: clamd.socket });
    const own = openDatabase(appUrl);
    try {
      const who = await scanned.signIn('operator');
      const bad = await upload(scanned, who, EICAR, { name: 'a.txt', type: 'text/plain' });
      expect(bad.status).toBe(422);
      expect(await bad.json()).toMatchObject({
        code: 'file.infected',
        detail: expect.stringContaining('Eicar-Test'),
      });
      const good = await upload(scanned, who, await drawPicture(41));
      expect(await good.json()).toMatchObject({ scan: 'clean' });

      const state = async () => {
        const answer = await scanned.get('/api/v1/system', who);
        return ((await answer.json()) as { files: { scanner: { state: string } } }).files.scanner;
      };
      expect(await state()).toEqual({ state: 'ready', version: expect.stringContaining('ClamAV') });
      await clamd.stop();
      expect(await state()).toEqual({ state: 'unreachable', version: null });
      const photo = await drawPicture(42);
      const waiting = (await (await upload(scanned, who, photo)).json()) as { id: string };
      const infected = (await (
        await upload(scanned, who, Buffer.concat([Buffer.from('note: '), EICAR]), {
          name: 'b.txt',
          type: 'text/plain',
        })
      ).json()) as { id: string };
      expect(waiting).toMatchObject({ scan: 'pending' });
      expect((await scanned.get(`/api/v1/files/${waiting.id}/content`, who)).status).toBe(409);
      const parts: IntakeParts = {
        ...partsOf(openClamav(clamd.socket)),
        database: own,
        units: createUnits({ database: own, onError: () => {} }),
        store: openStore('files', scanned.settings, cipherOf(own, scanned)),
        folder: join(dataDir, 'uploads'),
      };
      const intake = createIntake(parts);
      expect(await sweepFiles(parts, intake)).toMatchObject({ scanned: 0 });
      await clamd.start();
      expect(await sweepFiles(parts, intake)).toMatchObject({ scanned: 2, infected: 1 });
      expect((await scanned.get(`/api/v1/files/${waiting.id}/content`, who)).status).toBe(200);
      const gone = await scanned.get(`/api/v1/files/${infected.id}/content`, who);
      expect(await gone.json()).toMatchObject({ code: 'file.infected' });
      // Its bytes are gone, and others were told.
      const [row, event] = await own.transaction(
        { tenant: 'demo', user: null },
        async (tx) =>
          [
            await tx.storedFile.findFirstOrThrow({ where: { id: infected.id } }),
            await tx.outboxEvent.findFirst({ where: { type: 'cn.anshi.file.infected.v1' } }),
          ] as const,
      );
      expect(row.scan).toBe('infected');
      expect(await parts.store.size('demo', row.sha256)).toBeNull();
      expect(event?.subject).toBe(infected.id);
    } finally {
      await own.close();
      await scanned.stop();
      await clamd.stop();
    }
  });
});

function cipherOf(own: Database, { settings }: RunningApi) {
  return createFileCipher({
    store: 'files',
    database: own,
    sealed: createSealed(openKeyring(settings.keyring.file)),
  });
}
