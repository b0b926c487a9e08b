import pg from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site, until } from '../../testing/site.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { createMetrics } from '../metrics.ts';
import { createJobs, DEAD_LETTERS, type JobRunner } from './jobs.ts';

const log = pino({ level: 'silent' });
let site: Site;
let superUrl: string;
let adminUrl: string;
let appUrl: string;
let admin: pg.Client;
let database: Database;
const runners: JobRunner[] = [];

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  ({ superUrl, adminUrl, appUrl } = await site.freshDatabase());
  database = openDatabase(appUrl);
  admin = new pg.Client({ connectionString: superUrl });
  await admin.connect();
});
afterEach(async () => {
  await Promise.all(runners.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  await admin?.end();
  await database?.close();
  await site?.stop();
});

let count = 0;
function runner(tenant = `tenant-${++count}`, metrics = createMetrics(), pollSeconds = 0.5) {
  const jobs = createJobs({
    databaseUrl: appUrl,
    tenant,
    log,
    metrics,
    pollSeconds,
    cronSeconds: 1,
  });
  runners.push(jobs);
  return { jobs, tenant, metrics };
}

const jobsOf = async (queue: string) =>
  (await admin.query('SELECT state, data FROM pgboss.job WHERE name = $1', [queue])).rows as {
    state: string;
    data: { job: string; data: Record<string, unknown> };
  }[];

describe('a job', () => {
  it('exists if its transaction commits, and not if it rolls back', async () => {
    const { jobs, tenant } = runner();
    const seen: unknown[] = [];
    jobs.define('note', {}, async (data, about) => void seen.push([data, about]));
    await jobs.start();
    const actor = { tenant, user: null };
    const rolledBack = database.transaction(actor, async (tx) => {
      await jobs.send(tx, 'note', { id: 'lost' });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await jobsOf(`${tenant}.note`)).toEqual([]);
    await database.transaction(actor, (tx) => jobs.send(tx, 'note', { id: 'kept', n: 1 }));
    await until(() => seen.length > 0, 'the job ran');
    expect(seen).toEqual([[{ id: 'kept', n: 1 }, { tenant }]]);
  });

  it('is retried after a failure, and finally kept as a dead letter', async () => {
    const { jobs, tenant, metrics } = runner();
    let tries = 0;
    jobs.define('flaky', { retries: 2, retryDelaySeconds: 1 }, async () => {
      if (++tries < 2) throw new Error('not yet');
    });
    jobs.define('hopeless', { retries: 0 }, async () => {
      throw new Error('never');
    });
    await jobs.start();
    await jobs.send(null, 'flaky', {});
    await jobs.send(null, 'hopeless', { id: 'x' });
    await until(() => tries === 2, 'it was tried again');
    const dead = await until(async () => {
      const rows = await jobsOf(`${tenant}.${DEAD_LETTERS}`);
      return rows.length > 0 && rows;
    }, 'the dead letter is there');
    expect(dead).toMatchObject([{ data: { tenant, job: 'hopeless', data: { id: 'x' } } }]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('anshi_jobs_total{job="flaky",result="done"} 1');
    expect(text).toContain('anshi_jobs_total{job="hopeless",result="failed"} 1');
  });

  it('is taken at once where its process is woken, and not at the next poll', async () => {
    const { jobs } = runner(undefined, undefined, 600);
    const done: unknown[] = [];
    jobs.define('asked', {}, async ({ n }) => void done.push(n));
    await jobs.start();
    for (const n of [1, 2]) {
      await jobs.send(null, 'asked', { n });
      jobs.wake('asked');
      await until(() => done.includes(n), 'the job ran');
    }
  });

  it('waits once per key, and starts on time', async () => {
    const { jobs, tenant } = runner();
    jobs.define('later', {}, async () => {});
    await jobs.start();
    const startAfter = new Date(Date.now() + 3_600_000);
    for (let i = 0; i < 3; i++) await jobs.send(null, 'later', {}, { key: 'same', startAfter });
    await jobs.send(null, 'later', {}, { startAfter });
    await jobs.send(null, 'later', {}, { startAfter });
    const rows = await jobsOf(`${tenant}.later`);
    expect(rows.map(({ state }) => state)).toEqual(['created', 'created', 'created']);
  });

  it('is run by one of the tenant’s own processes', async () => {
    const a = runner();
    const twin = runner(a.tenant);
    const other = runner();
    const seen: string[] = [];
    for (const [name, { jobs }] of Object.entries({ a, twin, other })) {
      jobs.define(
        'work',
        {},
        async ({ id }) => void seen.push(`${name === 'other' ? name : 'own'} ${id}`),
      );
      await jobs.start();
    }
    for (let i = 0; i < 6; i++) await a.jobs.send(null, 'work', { id: i });
    await until(() => seen.length >= 6, 'all ran');
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4, 5].map((i) => `own ${i}`));
  });

  it('survives a restart of the database', async () => {
    const { jobs } = runner();
    const seen: string[] = [];
    jobs.define('survive', { retryDelaySeconds: 1 }, async ({ id }) => void seen.push(String(id)));
    await jobs.start();
    await jobs.send(null, 'survive', { id: 'before' });
    await until(() => seen.includes('before'), 'the first ran');
    const lost = admin;
    lost.on('error', () => {});
    await site.restartDatabase(async () => {
      await expect(jobs.send(null, 'survive', { id: 'away' })).rejects.toThrow();
    });
    await lost.end().catch(() => {});
    admin = new pg.Client({ connectionString: superUrl });
    await admin.connect();
    await jobs.send(null, 'survive', { id: 'after' });
    await until(() => seen.includes('after'), 'the second ran');
    expect(seen.filter((id) => id === 'before')).toHaveLength(1);
  });

  it('in progress is finished before the process stops', async () => {
    const { jobs, tenant } = runner();
    let began = false;
    let ended = false;
    jobs.define('slow', {}, async () => {
      began = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
      ended = true;
    });
    await jobs.start();
    await jobs.send(null, 'slow', {});
    await until(() => began, 'it began');
    await jobs.stop();
    expect(ended).toBe(true);
    expect(await jobsOf(`${tenant}.slow`)).toMatchObject([{ state: 'completed' }]);
  });

  it('of a schedule runs for each tenant, whichever process looks first, and once for two of one', async () => {
    const [a, b] = [runner(), runner()];
    const twin = runner(a.tenant);
    const ran: string[] = [];
    for (const { jobs, tenant } of [a, twin, b]) {
      jobs.define('nightly', {}, async () => void ran.push(tenant));
      await jobs.schedule('nightly', '* * * * *', {}, 'UTC');
      await jobs.start();
    }
    await until(() => ran.includes(a.tenant) && ran.includes(b.tenant), 'both ran');
    const { rows } = await admin.query(
      `SELECT data ->> 'name' AS name, singleton_on FROM pgboss.job WHERE name = '__pgboss__send-it'`,
    );
    const sent = rows.map(({ name, singleton_on }) => `${name} ${singleton_on}`);
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('that an older version scheduled and no part schedules any more comes no more', async () => {
    const old = runner();
    const other = runner();
    for (const { jobs } of [old, other]) {
      jobs.define('old', {}, async () => {});
      jobs.define('kept', {}, async () => {});
      await jobs.schedule('old', '* * * * *', {}, 'UTC');
      await jobs.schedule('kept', '* * * * *', {}, 'UTC');
      await jobs.start();
    }
    await old.jobs.stop();
    const { jobs } = runner(old.tenant);
    jobs.define('kept', {}, async () => {});
    await jobs.schedule('kept', '* * * * *', {}, 'UTC');
    await jobs.start();
    const { rows } = await admin.query(
      'SELECT name FROM pgboss.schedule WHERE name LIKE ANY ($1)',
      [[`${old.tenant}.%`, `${other.tenant}.%`]],
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(
      [`${old.tenant}.kept`, `${other.tenant}.kept`, `${other.tenant}.old`].sort(),
    );
  });

  it('must be defined once, before the start', async () => {
    const { jobs } = runner();
    jobs.define('one', {}, async () => {});
    expect(() => jobs.define('one', {}, async () => {})).toThrow(/twice/);
    await expect(jobs.send(null, 'unknown', {})).rejects.toThrow(/no job/);
    await jobs.start();
    expect(() => jobs.define('two', {}, async () => {})).toThrow(/after the start/);
  });
});

describe('the tables of the jobs', () => {
  it('belong to the owner; the application’s role creates queues, not tables', async () => {
    const app = new pg.Client({ connectionString: appUrl });
    await app.connect();
    await expect(app.query('CREATE TABLE pgboss.mine (id int)')).rejects.toThrow(
      /permission denied/,
    );
    await expect(app.query("SELECT pgboss.delete_queue('x')")).rejects.toThrow(/permission denied/);
    await expect(app.query('DROP TABLE pgboss.job_common')).rejects.toThrow(/must be owner/);
    await app.end();
  });

  it('are upgraded idempotently', async () => {
    await migrate(adminUrl, appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
    const { jobs } = runner();
    let ran = false;
    jobs.define('again', {}, async () => {
      ran = true;
    });
    await jobs.start();
    await jobs.send(null, 'again', {});
    await until(() => ran, 'it ran');
  });
});
