import pg from 'pg';
import EarlierBoss from 'pg-boss-10';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseUrls, openSite, type Site, until } from '../../testing/site.ts';
import { migrate } from '../db/migrate.ts';
import { createJobs, DEAD_LETTERS } from './jobs.ts';

const tenant = { id: 'demo', name: { zh: 'demo', en: 'demo' } };
const queue = 'demo.work';
const dead = `demo.${DEAD_LETTERS}`;
const job = (id: string) => ({ tenant: 'demo', job: 'work', data: { id } });

let site: Site;
let admin: pg.Client;
let urls: DatabaseUrls;

beforeAll(async () => {
  site = await openSite();
  urls = await site.freshDatabase();
  admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await site?.stop();
});

const states = async (name: string) =>
  (
    await admin.query<{ id: string; state: string; key: string; retries: number }>(
      `SELECT data->'data'->>'id' AS id, state, singleton_key AS key, retry_limit AS retries
         FROM pgboss.job WHERE name = $1 ORDER BY 1`,
      [name],
    )
  ).rows;

it('pending jobs of pg-boss 10 are migrated, and run', async () => {
  await admin.query('DROP SCHEMA pgboss CASCADE');
  const earlier = new EarlierBoss({ connectionString: urls.adminUrl, schedule: false });
  await earlier.start();
  await earlier.createQueue(dead);
  const terms = { name: queue, policy: 'short' as const, retryLimit: 4, deadLetter: dead };
  await earlier.createQueue(queue, terms);
  await earlier.send(queue, job('done'), { singletonKey: 'd' });
  const [done] = await earlier.fetch(queue);
  await earlier.complete(queue, done!.id);
  await earlier.send(queue, job('in hand'), { singletonKey: 'h' });
  await earlier.fetch(queue);
  await earlier.send(queue, job('in hand beside its key'), { singletonKey: 'k' });
  await earlier.fetch(queue);
  await earlier.send(queue, job('waits'), { singletonKey: 'k' });
  const startAfter = new Date(Date.now() + 3_600_000);
  await earlier.send(queue, job('later'), { singletonKey: 'l', startAfter });
  await earlier.send(dead, job('dead'));
  await earlier.stop({ graceful: false, wait: true });

  await migrate(urls.adminUrl, urls.appUrl, tenant);
  expect(await states(queue)).toEqual([
    { id: 'in hand', state: 'created', key: 'h', retries: 4 },
    { id: 'later', state: 'created', key: 'l', retries: 4 },
    { id: 'waits', state: 'created', key: 'k', retries: 4 },
  ]);
  expect(await states(dead)).toMatchObject([{ id: 'dead', state: 'created' }]);
  const left = await admin.query("SELECT to_regnamespace('pgboss_earlier') AS name");
  expect(left.rows[0].name).toBeNull();
  await migrate(urls.adminUrl, urls.appUrl, tenant);

  const log = pino({ level: 'silent' });
  const jobs = createJobs({ databaseUrl: urls.appUrl, tenant: 'demo', log, pollSeconds: 0.5 });
  const ran: unknown[] = [];
  jobs.define('work', {}, async ({ id }) => void ran.push(id));
  await jobs.start();
  await until(() => ran.length === 2, 'what may run now has run');
  expect(ran.sort()).toEqual(['in hand', 'waits']);
  await jobs.stop();
});
