import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { positionsContent, positionsNotice, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import pg from 'pg';
import { startBroker } from '../../api/src/embedded/broker.ts';
import { startDatabase } from '../../api/src/embedded/database.ts';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { migrate } from '../../api/src/platform/db/migrate.ts';
import { busUser, type Site, startApi, until } from '../../api/src/testing/site.ts';
import { startWorker } from '../../api/src/testing/worker.ts';
import { note, quantile, tell } from './result.ts';

/*
 * From a reader to a worker: fixes of many tags at 1 Hz through the broker and the API, with consents and handles
 * from the database. Explained in docs/benches.md.
 */
const { values } = parseArgs({
  options: {
    tags: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
    qos: { type: 'string', default: '1' },
  },
});
const [tags, seconds] = [Number(values.tags), Number(values.seconds)];
const qos = values.qos === '0' ? 0 : 1;
const TARGET_MS = 300;
/** The first seconds are not measured: handles are made and caches fill. */
const WARM_SECONDS = 5;
/** Fixes are sent in so many parts of a second. */
const PARTS = 20;

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-positions-'));
await chmod(folder, 0o755);
const server = await startDatabase({ folder: join(folder, 'postgres') });
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
const broker = await startBroker({ users: busUsers, isSlowed: false });
const site = { folder, broker, busUsers } as Site;
const badgeOf = (i: number) => `tag-${String(i).padStart(5, '0')}`;

/** People who agreed to both purposes, each with a badge. */
async function fill(): Promise<void> {
  const client = new pg.Client({ connectionString: server.superUrl });
  await client.connect();
  const id = "'01M00000000000000000' || lpad(i::text, 6, '0')";
  await client.query(`INSERT INTO person (tenant_id, id, employee_no, name, department_id)
    SELECT 'demo', ${id}, 'T' || lpad(i::text, 5, '0'), 'Person ' || i, 'assembly' FROM generate_series(0, ${tags - 1}) AS i`);
  await client.query(`INSERT INTO badge (tenant_id, id, badge, person_id, since)
    SELECT 'demo', ${id}, 'tag-' || lpad(i::text, 5, '0'), ${id}, now() - interval '1 day' FROM generate_series(0, ${tags - 1}) AS i`);
  await client.query(`INSERT INTO consent (tenant_id, person_id, purpose_id, notice_version, scope, decision, how, at)
    SELECT 'demo', ${id}, c.id, c.version, c.scope, 'given', 'desk', now() - interval '1 day'
    FROM generate_series(0, ${tags - 1}) AS i, (SELECT DISTINCT ON (id) id, version, scope FROM consent_purpose
      WHERE tenant_id = 'demo' AND id IN ('badge-tracking', 'video-identity') ORDER BY id, version DESC) c`);
  // Statistics, as autovacuum takes them: without them plans are those of empty tables.
  await client.query('ANALYZE');
  await client.end();
}

try {
  await migrate(server.adminUrl, server.appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  const api = await startApi(site, server.appUrl);
  const worker = await startWorker(site, api);
  await fill();
  note(`${tags} people with a badge agreed`);
  const listener = busUser(site, 'worker', 'worker-9');
  const ears = await mqtt.connectAsync(listener.url, listener.options);
  /** Ms from the time of a fix, which the reader gives when it sends it. */
  const delays: number[] = [];
  let from = Number.POSITIVE_INFINITY;
  ears.on('message', (_topic, payload) => {
    const now = Date.now();
    const { content } = positionsNotice.parse(JSON.parse(payload.toString()));
    for (const { at } of positionsContent.parse(JSON.parse(content)).fixes) {
      if (Date.parse(at) >= from) delays.push(now - Date.parse(at));
    }
  });
  await ears.subscribeAsync(topics.positions('demo', '+'), { qos: 1 });
  const { url, options } = busUser(site, 'simulator');
  const reader = await mqtt.connectAsync(url, options);
  const topic = topics.readerLocations('demo', 'hall');
  const began = Date.now();
  from = began + WARM_SECONDS * 1000;
  let sent = 0;
  for (let part = 0; part < (WARM_SECONDS + seconds) * PARTS; part++) {
    const due = began + (part * 1000) / PARTS;
    await wait(Math.max(0, due - Date.now()));
    for (let i = part % PARTS; i < tags; i += PARTS) {
      const at = new Date();
      if (at.getTime() >= from) sent += 1;
      const fix = {
        position: { type: 'Point', coordinates: [(i % 39) + 0.5, (part % 19) + 0.5] },
        source: 'hall/antenna-1',
        provider_type: 'rfid',
        provider_id: badgeOf(i),
        timestamp_generated: at.toISOString(),
        crs: 'local',
        accuracy: 1,
      };
      reader.publish(topic, JSON.stringify(fix), { qos });
    }
  }
  const tookSeconds = (Date.now() - from) / 1000;
  await until(() => delays.length >= sent, 'all are heard', 20_000).catch(() => {});
  const p95 = quantile(delays, 0.95);
  await ears.endAsync(true);
  await reader.endAsync(true);
  await worker.stop();
  await api.stop();
  tell({
    bench: 'positions',
    ok: p95 <= TARGET_MS && delays.length === sent,
    figures: {
      tags,
      qos,
      sent,
      lost: sent - delays.length,
      perSecond: sent / tookSeconds,
      p50Ms: quantile(delays, 0.5),
      p95Ms: p95,
      p99Ms: quantile(delays, 0.99),
    },
    ratio: p95 / TARGET_MS,
    against: 'the target of 300 ms',
  });
} finally {
  await broker.stop();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}
