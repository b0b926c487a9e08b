import type { CameraHealth, WorkerStatus } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { believe } from './health.ts';

const said: CameraHealth = {
  camera: 'hall-west',
  worker: 'worker-1',
  at: '2026-11-25T09:00:00.000Z',
  state: 'live',
  quality: 'excellent',
  fault: null,
  codec: 'h264',
  width: 1280,
  height: 720,
  sourceFps: 15,
  analysedFps: 5,
  droppedShare: 0,
  reconnectsLastHour: 0,
  lastFrameAt: '2026-11-25T09:00:00.000Z',
  live: { available: true, reason: null },
};
const worker: WorkerStatus = {
  worker: 'worker-1',
  online: true,
  at: '2026-11-25T09:00:00.000Z',
  http: 'http://127.0.0.1:1',
  cameras: ['hall-west'],
  liveEngine: null,
  model: null,
  outbox: null,
  recording: true,
  disk: null,
  warnings: [],
  problem: null,
};
const heardAt = Date.parse(said.at);

describe('what a worker said of a camera', () => {
  it('holds while the worker is there and goes on saying it', () => {
    expect(believe(said, worker, heardAt, heardAt + 10_000)).toBe(said);
  });

  it('does not hold when the worker is gone', () => {
    const gone = { ...worker, online: false, at: '2026-11-25T09:00:05.000Z' };
    expect(believe(said, gone, heardAt, heardAt + 6_000)).toMatchObject({
      state: 'fault',
      quality: 'offline',
      fault: { code: 'failed', since: '2026-11-25T09:00:05.000Z' },
      live: { available: false },
    });
  });

  it('does not hold when it is not renewed', () => {
    const late = believe(said, worker, heardAt, heardAt + 31_000);
    expect(late.fault?.message).toContain('has said nothing');
  });

  it('holds for a camera that is switched off', () => {
    const off: CameraHealth = { ...said, state: 'disabled' };
    expect(believe(off, { ...worker, online: false }, heardAt, heardAt + 60_000)).toBe(off);
  });
});
