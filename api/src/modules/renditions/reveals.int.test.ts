import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Grant,
  mergeGrants,
  type Permission,
  permissions,
} from '../../platform/access/permissions.ts';
import { seedRoles } from '../../platform/access/seed-roles.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { clipEvent, startWorker, type TestWorker, testFile } from '../../testing/worker.ts';
import { REVEAL_MS, type RevealState } from './schema.ts';

/*
 * Who gets an original: the account that revealed this violation, within ten minutes, and nobody else by
 * any route. The originals of the tests are random bytes: a single one of their pieces in an answer shows
 * a leak.
 */
let site: Site;
let api: RunningApi;
let worker: TestWorker;
let database: Database;
let sql: pg.Client;
let officer: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(api.settings.databaseUrl);
  sql = new pg.Client({ connectionString: urls.superUrl });
  await sql.connect();
  await sql.query("SELECT set_config('app.tenant', 'demo', false)");
  worker = await startWorker(site, api);
  officer = await api.signIn('safety');
});
afterAll(async () => {
  await worker?.stop();
  await sql?.end();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

/** A violation with both originals, blurred or not. */
async function evidenceOf({ blurred }: { blurred: boolean }) {
  const event = await worker.confirm();
  const files = { video: testFile('video/mp4', 5_000), boxes: testFile('application/json') };
  for (const file of Object.values(files)) await worker.put(file);
  const clip = clipEvent(event, files);
  await worker.deliver(clip);
  const { sha256 } = event.data.snapshot!;
  const { rows } = await sql.query('SELECT 1 FROM evidence WHERE sha256 = $1', [sha256]);
  expect(rows).toHaveLength(1);
  if (blurred) {
    await worker.blur(event);
    await worker.blur(clip);
  }
  return { id: event.id, digests: [sha256, files.video.sha256], video: files.video.bytes };
}

const path = (id: string, rest: string) => `/api/v1/violations/${id}/${rest}`;
const reveal = (id: string, who = officer, reason = 'A complaint of the person') =>
  api.post(path(id, 'reveal'), { reason }, who);
const original = (id: string, of: string, who = officer) =>
  api.get(path(id, `original/${of}`), who);
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
const end = (id: string, who = officer) =>
  fetch(`${api.url}${path(id, 'reveal')}`, { method: 'DELETE', headers: who });

describe('a reveal', () => {
  it('shows both originals of one violation to one account, and says who, why and what', async () => {
    const { id, video } = await evidenceOf({ blurred: true });
    const another = await evidenceOf({ blurred: true });
    expect([await original(id, 'clip')].map(({ status }) => status)).toEqual([403]);
    const opened = (await (await reveal(id)).json()) as RevealState;
    expect(opened).toMatchObject({
      clipUrl: path(id, 'original/clip'),
      snapshotUrl: path(id, 'original/snapshot'),
    });
    const left = Date.parse(opened.until ?? '') - Date.now();
    expect(left).toBeGreaterThan(REVEAL_MS - 60_000);
    expect(left).toBeLessThanOrEqual(REVEAL_MS);
    const clip = await original(id, 'clip');
    expect(clip.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await clip.arrayBuffer()).equals(video)).toBe(true);
    expect((await original(id, 'snapshot')).status).toBe(200);
    // Not of another violation, and not to another account with the same right.
    expect(await codeOf(await original(another.id, 'clip'))).toBe('evidence.not-revealed');
    await makeUser(database, 'second-officer', ['violation:read@all', 'evidence:reveal@all']);
    const second = await api.signIn('second-officer');
    expect(await codeOf(await original(id, 'clip', second))).toBe('evidence.not-revealed');
    const { rows } = await sql.query(
      `SELECT action, user_name AS who, reason, after->'what' AS what FROM audit_log
       WHERE entity = 'violation' AND entity_id = $1 AND user_name IS NOT NULL ORDER BY seq`,
      [id],
    );
    expect(rows).toEqual([
      {
        action: 'reveal',
        who: 'safety',
        reason: 'A complaint of the person',
        what: ['snapshot', 'clip'],
      },
      { action: 'view', who: 'safety', reason: null, what: 'original clip' },
      { action: 'view', who: 'safety', reason: null, what: 'original snapshot' },
    ]);
  });

  it('ends after ten minutes, to the file that is being read, too', async () => {
    const { id } = await evidenceOf({ blurred: true });
    await reveal(id);
    const tag = (await original(id, 'clip')).headers.get('etag') ?? '';
    const setBack = (ms: number) =>
      sql.query(
        `UPDATE evidence_reveal SET at = now() - $2 * interval '1 ms',
           until_at = now() - $2 * interval '1 ms' + interval '10 minutes' WHERE violation_id = $1`,
        [id, ms],
      );
    await setBack(REVEAL_MS - 60_000);
    expect((await original(id, 'clip')).status).toBe(200);
    await setBack(REVEAL_MS + 1);
    expect(await codeOf(await original(id, 'clip'))).toBe('evidence.not-revealed');
    // A range, or a copy that the browser has, opens nothing.
    for (const headers of [{ range: 'bytes=0-9' }, { 'if-none-match': tag }]) {
      const answer = await api.get(path(id, 'original/clip'), { ...officer, ...headers });
      expect(answer.status).toBe(403);
    }
    const state = (await (await api.get(path(id, 'reveal'), officer)).json()) as RevealState;
    expect(state.until).toBeNull();
    // The database keeps the limit, whatever asks for more.
    await expect(
      sql.query("UPDATE evidence_reveal SET until_at = at + interval '11 minutes'"),
    ).rejects.toThrow('evidence_reveal_short');
  });

  it('needs a reason, ends when it is ended, and when the right is taken', async () => {
    const { id } = await evidenceOf({ blurred: false });
    expect((await reveal(id, officer, ' ')).status).toBe(400);
    await reveal(id);
    expect((await original(id, 'clip')).status).toBe(200);
    expect((await end(id)).status).toBe(204);
    expect(await codeOf(await original(id, 'clip'))).toBe('evidence.not-revealed');
    await makeUser(database, 'short-officer', ['violation:read@all', 'evidence:reveal@all']);
    const who = await api.signIn('short-officer');
    await reveal(id, who);
    expect((await original(id, 'clip', who)).status).toBe(200);
    await sql.query(
      `UPDATE role SET permissions = '{violation:read@all}'
       WHERE id IN (SELECT role_id FROM user_role r JOIN app_user u ON u.id = r.user_id
                    WHERE u.username = 'short-officer')`,
    );
    await expect
      .poll(async () => (await original(id, 'clip', who)).status, { timeout: 30_000 })
      .toBe(403);
  });

  it('is limited: thirty in ten minutes are more than a review needs', async () => {
    const { id } = await evidenceOf({ blurred: true });
    await makeUser(database, 'collector', ['violation:read@all', 'evidence:reveal@all']);
    const who = await api.signIn('collector');
    const answers: number[] = [];
    for (let i = 0; i < 32; i++) answers.push((await reveal(id, who)).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(30);
    const last = await reveal(id, who);
    expect([last.status, await codeOf(last)]).toEqual([429, 'evidence.reveal-too-often']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an attack on originals', () => {
  it('with any rights, by any route that can be read, with right ids and digests, gets none', async () => {
    const before = await evidenceOf({ blurred: false });
    const after = await evidenceOf({ blurred: true });
    // Others see them meanwhile.
    for (const { id } of [before, after]) await reveal(id);
    const pieces = (
      await Promise.all(
        [before, after].flatMap(({ digests }) => digests).map((sha256) => bytesOf(sha256)),
      )
    ).map((bytes) => bytes.subarray(100, 164));
    // More rights than any role has; one of them lacks nothing but a reveal of its own.
    const every = (Object.keys(permissions) as Permission[]).map((one): Grant => `${one}@all`);
    const users = new Map<string, { authorization: string }>();
    for (const [name, grants] of [
      ['all-but-reveal', every.filter((grant) => !grant.startsWith('evidence:reveal'))],
      ['all-rights', every],
    ] as const) {
      await makeUser(database, name, grants);
      users.set(name, await api.signIn(name));
    }
    const routes = api.routes.filter(({ method, url }) => method === 'GET' && !url.includes('*'));
    expect(routes.length).toBeGreaterThan(100);
    const asked = new Set<string>();
    for (const { id, digests } of [before, after]) {
      for (const { url } of routes) {
        // Wherever an address takes a value it gets the id, or a digest.
        for (const value of url.includes(':') ? [id, ...digests] : ['']) {
          const filled = url
            .replaceAll(/:of\b/g, 'clip')
            .replaceAll(/:\w+/g, value)
            .concat(url === '/api/v1/violations' ? '?limit=100' : '');
          asked.add(filled);
        }
      }
      for (const digest of digests) {
        for (const guess of ['evidence', 'ingest/evidence', 'files', 'originals', 'clips']) {
          asked.add(`/api/v1/${guess}/${digest}`);
        }
      }
      asked.add(`${path(id, 'clip')}?original=true`);
      asked.add(path(id, 'clip/../original/clip'));
      asked.add(path(id, 'original%2Fclip'));
      asked.add(path(id.toLowerCase(), 'original/clip'));
    }
    const leaks: string[] = [];
    for (const [role, who] of [...users, ['signed out', {}] as const]) {
      // A stream of events has no end.
      const left = [...asked].filter((address) => !address.startsWith('/api/v1/live-events'));
      const ask = async (): Promise<void> => {
        for (let address = left.pop(); address; address = left.pop()) {
          const answer = await fetch(`${api.url}${address}`, { headers: who, redirect: 'manual' });
          const bytes = Buffer.from(await answer.arrayBuffer());
          if (pieces.some((piece) => bytes.includes(piece))) leaks.push(`${role}: ${address}`);
        }
      };
      await Promise.all(Array.from({ length: 8 }, ask));
    }
    expect(leaks).toEqual([]);
    // The walk can see a leak: the officer who revealed them gets one.
    const seen = Buffer.from(await (await original(after.id, 'clip')).arrayBuffer());
    expect(pieces.some((piece) => seen.includes(piece))).toBe(true);
  }, 240_000);

  it('by the route of reveals is closed to every role without the right', async () => {
    const { id } = await evidenceOf({ blurred: true });
    const may = seedRoles.filter(({ permissions }) =>
      mergeGrants(permissions).has('evidence:reveal'),
    );
    expect(may.map((role) => role.id).sort()).toEqual(['safety-head', 'safety-officer']);
    for (const user of ['operator', 'admin']) {
      const who = await api.signIn(user);
      expect((await reveal(id, who)).status).toBe(403);
      expect((await original(id, 'clip', who)).status).toBe(403);
    }
  });
});

/** A file of the evidence store, by way of an own reveal. */
async function bytesOf(sha256: string): Promise<Buffer> {
  const { rows } = await sql.query(
    'SELECT id, clip_sha256 = $1 AS clip FROM violation WHERE $1 IN (snapshot_sha256, clip_sha256)',
    [sha256],
  );
  const [{ id, clip }] = rows as [{ id: string; clip: boolean }];
  const answer = await original(id, clip ? 'clip' : 'snapshot');
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}
