import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedTenant } from '../../modules/seeds.ts';
import {
  ask,
  backUp,
  emptyDatabase,
  makeBackupKeys,
  newFolder,
  storesOf,
} from '../../testing/backups.ts';
import { drawPicture } from '../../testing/media.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { uploadFile } from '../../testing/tus.ts';
import { startWorker } from '../../testing/worker.ts';
import { openDatabase } from '../db/database.ts';
import { migrate, migrateTo } from '../db/migrate.ts';
import { openKeyring } from '../sealed/keyring.ts';
import { BACKUP_LOCK } from './lock.ts';
import { makeBackup } from './make.ts';
import { restoreBackup } from './restore.ts';
import { scheduleBackups } from './schedule.ts';

let site: Site;
let api: RunningApi;
let urls: DatabaseUrls;
let keys: Awaited<ReturnType<typeof makeBackupKeys>>;

const keyringOf = () => openKeyring(api.settings.keyring.file);

/** The source of the backups. */
const here = () => ({ api, adminUrl: urls.adminUrl, keys: { recipients: keys.recipients } });

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.freshDatabase(['demo', 'second']);
  api = await startApi(site, urls.appUrl);
  keys = await makeBackupKeys(site);
});

afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

describe('backup and restore', () => {
  it('[SEC-05] restores one consistent moment, taken during writes, and the system runs on it', async () => {
    const user = await api.signIn();
    const worker = await startWorker(site, api);
    const violation = await worker.confirm();
    await worker.blur(violation);
    const file = await uploadFile(api, user, await drawPicture(7));
    let going = true;
    const busy = (async () => {
      for (let seed = 100; going; seed++) {
        await worker.confirm();
        await uploadFile(api, user, await drawPicture(seed, 200));
      }
    })();
    const archive = join(site.folder, 'first.anshi.age');
    const made = await backUp(archive, here());
    going = false;
    await busy;
    await worker.stop();
    expect(made.rows).toBeGreaterThan(20);
    expect(made.files).toBeGreaterThanOrEqual(4);
    // Nothing of it is readable without the key.
    const bytes = await readFile(archive);
    expect(bytes.includes('operator')).toBe(false);
    expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');

    const target = await emptyDatabase(site, 'restored');
    const dataDir = await newFolder(site, 'restored-data');
    const result = await restoreBackup({
      file: archive,
      keys: { identityFile: keys.identityFile },
      ...target,
      stores: storesOf(dataDir),
      keyring: keyringOf(),
      dataDir,
    });
    expect(result).toMatchObject({
      rows: made.rows,
      files: made.files,
      tenants: ['demo', 'second'],
    });
    expect(result.audit).toEqual({ demo: true, second: true });

    const second = await startApi(site, target.appUrl, { dataDir, keyring: api.settings.keyring });
    try {
      const there = await second.signIn();
      for (const path of [
        `/api/v1/violations/${violation.id}`,
        `/api/v1/violations/${violation.id}/snapshot`,
        `/api/v1/files/${file}`,
        `/api/v1/files/${file}/content`,
        `/api/v1/files/${file}/original`,
      ]) {
        const [before, after] = await Promise.all([api.get(path, user), second.get(path, there)]);
        expect([path, after.status]).toEqual([path, 200]);
        expect(
          Buffer.from(await after.arrayBuffer()).equals(Buffer.from(await before.arrayBuffer())),
        ).toBe(true);
      }
      // Every row has its bytes, including those of the moment of the backup.
      const rows = await ask(target.superUrl, 'SELECT id FROM stored_file');
      for (const { id } of rows) {
        expect((await second.get(`/api/v1/files/${id}/original`, there)).status).toBe(200);
      }
      // Sequences continue after the restored numbers.
      await uploadFile(second, there, await drawPicture(8));
      // The policies are unchanged.
      const open = await ask(
        target.superUrl,
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'r' AND NOT relforcerowsecurity ORDER BY 1",
      );
      expect(open.map(({ relname }) => relname)).toEqual(['_prisma_migrations', 'tenant']);
      await expect(ask(target.superUrl, 'DELETE FROM audit_log')).rejects.toThrow();
    } finally {
      await second.stop();
    }
  });

  it('waits for a removal of bytes in progress', async () => {
    const sweep = new pg.Client({ connectionString: urls.superUrl });
    await sweep.connect();
    await sweep.query('BEGIN');
    await sweep.query('SELECT pg_advisory_xact_lock_shared($1)', [BACKUP_LOCK]);
    const waiting = backUp(join(site.folder, 'waits.age'), here());
    await until(async () => {
      const { rows } = await sweep.query(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted",
        [BACKUP_LOCK],
      );
      return rows.length > 0;
    }, 'the backup waits');
    await sweep.query('COMMIT');
    expect((await waiting).rows).toBeGreaterThan(0);
    await sweep.end();
  });

  it('[SEC-05] runs the restore drill by command, and reports the age of the last backup and drill', async () => {
    const folder = await newFolder(site, 'backups');
    const env = {
      ...process.env,
      DATABASE_URL: urls.appUrl,
      ANSHI_DATABASE_ADMIN_URL: urls.adminUrl,
      ANSHI_DATA_DIR: api.settings.dataDir,
      ANSHI_KEYRING: api.settings.keyring.file,
      ANSHI_BACKUP_DIR: folder,
    };
    const command = (name: string, ...options: string[]) =>
      promisify(execFile)(process.execPath, [`api/src/${name}.ts`, ...options], {
        env,
      });
    await expect(command('backup')).rejects.toThrow(/always encrypted/);
    const made = await command('backup', '--recipient', keys.recipients[0]!);
    expect(made.stdout).toMatch(/anshi-.*\.age: .* rows of .* tables, \d+ files/);
    const drill = await command('backup-drill', '--identity-file', keys.identityFile);
    expect(drill.stdout).toMatch(/restores: \d+ rows, [1-9]\d* files read with the key ring/);
    const scratch = await ask(
      urls.superUrl,
      "SELECT 1 FROM pg_database WHERE datname LIKE 'anshi_drill%'",
    );
    expect(scratch).toEqual([]);

    const answer = await api.get('/api/v1/backups', await api.signIn('admin'));
    expect(await answer.json()).toMatchObject({
      scheduled: false,
      newestBackup: { ok: true, bytes: expect.any(Number) },
      newestDrill: { ok: true, detail: { audit: { demo: true } } },
      items: expect.arrayContaining([expect.objectContaining({ kind: 'backup', ok: false })]),
    });
  });

  it('is made daily, and only the newest are kept', async () => {
    const folder = await newFolder(site, 'daily');
    const target = await site.freshDatabase();
    const place = { dataDir: await newFolder(site, 'daily-data'), s3: null };
    for (const day of ['01', '02', '03']) {
      await writeFile(join(folder, `anshi-2026-11-${day}T00-00-00Z.age`), 'old');
    }
    await writeFile(join(folder, 'notes.txt'), 'not ours');
    const database = openDatabase(target.appUrl);
    const options = {
      database,
      place,
      tenant: 'demo',
      adminUrl: target.adminUrl,
      version: '0.1.0',
      keyring: keyringOf(),
      backup: { folder, keep: 2, keys: { recipients: keys.recipients } },
      log: pino({ level: 'silent' }),
      firstLookMs: 0,
    };
    const first = scheduleBackups(options);
    const names = await until(async () => {
      const now = await readdir(folder);
      return now.length === 3 ? now.sort() : null;
    }, 'the old ones are removed');
    expect(names[0]).toBe('anshi-2026-11-03T00-00-00Z.age');
    expect(names[2]).toBe('notes.txt');
    await first.close();
    const second = scheduleBackups({ ...options, onLooked: () => looked++ });
    let looked = 0;
    await until(() => looked > 0, 'it looked');
    await second.close();
    await database.close();
    expect(await ask(target.superUrl, 'SELECT kind, ok FROM backup_run')).toEqual([
      { kind: 'backup', ok: true },
    ]);
  });

  it('works as an owner bound by the policies, for every tenant', async () => {
    await ask(site.server.superUrl, "CREATE ROLE plain_owner LOGIN NOSUPERUSER PASSWORD 'plain'");
    const owned = async (name: string) => {
      await ask(site.server.superUrl, `CREATE DATABASE ${name} OWNER plain_owner`);
      const url = new URL(site.server.adminUrl);
      Object.assign(url, { username: 'plain_owner', password: 'plain', pathname: `/${name}` });
      const appUrl = Object.assign(new URL(site.server.appUrl), { pathname: `/${name}` }).href;
      return { adminUrl: url.href, appUrl };
    };
    const source = await owned('bound_source');
    for (const id of ['first', 'second']) {
      await migrate(source.adminUrl, source.appUrl, { id, name: { zh: id, en: id } });
      const database = openDatabase(source.appUrl);
      await seedTenant(database, id);
      await database.close();
    }
    const dataDir = await newFolder(site, 'bound-data');
    const stores = storesOf(dataDir);
    const keyring = keyringOf();
    const file = join(site.folder, 'bound.age');
    const made = await makeBackup({
      file,
      keys: { passphraseFile: keys.passphraseFile },
      adminUrl: source.adminUrl,
      stores,
      keyring,
      version: '0.1.0',
    });
    const target = await owned('bound_target');
    const result = await restoreBackup({
      file,
      keys: { passphraseFile: keys.passphraseFile },
      ...target,
      stores,
      keyring,
      dataDir,
    });
    expect(result).toMatchObject({ rows: made.rows, tenants: ['first', 'second'] });
    const roles = async (tenant: string) => {
      const database = openDatabase(target.appUrl);
      const count = await database.transaction({ tenant, user: null }, (tx) => tx.role.count());
      await database.close();
      return count;
    };
    expect(await roles('first')).toBeGreaterThan(2);
    expect(await roles('second')).toBe(await roles('first'));
    expect(await roles('third')).toBe(0);
  });

  it('upgrades a backup of an older version, and refuses one of a newer', {
    timeout: 180_000,
  }, async () => {
    const old = await emptyDatabase(site, 'older');
    const migrations = (
      await ask(urls.superUrl, 'SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1')
    ).map(({ name }) => String(name));
    await migrateTo(old.adminUrl, migrations.slice(0, 1));
    await ask(
      old.superUrl,
      `INSERT INTO tenant (id, name) VALUES ('old', '{"zh": "o", "en": "o"}')`,
    );
    await ask(
      old.superUrl,
      `INSERT INTO role (tenant_id, id, name, permissions) VALUES ('old', 'r', '{}', '{violation:read}')`,
    );
    const dataDir = await newFolder(site, 'older-data');
    const stores = storesOf(dataDir);
    const file = join(site.folder, 'older.age');
    const passphrase = { passphraseFile: keys.passphraseFile };
    const common = { file, keys: passphrase, stores, keyring: keyringOf(), dataDir };
    await makeBackup({ ...common, adminUrl: old.adminUrl, version: '0.0.1' });
    const target = await emptyDatabase(site, 'newer');
    const result = await restoreBackup({ ...common, ...target });
    expect(result.migrated).toEqual(migrations.slice(1));
    expect(await ask(target.superUrl, 'SELECT permissions FROM role')).toEqual([
      { permissions: ['violation:read@all'] },
    ]);
    await expect(
      restoreBackup({ ...common, ...(await site.freshDatabase()), replace: true }),
    ).rejects.toThrow(/of another: restore into a new, empty database/);

    await ask(
      old.superUrl,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ('x', 'x', '29990101000000_later', now(), 1)`,
    );
    await makeBackup({ ...common, adminUrl: old.adminUrl, version: '9.0.0' });
    await expect(
      restoreBackup({ ...common, ...(await emptyDatabase(site, 'too_old')) }),
    ).rejects.toThrow(/does not know the migrations 29990101000000_later/);
  });

  it('leaves no partial archive where it fails', async () => {
    const stores = storesOf(api.settings.dataDir);
    const failing = {
      ...stores.files,
      list: () => {
        throw new Error('the disk is gone');
      },
    };
    const file = join(site.folder, 'half.age');
    await expect(
      makeBackup({
        file,
        keys: { recipients: keys.recipients },
        adminUrl: urls.adminUrl,
        stores: { ...stores, files: failing },
        keyring: keyringOf(),
        version: '0.1.0',
      }),
    ).rejects.toThrow('the disk is gone');
    for (const name of [file, `${file}.part`])
      await expect(readFile(name)).rejects.toThrow('ENOENT');
    await rm(file, { force: true });
  });
});
