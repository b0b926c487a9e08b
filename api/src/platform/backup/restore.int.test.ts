import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
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
  tablesOf,
} from '../../testing/backups.ts';
import { drawPicture } from '../../testing/media.ts';
import { type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { uploadFile } from '../../testing/tus.ts';
import { openKeyring } from '../sealed/keyring.ts';
import { cleanUp, openJournal, refuseUnfinishedRestore } from './journal.ts';
import { restoreBackup } from './restore.ts';
import { openStaged } from './staged.ts';

let world: BackupSite;
let site: Site;
let api: RunningApi;
const keyringOf = () => openKeyring(api.settings.keyring.file);

beforeAll(async () => {
  world = await openBackupSite();
  ({ site, api } = world);
});
afterAll(() => world?.stop());

/**
 * Pauses a restore into this database between its rows and its foreign keys, until the gate is
 * opened.
 */
async function holdBeforeKeys(superUrl: string) {
  const client = new pg.Client({ connectionString: superUrl });
  await client.connect();
  await client.query('SELECT pg_advisory_lock(7)');
  await client.query(`CREATE SCHEMA gate;
    CREATE FUNCTION gate.hold() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('application_name') = 'anshi-restore'
        AND current_query() LIKE '%ADD CONSTRAINT%' THEN
        PERFORM pg_advisory_xact_lock(7);
      END IF;
    END $$;
    CREATE EVENT TRIGGER hold ON ddl_command_start EXECUTE FUNCTION gate.hold()`);
  return {
    async open() {
      await client.query('DROP EVENT TRIGGER hold; DROP SCHEMA gate CASCADE');
      await client.end();
    },
  };
}

describe('[SEC-05] a restore', () => {
  it('that fails removes only the files that it added', async () => {
    const archive = join(site.folder, 'fails.age');
    await backUp(archive, world);
    const target = await emptyDatabase(site, 'fails');
    const dataDir = await newFolder(site, 'fails-data');
    const stores = storesOf(dataDir);
    const [first] = await ask(world.superUrl, 'SELECT sha256 FROM stored_file ORDER BY sha256');
    const there = { tenant: 'demo', sha256: String(first?.sha256) };
    await stores.files.put(there, storesOf(api.settings.dataDir).files.read(there));
    let puts = 0;
    const failing = {
      ...stores.files,
      put: (...given: Parameters<typeof stores.files.put>) => {
        if (++puts === 3) throw new Error('the disk is gone');
        return stores.files.put(...given);
      },
    };
    const options = {
      file: archive,
      keys: { identityFile: world.identityFile },
      ...target,
      dataDir,
      keyring: keyringOf(),
    };
    const failed = restoreBackup({ ...options, stores: { ...stores, files: failing } });
    await expect(failed).rejects.toThrow('the disk is gone');
    expect(puts).toBe(3);
    expect(await filesIn(dataDir)).toEqual([there.sha256]);
    const [rows] = await ask(target.superUrl, 'SELECT count(*)::integer AS n FROM app_user');
    expect(rows?.n).toBe(0);
    await refuseUnfinishedRestore(dataDir);
    expect((await restoreBackup({ ...options, stores })).audit.demo).toBe(true);
  });

  it('with --replace keeps each file readable until its rows are committed', {
    timeout: 300_000,
  }, async () => {
    const archive = join(site.folder, 'replaces.age');
    await backUp(archive, world);
    const target = await site.freshDatabase();
    const dataDir = await newFolder(site, 'replaces-data');
    const before = await startApi(site, target.appUrl, { dataDir });
    const uploader = await before.signIn();
    // The same pictures have the same names, but are encrypted with other keys.
    const ids: string[] = [];
    for (const seed of [1, 2, 3]) {
      ids.push(await uploadFile(before, uploader, await drawPicture(seed)));
    }
    await before.stop();
    const stores = storesOf(dataDir);
    const options = {
      file: archive,
      keys: { identityFile: world.identityFile },
      ...target,
      dataDir,
      keyring: keyringOf(),
      replace: true,
    };
    const readAll = async (files: unknown[]) => {
      const running = await startApi(site, target.appUrl, { dataDir });
      try {
        const user = await running.signIn();
        const paths = files.flatMap((id) =>
          ['original', 'content'].map((what) => `/api/v1/files/${id}/${what}`),
        );
        const answers = await Promise.all(paths.map((path) => running.get(path, user)));
        for (const one of answers) await one.arrayBuffer();
        expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
      } finally {
        await running.stop();
      }
    };

    // The second file with an existing name: the first was staged.
    let met = 0;
    const failing = {
      ...stores.files,
      async size(key: Parameters<typeof stores.files.size>[0]) {
        const size = await stores.files.size(key);
        if (size !== null && ++met === 2) throw new Error('the disk is gone');
        return size;
      },
    };
    const lying = (await filesIn(dataDir)).sort();
    await expect(
      restoreBackup({ ...options, stores: { ...stores, files: failing } }),
    ).rejects.toThrow('the disk is gone');
    expect(met).toBe(2);
    expect((await filesIn(dataDir)).sort()).toEqual(lying);
    await readAll(ids);

    // Interrupted after the commit, before the files are in place.
    const full = {
      ...stores.files,
      async put(): Promise<number> {
        throw new Error('the disk is full');
      },
    };
    await expect(restoreBackup({ ...options, stores: { ...stores, files: full } })).rejects.toThrow(
      /rows of .*replaces\.age are in, and not all files .*: the disk is full.*--clean/,
    );
    await expect(refuseUnfinishedRestore(dataDir)).rejects.toThrow(/was stopped before its end/);
    const done = await cleanUp(dataDir, target.adminUrl, stores);
    expect(done).toMatchObject({ committed: true, removed: 0 });
    expect(done?.settled).toBeGreaterThanOrEqual(3);
    await refuseUnfinishedRestore(dataDir);
    expect((await filesIn(dataDir)).sort()).toEqual(lying);
    const rows = await ask(target.superUrl, 'SELECT id FROM stored_file');
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.map(({ id }) => id)).not.toContain(ids[0]);
    await readAll(rows.map(({ id }) => id));

    // Existing files are not written again.
    const result = await restoreBackup({ ...options, stores: { ...stores, files: full } });
    expect(result.files).toBeGreaterThanOrEqual(rows.length);
    expect(result.audit.demo).toBe(true);
    await readAll(rows.map(({ id }) => id));
  });

  it('that was interrupted is completed or rolled back, depending on the commit', async () => {
    const dataDir = await newFolder(site, 'stopped-data');
    const stores = storesOf(dataDir);
    const key = { tenant: 'demo', sha256: 'ab'.repeat(32) };
    const taken = { tenant: 'demo', sha256: 'cd'.repeat(32) };
    const bytes = (text: string) => Readable.from([Buffer.from(text)]);
    for (const end of ['ROLLBACK', 'COMMIT']) {
      const client = new pg.Client({ connectionString: world.superUrl });
      await client.connect();
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT pg_current_xact_id()::text AS id');
      await stores.files.put(taken, bytes('old'));
      const journal = await openJournal(dataDir, 'some.age', world.adminUrl);
      await journal.begin(rows[0].id);
      await journal.put('evidence', key.tenant, key.sha256);
      await stores.evidence.put(key, bytes('bytes'));
      await openStaged(dataDir).put('files', taken, bytes('newer'));
      await journal.close();
      await expect(refuseUnfinishedRestore(dataDir)).rejects.toThrow(/--clean/);
      await expect(cleanUp(dataDir, world.adminUrl, stores)).rejects.toThrow(/is running/);
      await client.query(end);
      await client.end();
      const committed = end === 'COMMIT';
      expect(await cleanUp(dataDir, world.adminUrl, stores)).toEqual({
        committed,
        removed: committed ? 0 : 1,
        settled: committed ? 1 : 0,
      });
      expect(await stores.evidence.size(key)).toBe(committed ? 5 : null);
      expect(await text(stores.files.read(taken))).toBe(committed ? 'newer' : 'old');
      expect(await openStaged(dataDir).count()).toBe(0);
      expect(await cleanUp(dataDir, world.adminUrl, stores)).toBeNull();
    }
  });

  it('is not completed by the journal of another database', async () => {
    const archive = join(site.folder, 'elsewhere.age');
    await backUp(archive, world);
    const dataDir = await newFolder(site, 'elsewhere-data');
    const stores = storesOf(dataDir);
    const key = { tenant: 'demo', sha256: 'ef'.repeat(32) };
    const path = join(dataDir, 'restore-unfinished.jsonl');
    const target = await emptyDatabase(site, 'elsewhere');
    const clean = () => cleanUp(dataDir, target.adminUrl, stores);
    const journal = await openJournal(dataDir, 'some.age', world.adminUrl);
    await journal.put('evidence', key.tenant, key.sha256);
    await stores.evidence.put(key, Readable.from([Buffer.from('bytes')]));
    await journal.close();
    const refused =
      /restore-unfinished\.jsonl is of a restore of some\.age, begun at .*, into the database "[^"]+", and this is "elsewhere": name that database/;
    await expect(clean()).rejects.toThrow(refused);
    const restore = restoreBackup({
      file: archive,
      keys: { identityFile: world.identityFile },
      ...target,
      dataDir,
      stores,
      keyring: keyringOf(),
    });
    await expect(restore).rejects.toThrow(refused);
    expect(await tablesOf(target.superUrl)).toBe(0);

    // Of another server, and of a version that did not record it.
    const [first = '', ...rest] = (await readFile(path, 'utf8')).split('\n');
    const begun = JSON.parse(first) as { database: object };
    const rewritten = (database: object | undefined) =>
      writeFile(path, [JSON.stringify({ ...begun, database }), ...rest].join('\n'));
    await rewritten({ ...begun.database, cluster: '1' });
    await expect(cleanUp(dataDir, world.adminUrl, stores)).rejects.toThrow(
      /" of another server: name/,
    );
    await rewritten(undefined);
    await expect(cleanUp(dataDir, world.adminUrl, stores)).rejects.toThrow(
      /does not say into which/,
    );
    // Nothing was removed by the wrong journal; the right database completes it.
    expect(await stores.evidence.size(key)).toBe(5);
    await rewritten(begun.database);
    expect(await cleanUp(dataDir, world.adminUrl, stores)).toMatchObject({ removed: 1 });
    expect(await stores.evidence.size(key)).toBeNull();
  });

  it('leaves a defined state where the restore is killed, and can be repeated', {
    timeout: 180_000,
  }, async () => {
    const file = join(site.folder, 'killed.age');
    await backUp(file, world);
    // The embedded database of a data folder.
    const { DATABASE_URL: _, ANSHI_DATABASE_ADMIN_URL: __, ...rest } = process.env;
    const env = {
      ...rest,
      ANSHI_DATA_DIR: site.folder,
      ANSHI_KEYRING: api.settings.keyring.file,
    };
    const options = [file, '--identity-file', world.identityFile];
    const restore = () => spawn(process.execPath, ['api/src/restore.ts', ...options], { env });
    const gate = await holdBeforeKeys(site.server.superUrl);
    const first = restore();
    const ended = once(first, 'exit');
    await until(
      async () => {
        const [found] = await ask(
          site.server.superUrl,
          "SELECT 1 FROM pg_stat_activity WHERE application_name = 'anshi-restore' AND wait_event_type = 'Lock'",
        );
        return found;
      },
      'the rows are in, uncommitted',
      60_000,
    );
    first.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    await gate.open();
    const counts = () =>
      ask(
        site.server.superUrl,
        'SELECT (SELECT count(*) FROM app_user)::integer AS users, (SELECT count(*) FROM violation)::integer AS violations',
      );
    expect(await counts()).toEqual([{ users: 0, violations: 0 }]);
    // The state is defined: the API reports it, and the repeated restore finds it.
    await expect(refuseUnfinishedRestore(site.folder)).rejects.toThrow(
      /restore of .*killed\.age, begun at .* was stopped before its end: run it again/,
    );
    const second = restore();
    expect((await once(second, 'exit'))[0]).toBe(0);
    expect((await counts())[0]?.users).toBeGreaterThan(0);
    await refuseUnfinishedRestore(site.folder);
  });
});
