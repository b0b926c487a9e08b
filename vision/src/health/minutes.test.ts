import type { CameraHealth } from '@anshi/contracts';
import { expect, test } from 'vitest';
import type { CaptureTotals } from './capture-meter.ts';
import { HealthMinutes } from './minutes.ts';

const START = Date.UTC(2026, 10, 27, 10, 2);
const worker = { lagMs: 12, waiting: 0, recording: true, problem: null };
const totals = (more: Partial<CaptureTotals> = {}): CaptureTotals => ({
  due: 0,
  lost: 0,
  stalls: 0,
  reconnects: 0,
  decodeErrors: 0,
  ...more,
});
const healthOf = (more: Partial<CameraHealth> = {}): CameraHealth => ({
  camera: 'gate',
  worker: 'worker-1',
  at: new Date(START).toISOString(),
  state: 'live',
  quality: 'excellent',
  reasons: [],
  fault: null,
  codec: 'h264',
  width: 1280,
  height: 720,
  keyFrameSeconds: 1,
  bFrames: false,
  sourceFps: 15,
  analysedFps: 5,
  droppedShare: 0,
  loadShedding: 0,
  reconnectsLastHour: 0,
  stallsLastHour: 0,
  decodeErrorsLastHour: 0,
  delayMs: 180,
  scene: [],
  address: null,
  lastFrameAt: null,
  live: { available: true, reason: null, substream: null },
  ...more,
});

test('a minute holds what was added in it, the worst grade and why', () => {
  const minutes = new HealthMinutes();
  minutes.look(START, worker, [{ health: healthOf(), totals: totals({ due: 100 }) }]);
  const fault = { code: 'stalled' as const, message: 'none', since: new Date(START).toISOString() };
  const off = healthOf({ state: 'fault', quality: 'offline', fault, delayMs: null });
  minutes.look(START + 20_000, { ...worker, lagMs: 80 }, [
    { health: off, totals: totals({ due: 150, stalls: 1, reconnects: 1 }) },
  ]);
  // The capture was started again: it counts from zero.
  const fair = healthOf({ quality: 'fair', reasons: ['stalls'], delayMs: 420 });
  minutes.look(START + 40_000, worker, [
    { health: fair, totals: totals({ due: 30, lost: 2, decodeErrors: 3 }) },
  ]);
  expect(minutes.oldest(9)).toEqual([]);
  minutes.look(START + 60_000, worker, [{ health: fair, totals: totals({ due: 60, lost: 2 }) }]);
  expect(minutes.oldest(9)).toEqual([
    {
      at: new Date(START).toISOString(),
      worker: { lagMs: 80, waiting: 0, recording: true, problem: null },
      cameras: [
        {
          camera: 'gate',
          watched: 2 / 3,
          fault: 'stalled',
          due: 180,
          dropped: 2,
          stalls: 1,
          reconnects: 1,
          decodeErrors: 3,
          delayMs: 420,
          grade: 'offline',
          reasons: ['stalls'],
          scene: [],
        },
      ],
    },
  ]);
});

test('a disabled camera has no minute, and a clock that is set back tells none twice', () => {
  const minutes = new HealthMinutes();
  const look = (at: number) =>
    minutes.look(at, worker, [{ health: healthOf({ state: 'disabled' }), totals: null }]);
  for (const at of [START, START + 60_000, START + 120_000, START, START + 60_000]) look(at);
  expect(minutes.oldest(9).map(({ at }) => at)).toEqual([
    new Date(START).toISOString(),
    new Date(START + 60_000).toISOString(),
    new Date(START + 120_000).toISOString(),
  ]);
  expect(minutes.oldest(9).every(({ cameras }) => cameras.length === 0)).toBe(true);
});

test('those that the API has taken wait no longer, and a day of them is kept', () => {
  const minutes = new HealthMinutes();
  for (let n = 0; n <= 1_500; n++) minutes.look(START + n * 60_000, worker, []);
  expect(minutes.givenUp).toBe(60);
  const some = minutes.oldest(60);
  expect(some[0]?.at).toBe(new Date(START + 60 * 60_000).toISOString());
  minutes.taken(some);
  expect(minutes.oldest(1)[0]?.at).toBe(new Date(START + 120 * 60_000).toISOString());
});
