import type { HealthMinutes } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HealthWorld, openHealthWorld } from '../../testing/health-world.ts';
import type { BoardItem, HourView } from './schema.ts';

let world: HealthWorld;
beforeAll(async () => {
  world = await openHealthWorld();
});
afterAll(() => world?.stop());

describe('minutes of a worker', () => {
  const running = Math.floor(Date.now() / 60_000) * 60_000;
  /** The beginning of a whole minute. */
  const minute = (ago: number) => new Date(running - ago * 60_000).toISOString();
  // The demonstration has minutes of the same camera.
  beforeAll(() =>
    world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.deviceHealthMinute.deleteMany({ where: { subject: 'hall-west' } });
      await tx.deviceHealthHour.deleteMany({ where: { subject: 'hall-west' } });
    }),
  );
  const camera = (more: object = {}) => ({
    camera: 'hall-west',
    watched: 1,
    fault: null,
    due: 300,
    dropped: 3,
    stalls: 0,
    reconnects: 0,
    decodeErrors: 1,
    delayMs: 210,
    grade: 'excellent' as const,
    reasons: [],
    scene: [],
    ...more,
  });
  const minutesOf = (...minutes: { at: string; cameras: object[] }[]) => ({
    worker: 'worker-1',
    minutes: minutes.map((one) => ({
      worker: { lagMs: 4, waiting: 0, recording: true, problem: null },
      ...one,
    })),
  });
  const post = (body: object) => world.api.post('/api/v1/ingest/health', body, world.worker.own);

  it('are added to hours once, however often they are sent', async () => {
    const before = await hourOf();
    const body: HealthMinutes = minutesOf(
      { at: minute(2), cameras: [camera({ reasons: ['stalls'], grade: 'fair', stalls: 2 })] },
      { at: minute(1), cameras: [camera({ delayMs: 900 })] },
    ) as HealthMinutes;
    for (let n = 0; n < 3; n++) expect((await post(body)).status).toBe(204);
    const sums = await hourOf();
    expect(sums.minutes - before.minutes).toBe(2);
    expect(sums.decodeErrors - before.decodeErrors).toBe(2);
    expect(sums.stalls - before.stalls).toBe(2);
    expect(sums.delayMs).toBeGreaterThanOrEqual(900);
    expect(sums.reasons).toContain('stalls');
  });

  /** The last two hours of the camera, which both may hold the minutes of a test. */
  async function hourOf() {
    const { body } = await world.api.send<{ items: HourView[] }>(
      'operator',
      'GET',
      '/device-health/hours?subject=hall-west&kind=camera&limit=2',
    );
    const sum = (name: 'minutes' | 'decodeErrors' | 'stalls') =>
      body.items.reduce((total, one) => total + one[name], 0);
    return {
      minutes: sum('minutes'),
      decodeErrors: sum('decodeErrors'),
      stalls: sum('stalls'),
      delayMs: Math.max(0, ...body.items.map(({ delayMs }) => delayMs ?? 0)),
      reasons: body.items.flatMap(({ reasons }) => reasons),
    };
  }

  it('of a camera that it never held are left out, and of another worker refused', async () => {
    const foreign = minutesOf({ at: minute(3), cameras: [camera({ camera: 'gate-9' })] });
    expect((await post(foreign)).status).toBe(204);
    const { body } = await world.api.send<{ items: object[] }>(
      'operator',
      'GET',
      '/device-health/hours?subject=gate-9',
    );
    expect(body.items).toEqual([]);
    const other = await post({ ...foreign, worker: 'worker-2' });
    expect([other.status, await other.json()]).toMatchObject([403, { code: 'device.other-name' }]);
    expect((await world.api.post('/api/v1/ingest/health', foreign, {})).status).toBe(401);
  });

  it('by a clock that is wrong, and not of whole minutes, change nothing', async () => {
    const before = await hourOf();
    const odd = new Date(Date.now() - 3_000_123).toISOString();
    const ahead = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000).toISOString();
    for (const at of [odd, ahead]) {
      expect((await post(minutesOf({ at, cameras: [camera()] }))).status).toBe(204);
    }
    expect(await hourOf()).toEqual(before);
    const broken = await post(minutesOf({ at: minute(4), cameras: [camera({ watched: 2 })] }));
    expect(broken.status).toBe(400);
  });

  it('[DQ-12] make a strip of the last day, and a time without them is one that was not watched', async () => {
    const times = [60, 59, 20, 19];
    for (const ago of times) {
      const off = ago === 19 ? { watched: 0, fault: 'ended', grade: 'offline' } : {};
      await post(minutesOf({ at: minute(ago), cameras: [camera(off)] }));
    }
    const item = await world.board('hall-west');
    expect(item?.cells).toHaveLength(144);
    expect(item?.cells).toContain('x');
    const gap = (await world.outagesOf('subject=hall-west')).items.find(
      ({ cause }) => cause === 'unrecorded',
    );
    expect(gap).toMatchObject({ begunAt: minute(58), endedAt: minute(20), toldAt: null });
    // The other devices of the plant are in the same view.
    const { body } = await world.api.send<{ items: BoardItem[] }>(
      'operator',
      'GET',
      '/device-health',
    );
    expect(new Set(body.items.map(({ kind }) => kind))).toContain('worker');
  });
});
