import { once } from 'node:events';
import { access, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  type BackupSite,
  backUp,
  emptyDatabase,
  filesIn,
  newFolder,
  openBackupSite,
  storesOf,
} from '../../testing/backups.ts';
import type { DatabaseUrls, RunningApi, Site } from '../../testing/site.ts';
import { openKeyring } from '../sealed/keyring.ts';
import { cleanUp, openJournal, refuseUnfinishedRestore } from './journal.ts';
import { restoreBackup } from './restore.ts';
import { openStaged, stagedIn } from './staged.ts';

let world: BackupSite;
let site: Site;
let api: RunningApi;
let archive: string;

beforeAll(async () => {
  world = await openBackupSite(1);
  ({ site, api } = world);
  archive = join(site.folder, 'end.age');
  await backUp(archive, world);
});
afterAll(() => world?.stop());

const bytes = (content: string) => Readable.from([Buffer.from(content)]);
const lies = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The snapshot file in the backup, and its bytes. */
async function pictureOf() {
  const [row] = await ask(world.superUrl, 'SELECT sha256 FROM stored_file ORDER BY sha256');
  const key = { tenant: 'demo', sha256: String(row?.sha256) };
  return { key, bytes: await buffer(storesOf(api.settings.dataDir).files.read(key)) };
}

/** A restore into a database of this version. */
function restoring(target: Pick<DatabaseUrls, 'adminUrl' | 'appUrl'>, dataDir: string) {
  return restoreBackup({
    file: archive,
    keys: { identityFile: world.identityFile },
    ...target,
    dataDir,
    replace: true,
    stores: storesOf(dataDir),
    keyring: openKeyring(api.settings.keyring.file),
  });
}

/**
 * A connection that is cut when the server confirms the first commit, so that the client does not
 * receive it.
 */
async function cutAtCommit(adminUrl: string) {
  const { hostname, port } = new URL(adminUrl);
  let cuts = 0;
  const wire = net.createServer((near) => {
    const far = net.connect(Number(port || 5432), hostname);
    near.on('error', () => {}).on('close', () => far.destroy());
    far.on('error', () => {}).on('close', () => near.destroy());
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      if (cuts > 0 || !chunk.includes('COMMIT\0')) return near.write(chunk);
      cuts++;
      return near.destroy();
    });
  });
  wire.listen(0, '127.0.0.1');
  await once(wire, 'listening');
  const { port: here } = wire.address() as net.AddressInfo;
  const url = Object.assign(new URL(adminUrl), { hostname: '127.0.0.1', port: String(here) }).href;
  return { url, cuts: () => cuts, close: () => wire.close() };
}

describe('[SEC-05] the end of a restore', () => {
  it('keeps staged files that cannot be listed', async () => {
    const dataDir = await newFolder(site, 'unlisted-data');
    const stores = storesOf(dataDir);
    const key = { tenant: 'demo', sha256: 'cd'.repeat(32) };
    await stores.files.put(key, bytes('old'));
    const client = new pg.Client({ connectionString: world.superUrl });
    await client.connect();
    await client.query('BEGIN');
    const { rows } = await client.query('SELECT pg_current_xact_id()::text AS id');
    const journal = await openJournal(dataDir, 'some.age', world.adminUrl);
    await journal.begin(rows[0].id);
    await journal.close();
    await client.query('COMMIT');
    await client.end();
    const staged = openStaged(dataDir);
    await staged.put('files', key, bytes('newer'));

    // A file in the place of a folder at each level of the tree.
    for (const place of [['evidence'], ['files', 'other'], ['files', 'demo', 'ff']]) {
      const path = join(stagedIn(dataDir), ...place);
      await writeFile(path, '');
      const refused = /files that wait in .* cannot be listed: ENOTDIR/;
      await expect(staged.count()).rejects.toThrow(refused);
      await expect(cleanUp(dataDir, world.adminUrl, stores)).rejects.toThrow(refused);
      await expect(refuseUnfinishedRestore(dataDir)).rejects.toThrow(/--clean/);
      await rm(path);
    }
    expect(await staged.count()).toBe(1);
    expect(await cleanUp(dataDir, world.adminUrl, stores)).toMatchObject({ settled: 1 });
    expect(await text(stores.files.read(key))).toBe('newer');
  });

  it('ignores staged files of an earlier restore without a journal', async () => {
    const dataDir = await newFolder(site, 'stale-data');
    const target = await emptyDatabase(site, 'stale');
    const picture = await pictureOf();
    await openStaged(dataDir).put('files', picture.key, bytes('stale'));
    await restoring(target, dataDir);
    const { files } = storesOf(dataDir);
    expect(await buffer(files.read(picture.key))).toEqual(picture.bytes);
    expect(await lies(stagedIn(dataDir))).toBe(false);
  });

  it('continues where ANALYZE fails after the commit', async () => {
    const dataDir = await newFolder(site, 'measured-data');
    const target = await site.freshDatabase();
    await ask(
      target.superUrl,
      `CREATE FUNCTION unmeasurable(varchar) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
       BEGIN
         IF current_query() LIKE 'ANALYZE%' THEN RAISE 'not to be measured'; END IF;
         RETURN '';
       END $$`,
    );
    await ask(target.superUrl, 'CREATE INDEX ON app_user (unmeasurable(id))');
    await expect(restoring(target, dataDir)).resolves.toMatchObject({
      audit: { demo: true },
      unmeasured: 'not to be measured',
    });
    await expect(ask(target.superUrl, 'ANALYZE')).rejects.toThrow('not to be measured');
  });

  it('continues where the connection breaks before the commit is confirmed', async () => {
    const dataDir = await newFolder(site, 'unheard-data');
    const target = await site.freshDatabase();
    const picture = await pictureOf();
    const { files } = storesOf(dataDir);
    await files.put(picture.key, bytes('of the rows that go'));
    const wire = await cutAtCommit(target.adminUrl);
    try {
      const result = await restoring({ ...target, adminUrl: wire.url }, dataDir);
      expect(result).toMatchObject({ audit: { demo: true } });
    } finally {
      wire.close();
    }
    expect(wire.cuts()).toBe(1);
    expect(await buffer(files.read(picture.key))).toEqual(picture.bytes);
    await refuseUnfinishedRestore(dataDir);
    const [there] = await ask(target.superUrl, 'SELECT count(*)::integer AS n FROM stored_file');
    expect(there?.n).toBeGreaterThan(0);
  });

  it('reports both errors where it failed and could not be rolled back', async () => {
    const dataDir = await newFolder(site, 'stuck-data');
    const target = await emptyDatabase(site, 'stuck');
    const stores = storesOf(dataDir);
    const gone = async (): Promise<never> => {
      throw new Error('the disk is gone');
    };
    const stuck = async (): Promise<never> => {
      throw new Error('nothing can be removed');
    };
    const failed = restoreBackup({
      file: archive,
      keys: { identityFile: world.identityFile },
      ...target,
      dataDir,
      stores: { ...stores, files: { ...stores.files, put: gone, remove: stuck } },
      keyring: openKeyring(api.settings.keyring.file),
    });
    await expect(failed).rejects.toThrow(
      /the disk is gone; and the restore could not be ended: nothing can be removed.*--clean/,
    );
    await expect(refuseUnfinishedRestore(dataDir)).rejects.toThrow(/--clean/);
    const done = await cleanUp(dataDir, target.adminUrl, stores);
    expect(done).toMatchObject({ committed: false, removed: 1 });
  });

  it('treats a transaction as aborted that the server lost in a crash', async () => {
    const dataDir = await newFolder(site, 'future-data');
    const stores = storesOf(dataDir);
    const key = { tenant: 'demo', sha256: 'ab'.repeat(32) };
    const [next] = await ask(
      world.superUrl,
      'SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000)::text AS id',
    );
    const journal = await openJournal(dataDir, 'some.age', world.adminUrl);
    await journal.begin(String(next?.id));
    await journal.put('evidence', key.tenant, key.sha256);
    await stores.evidence.put(key, bytes('bytes'));
    await journal.close();
    const done = await cleanUp(dataDir, world.adminUrl, stores);
    expect(done).toEqual({ committed: false, removed: 1, settled: 0 });
    expect(await filesIn(dataDir)).toEqual([]);
    await refuseUnfinishedRestore(dataDir);
  });
});
