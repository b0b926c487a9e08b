import type { WorkerGrants } from '@anshi/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import { CAMERAS, openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { createCameraGrants, GRANT_MS } from './grants.ts';

const START = Date.parse('2026-11-27T08:00:00.000Z');
let site: Site;
let api: RunningApi;
let database: Database;
/** Seconds after the start. */
let clock = 0;
let since: number | null = 0;
let refused: string[] = [];

const inTenant = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const open = () =>
  createCameraGrants({
    database,
    tenant: 'demo',
    listening: {
      get since() {
        return since === null ? null : START + since * 1000;
      },
      heard() {},
      lost() {},
    },
    refusals: {
      note: ({ detail }: { detail?: string }) => void refused.push(detail ?? ''),
    } as never,
    now: () => START + clock * 1000,
  });
let grants: ReturnType<typeof open>;
/** What each worker holds, as it was answered last. */
const has = new Map<string, WorkerGrants['cameras']>();
interface Said {
  capacity?: number;
  most?: number | null;
  leaving?: boolean;
  cameras?: { camera: string; number: number }[];
  states?: { camera: string; number: number; state: string }[];
}
async function beat(worker: string, seconds: number, said: Said = {}): Promise<string[]> {
  clock = seconds;
  const named = (has.get(worker) ?? []).map(({ camera, number }) => ({ camera, number }));
  const { cameras } = await grants.beat(worker, {
    capacity: 20,
    most: null,
    load: 0,
    cameras: named,
    states: [],
    leaving: false,
    ...said,
  });
  has.set(worker, cameras);
  return cameras.map(({ camera }) => camera).sort();
}
const numberOf = (worker: string, camera: string) =>
  has.get(worker)?.find((one) => one.camera === camera)?.number ?? 0;
const text = (state: string) => Buffer.from(state).toString('base64');

const IDS = ['cam-1', 'cam-2', 'cam-3', 'cam-4'];
beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  // Four cameras in the place of those of the file.
  const [first] = (parse(CAMERAS) as { cameras: { id: string }[] }).cameras;
  await inTenant(async (tx) => {
    const row = await tx.camera.findFirstOrThrow({ where: { id: first?.id ?? '' } });
    const { config, updatedByName: _, removedByName: __, removedPlan: ___, ...rest } = row;
    for (const id of IDS) {
      const own = { ...(config as object), id, analysisFps: 5, worker: undefined };
      await tx.camera.create({ data: { ...rest, id, config: own } });
    }
  });
});
beforeEach(async () => {
  grants = open();
  has.clear();
  refused = [];
  since = -1_000;
  await inTenant(async (tx) => {
    await tx.cameraLease.deleteMany();
    await tx.cameraWorker.deleteMany();
    await tx.cameraJudgeState.deleteMany();
    await tx.$executeRaw`UPDATE camera SET config = jsonb_set(config, '{enabled}', to_jsonb(id LIKE 'cam-%'))`;
  });
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

/** Those that cost something; others are switched off, and are given, too. */
const mine = (cameras: string[]) => cameras.filter((id) => IDS.includes(id));

describe('the cameras of workers', () => {
  it('are all given to the only one, and spread when another one comes, one at a time', async () => {
    expect(mine(await beat('worker-1', 0))).toEqual(IDS);
    expect(await beat('worker-2', 1)).toEqual([]);
    // Not at once: a worker that comes and goes must not move cameras.
    for (let s = 2; s <= 20; s += 2) {
      expect(mine(await beat('worker-1', s))).toEqual(IDS);
      expect(await beat('worker-2', s + 1)).toEqual([]);
    }
    const left = await beat('worker-1', 22);
    expect(mine(left)).toHaveLength(3);
    // It is the other one's only when it is given back.
    expect(
      await inTenant((tx) =>
        tx.cameraLease.count({ where: { endedAt: null, worker: 'worker-1' } }),
      ),
    ).toBe(left.length + 1);
    await beat('worker-1', 23);
    const got = await beat('worker-2', 24);
    expect(mine(got)).toHaveLength(1);
    for (let s = 25; s <= 90; s += 2) {
      await beat('worker-1', s);
      await beat('worker-2', s + 1);
    }
    expect(mine(await beat('worker-1', 91))).toHaveLength(2);
    expect(mine(await beat('worker-2', 92))).toHaveLength(2);
  });

  it('move within ten seconds where their worker falls silent, under greater numbers', async () => {
    await beat('worker-1', 0);
    const number = numberOf('worker-1', 'cam-1');
    let at = 0.5;
    const moved = async () => {
      for (; at < 10; at += 2) if (mine(await beat('worker-2', at)).length === 4) return at;
      return Number.POSITIVE_INFINITY;
    };
    expect(await moved()).toBeLessThan(GRANT_MS / 1000 + 2.5);
    expect(numberOf('worker-2', 'cam-1')).toBeGreaterThan(number);
    // The first one comes back, and is told that it has none.
    expect(await beat('worker-1', 12)).toEqual([]);
    const [last] = await inTenant((tx) =>
      tx.cameraLease.findMany({ where: { camera: 'cam-1' }, orderBy: { heldFrom: 'asc' } }),
    );
    expect(last).toMatchObject({ worker: 'worker-1', endReason: 'silent' });
  });

  it('stay with a worker whose silence is that of the API', async () => {
    await beat('worker-1', 0);
    // The API was away, or its clock was set: it listens since a moment ago.
    since = 599;
    expect(await beat('worker-2', 600)).toEqual([]);
    expect(await beat('worker-2', 604)).toEqual([]);
    expect(mine(await beat('worker-1', 604.5))).toEqual(IDS);
    since = null;
    expect(await beat('worker-2', 700)).toEqual([]);
    // A clock that was ahead: silence is counted from now on.
    since = -1_000;
    await beat('worker-1', 5_000);
    expect(await beat('worker-2', 710)).toEqual([]);
    expect(mine(await beat('worker-2', 717))).toEqual(IDS);
  });

  it('move at once where a worker stops, and where it takes no more than a few', async () => {
    await beat('worker-1', 0);
    await beat('worker-2', 1);
    await beat('worker-1', 2, { leaving: true });
    expect(mine(await beat('worker-2', 3))).toEqual(IDS);
    await beat('worker-1', 4);
    await beat('worker-2', 5, { most: 3 });
    await beat('worker-2', 6, { most: 3 });
    const all = [...(await beat('worker-1', 7)), ...(await beat('worker-2', 8, { most: 3 }))];
    expect(mine(all).sort()).toEqual(IDS);
    expect(has.get('worker-2')).toHaveLength(3);
  });

  it('that name a worker go to that one alone', async () => {
    await inTenant(
      (tx) =>
        tx.$executeRaw`UPDATE camera SET config = config || '{"worker":"worker-2"}' WHERE id = 'cam-3'`,
    );
    try {
      expect(mine(await beat('worker-1', 0))).toEqual(['cam-1', 'cam-2', 'cam-4']);
      expect(mine(await beat('worker-2', 1))).toEqual(['cam-3']);
      await beat('worker-2', 2, { leaving: true });
      expect(mine(await beat('worker-1', 3))).toEqual(['cam-1', 'cam-2', 'cam-4']);
    } finally {
      await inTenant((tx) => tx.$executeRaw`UPDATE camera SET config = config - 'worker'`);
    }
  });
});

describe('what the judge remembers', () => {
  it('goes with the camera, once, with its age', async () => {
    await beat('worker-1', 0);
    const number = numberOf('worker-1', 'cam-1');
    await beat('worker-1', 2, { states: [{ camera: 'cam-1', number, state: text('seen at 2') }] });
    await beat('worker-1', 3, { states: [{ camera: 'cam-1', number, state: text('seen at 3') }] });
    await beat('worker-2', 4);
    await beat('worker-2', 9.5);
    const given = has.get('worker-2')?.find(({ camera }) => camera === 'cam-1');
    expect(given).toMatchObject({
      takenFrom: 'worker-1',
      state: { state: text('seen at 3'), ageMs: 6_500 },
    });
    await beat('worker-2', 11);
    expect(
      has
        .get('worker-2')
        ?.map(({ state }) => state)
        .filter(Boolean),
    ).toEqual([]);
  });

  it('is not taken of a worker that does not hold the camera, nor under an old number', async () => {
    await beat('worker-1', 0);
    const number = numberOf('worker-1', 'cam-1');
    const forged = [{ camera: 'cam-1', number, state: text('nobody was here') }];
    await beat('worker-1', 1, { states: [{ camera: 'cam-1', number, state: text('true') }] });
    await beat('thief', 2, { states: forged, cameras: [{ camera: 'cam-1', number }] });
    expect(has.get('thief')).toEqual([]);
    await beat('worker-2', 8);
    await beat('worker-1', 9, { states: forged });
    await beat('worker-2', 10, { states: [{ camera: 'cam-2', number, state: text('no') }] });
    expect(refused).toHaveLength(3);
    expect(refused[0]).toContain('cam-1');
    const rows = await inTenant((tx) => tx.cameraJudgeState.findMany());
    expect(
      rows.map(({ camera, worker, state }) => [camera, worker, Buffer.from(state).toString()]),
    ).toEqual([['cam-1', 'worker-1', 'true']]);
  });
});
