import pino from 'pino';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { facts } from './facts.ts';
import { createCameraLeases } from './leases.ts';
import { whoHeld } from './who-held.ts';

const START = Date.parse('2026-11-20T08:00:00.000Z');
const DAY_MS = 86_400_000;
const camera = 'hall-west';

let site: Site;
let database: Database;
/** Seconds after the start. */
let clock = 0;
let listeningSince: number | null = 0;

const after = (seconds: number) => new Date(START + seconds * 1000);
const inTenant = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const open = () =>
  createCameraLeases({
    database,
    log: pino({ level: 'silent' }),
    tenant: 'demo',
    isKnown: () => true,
    listeningSince: () => listeningSince,
    now: () => START + clock * 1000,
  });
let leases: ReturnType<typeof open>;
/** Who holds the camera after a status of a worker. */
async function asks(worker: string, seconds: number, cameras: string[] | null = [camera]) {
  clock = seconds;
  const found = await leases.renew(worker, cameras);
  return found === 'revoked' ? found : found.get(camera);
}
const held = (worker: string, seconds: number, now = seconds + 3600) =>
  inTenant((tx) => whoHeld(tx, camera, worker, after(seconds), after(now).getTime()));
const rows = () => inTenant((tx) => tx.cameraLease.count());
function lease(worker: string, from: number, to: number | null, renewed = to ?? from) {
  const endedAt = to === null ? null : after(to);
  const times = { heldFrom: after(from), renewedAt: after(renewed), endedAt };
  return { tenantId: 'demo', id: ulid(), camera, worker, ...times };
}
const keep = (...made: ReturnType<typeof lease>[]) =>
  inTenant((tx) => tx.cameraLease.createMany({ data: made }));

beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.freshDatabase()).appUrl);
});
beforeEach(async () => {
  leases = open();
  listeningSince = 0;
  await inTenant((tx) => tx.cameraLease.deleteMany());
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

describe('the lease of a camera', () => {
  it('stays with a worker that stopped or was lost, for 45 s, so that no other takes it meanwhile', async () => {
    expect(await asks('worker-1', 0)).toBe('worker-1');
    await asks('worker-1', 10, null);
    expect(await asks('thief', 11)).toBe('worker-1');
    expect(await asks('worker-1', 40)).toBe('worker-1');
    expect(await rows()).toBe(1);
    await asks('worker-1', 50, null);
    expect(await asks('thief', 95)).toBe('worker-1');
    expect(await asks('thief', 96)).toBe('thief');
    expect(await asks('worker-1', 97)).toBe('thief');
  });

  it('is free at once where its worker names it no more', async () => {
    await asks('worker-1', 0);
    await asks('worker-1', 1, ['another']);
    expect(await asks('worker-2', 2)).toBe('worker-2');
  });

  it('is not renewed by the last will of one that was silent for long', async () => {
    await asks('worker-1', 0);
    await asks('worker-1', 300, null);
    expect(await asks('worker-2', 301)).toBe('worker-2');
  });

  it('does not expire while statuses did not reach the API', async () => {
    await asks('worker-1', 0);
    listeningSince = START + 600_000;
    expect(await asks('thief', 601)).toBe('worker-1');
    expect(await asks('worker-1', 602)).toBe('worker-1');
    listeningSince = null;
    expect(await asks('thief', 700)).toBe('worker-1');
    listeningSince = START + 600_000;
    expect(await asks('worker-2', 701)).toBe('worker-2');
  });
});

describe('who held a camera at a moment', () => {
  it('is a worker within 45 s of its lease', async () => {
    await keep(lease('worker-1', 100, 200), lease('worker-2', 200, null, 10_000));
    expect(await held('worker-1', 55)).toBe('itself');
    expect(await held('worker-1', 245)).toBe('itself');
    expect(await held('worker-2', 155)).toBe('itself');
  });

  it('is not certain around a change, and certain where another held it all the time', async () => {
    await keep(lease('worker-1', 0, 100), lease('worker-2', 300, 400), lease('worker-3', 400, 600));
    // Worker 2 took it 10 s before, or lost it 10 s after.
    expect(await held('worker-1', 310)).toEqual({ other: 'worker-2', isSure: false });
    expect(await held('worker-1', 390)).toEqual({ other: 'worker-2', isSure: false });
    expect(await held('worker-1', 350)).toEqual({ other: 'worker-2', isSure: true });
    // As long as the time after it is not over, its own lease may still come.
    expect(await held('worker-1', 350, 360)).toEqual({ other: 'worker-2', isSure: false });
  });

  it('is nobody after the other one fell silent, so that what it saw then is taken', async () => {
    await keep(lease('worker-2', 0, 50), lease('worker-1', 60, 1_000, 200));
    await keep(lease('worker-2', 1_000, null, 2_000));
    expect(await held('worker-2', 500)).toBe('itself');
    expect(await held('worker-2', 150)).toEqual({ other: 'worker-1', isSure: true });
  });

  it('is not known of one that never held it', async () => {
    await keep(lease('worker-1', 0, null, 1_000));
    expect(await held('worker-2', 500)).toBe('unknown');
  });

  it('is found among thousands of leases, by an index', async () => {
    const many = Array.from({ length: 1_500 }, (_one, i) =>
      lease(i % 2 === 0 ? 'worker-2' : 'worker-3', 1_000 + i * 10, 1_010 + i * 10),
    );
    await keep(lease('worker-1', 0, 100), lease('worker-2', 100, 900), ...many);
    expect(await held('worker-1', 50)).toBe('itself');
    expect(await held('worker-1', 500)).toEqual({ other: 'worker-2', isSure: true });
    const plan = await inTenant(async (tx) => {
      await tx.$executeRaw`ANALYZE camera_lease`.catch(() => 0);
      return tx.$queryRaw<Record<string, string>[]>`
        EXPLAIN SELECT worker FROM camera_lease
        WHERE camera = ${camera} AND worker = 'worker-1' AND held_from <= ${after(500)}
        ORDER BY held_from DESC LIMIT 1`;
    });
    expect(JSON.stringify(plan)).toMatch(/using camera_lease_tenant_id_camera/);
  });
});

it('leases are removed a year after their end, however short their term, and never before', async () => {
  const days = (count: number) =>
    -Math.round((count * DAY_MS) / 1000) + (Date.now() - START) / 1000;
  await keep(
    lease('worker-1', days(900), days(800)),
    lease('worker-2', days(800), days(369)),
    lease('worker-1', days(369), days(300)),
    lease('worker-2', days(300), null),
  );
  const [purger] = facts.purgers ?? [];
  const remove = (most: number) => inTenant((tx) => purger!.remove(tx, new Date(), most));
  expect(await remove(1)).toHaveLength(1);
  expect(await remove(100)).toHaveLength(1);
  expect(await remove(100)).toEqual([]);
  expect(await rows()).toBe(2);
});
