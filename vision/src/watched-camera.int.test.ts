import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { loadPpeCard } from './detect/model-card.ts';
import type { Frame, FrameDetections } from './frame.ts';
import { clipCamera } from './pipeline/clip-config.ts';
import { WatchedCamera } from './watched-camera.ts';
import type { WatchedCameraOptions } from './watched-camera-options.ts';

const FOUND: FrameDetections = {
  detections: [],
  regions: 0,
  timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
};

it('a camera that is switched off judges no frame that was in progress, and drops those that wait', async () => {
  const config = { ...clipCamera('gate', [1280, 720], []), enabled: false };
  const onObservation = vi.fn();
  const drop = vi.fn();
  // What it needs while no picture comes.
  const camera = await WatchedCamera.open({
    config,
    card: loadPpeCard(join(import.meta.dirname, '../../models/ppe')),
    pose: 'none',
    state: null,
    ringSeconds: 60,
    recorder: { record: async () => {}, saveState: () => {} },
    scheduler: { drop, load: () => ({ offered: 0, analysed: 0, dropped: 0 }) },
    machines: new Map(),
    arming: { of: () => [] },
    recorded: { configured: () => {}, frame: () => {} },
    version: () => null,
    log: pino({ level: 'silent' }),
    onObservation,
    onChange: () => {},
  } as unknown as WatchedCameraOptions);
  try {
    const frame: Frame = {
      camera: 'gate',
      sequence: 0,
      at: Date.now(),
      width: 1280,
      height: 720,
      pixels: new SharedArrayBuffer(6),
      release: () => {},
    };
    camera.take(frame, FOUND);
    expect(onObservation).not.toHaveBeenCalled();
    await camera.reconfigure({ ...config, analysisFps: 2 }, 60);
    expect(drop).toHaveBeenCalledWith('gate');
  } finally {
    await camera.close();
  }
});
