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
  reasons: [],
  stallsLastHour: 0,
  decodeErrorsLastHour: 0,
  delayMs: null,
  scene: [],
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
  configuration: null,
  problem: null,
};
const heardAt = Date.parse(said.at);

describe('a camera’s health', () => {
  it('is valid while the worker is online and repeats it', () => {
    expect(believe(said, worker, heardAt, heardAt + 10_000)).toBe(said);
  });

  it('is invalid when the worker is offline', () => {
    const gone = { ...worker, online: false, at: '2026-11-25T09:00:05.000Z' };
    expect(believe(said, gone, heardAt, heardAt + 6_000)).toMatchObject({
      state: 'fault',
      quality: 'offline',
      fault: { code: 'failed', since: '2026-11-25T09:00:05.000Z' },
      live: { available: false },
    });
  });

  it('is invalid when it is not renewed', () => {
    const late = believe(said, worker, heardAt, heardAt + 31_000);
    expect(late.fault?.message).toContain('has said nothing');
  });

  it('is valid for a disabled camera', () => {
    const off: CameraHealth = { ...said, state: 'disabled' };
    expect(believe(off, { ...worker, online: false }, heardAt, heardAt + 60_000)).toBe(off);
  });
});
