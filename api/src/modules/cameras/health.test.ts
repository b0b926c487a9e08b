import type { CameraHealth } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { cameraHealth, workerStatus } from '../../testing/camera-health.ts';
import { believe } from './health.ts';

const at = '2026-11-25T09:00:00.000Z';
const said = cameraHealth({ at });
const worker = workerStatus({ at, http: 'http://127.0.0.1:1' });
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
