import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount, type SmallDisk, smallDisk } from '@anshi/contracts/testing/small-disk';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedDatabase, startDatabase } from '../../embedded/database.ts';
import { drawPicture } from '../../testing/media.ts';
import {
  cloneDatabase,
  databaseAt,
  layServerFolder,
  MIGRATED,
} from '../../testing/prepared-server.ts';
import {
  openSite,
  PASSWORD,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { beginUpload, sendPiece, upload } from '../../testing/tus.ts';
import { startWorker, type TestWorker, testFile } from '../../testing/worker.ts';

const DATABASE = 'on_a_small_disk';

/** Bytes that stay free of the disk of the database: less than the 5 % at which changes are refused. */
const KEPT_FOR_SIGNING_IN = 8 * 1024 * 1024;

// Where this user may not mount a file system, none of it runs.
describe.skipIf(!canMount)('a full disk', () => {
  let site: Site;
  let files: SmallDisk;
  let records: SmallDisk;
  let server: EmbeddedDatabase;
  let admin: pg.Client;
  let api: RunningApi;
  let worker: TestWorker;
  let user: { authorization: string };
  let administrator: { authorization: string };

  beforeAll(async () => {
    site = await openSite();
    files = smallDisk(64);
    records = smallDisk(512);
    const folder = join(records.path, 'postgres');
    await layServerFolder(folder);
    server = await startDatabase({ folder, durable: false });
    await cloneDatabase(server.superUrl, MIGRATED, DATABASE);
    const adminUrl = databaseAt(server.superUrl, DATABASE);
    admin = new pg.Client({ connectionString: adminUrl });
    admin.on('error', () => {});
    await admin.connect();
    const name = JSON.stringify({ zh: 'demo', en: 'demo' });
    await admin.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', ['demo', name]);
    const dataDir = join(files.path, 'data');
    await mkdir(dataDir);
    api = await startApi(site, databaseAt(server.appUrl, DATABASE), {
      dataDir,
      databaseDir: records.path,
      webhookAllow: ['127.0.0.1'],
      keyring: { file: join(dataDir, 'keyring.json'), make: true },
    });
    const shared = "SELECT 1 FROM device_credential WHERE kind = 'shared' AND revoked_at IS NULL";
    await until(async () => (await admin.query(shared)).rowCount, 'workers may enrol');
    worker = await startWorker(site, api);
    user = await api.signIn();
    administrator = await api.signIn('admin');
  });
  afterAll(async () => {
    await worker?.stop();
    await api?.stop();
    await admin?.end().catch(() => {});
    await server?.stop('immediate');
    await site?.stop();
    files?.unmount();
    records?.unmount();
  });
  afterEach(() => {
    files.free();
    records.free();
  });

  const diskOf = async (place: string) => {
    const answer = await api.get('/api/v1/system', administrator);
    const { disks } = (await answer.json()) as { disks: { place: string; state: string }[] };
    return disks.find((disk) => disk.place === place)?.state;
  };
  const becomes = (place: string, state: string) =>
    until(async () => (await diskOf(place)) === state, `the disk of ${place} is ${state}`);
  const violations = () => api.get('/api/v1/violations', user);

  it('of evidence: 507 with what to do, reads go on, and the same file is taken when there is room', async () => {
    await worker.confirm();
    const file = testFile('image/jpeg', 500_000);
    const put = () => worker.put(file);
    files.fill();
    const refused = await put();
    expect(refused.status).toBe(507);
    expect((await refused.json()) as object).toMatchObject({
      code: 'evidence.no-space',
      detail: expect.stringContaining('Free space'),
    });
    expect((await violations()).status).toBe(200);
    await becomes('evidence', 'full');
    files.free();
    expect((await put()).status).toBe(201);
    await becomes('evidence', 'ok');
  });

  it('of uploads: none begins without room, and one that found none goes on where it was', async () => {
    const picture = await drawPicture(1, 1600);
    const begun = await beginUpload(api, user, picture.length);
    expect(begun.status).toBe(201);
    const location = begun.headers.get('location') ?? '';
    files.fill();
    const refused = await upload(api, user, picture);
    expect(refused.status).toBe(507);
    expect((await refused.json()) as object).toMatchObject({ code: 'disk.full' });
    const piece = await sendPiece(api, user, location, 0, picture);
    expect(piece.status).toBe(507);
    expect(JSON.parse(await piece.text())).toMatchObject({ code: 'disk.full' });
    files.free();
    const head = await fetch(`${api.url}${location}`, {
      method: 'HEAD',
      headers: { ...user, 'tus-resumable': '1.0.0' },
    });
    const offset = Number(head.headers.get('upload-offset'));
    expect((await sendPiece(api, user, location, offset, picture.subarray(offset))).status).toBe(
      204,
    );
    await until(
      async () => (await api.get(`${location}/file`, user)).status === 200,
      'the file is there',
    );
  });

  it('of the database: nothing changes, not even in part; reading and signing in go on', async () => {
    const hook = () =>
      api.post(
        '/api/v1/webhooks',
        { name: 'ERP', url: 'http://127.0.0.1:9/hook', types: ['cn.anshi.violation.*'] },
        administrator,
      );
    const counts = async () =>
      (
        await admin.query(
          `SELECT (SELECT count(*)::int FROM webhook) AS webhooks,
             (SELECT count(*)::int FROM audit_log WHERE entity = 'webhook') AS lines`,
        )
      ).rows[0];
    const before = await counts();
    // Within the last 5 %, which are kept for reading and signing in: without a byte a table may not grow.
    records.fill(KEPT_FOR_SIGNING_IN);
    await becomes('database', 'full');
    const refused = await hook();
    expect(refused.status).toBe(507);
    expect((await refused.json()) as object).toMatchObject({
      code: 'database.full',
      detail: expect.stringContaining('free space'),
    });
    expect(await counts()).toEqual(before);
    expect((await violations()).status).toBe(200);
    const signIn = await api.post('/api/v1/auth/login', { username: 'safety', password: PASSWORD });
    expect(signIn.status).toBe(200);
    records.free();
    await becomes('database', 'ok');
    expect((await hook()).status).toBe(201);
    const { webhooks, lines } = before as { webhooks: number; lines: number };
    expect(await counts()).toEqual({ webhooks: webhooks + 1, lines: lines + 1 });
  });

  it('is told to those who look after the program, early', async () => {
    const answer = await api.get('/api/v1/notices', administrator);
    const { items } = (await answer.json()) as { items: { kind: string; title: { en: string } }[] };
    const told = items.filter(({ kind }) => kind === 'system.problem').map(({ title }) => title.en);
    expect(told).toContain('The disk is full: evidence');
  });
});
