import type { CameraConfig } from '@anshi/contracts';
import { expect, it } from 'vitest';
import type { CaptureState } from '../capture/capture-state.ts';
import { cameraHealthOf } from './camera-health.ts';
import { CaptureMeter } from './capture-meter.ts';

const NOW = Date.parse('2026-11-27T08:00:00Z');

function healthOf(changes: Partial<CaptureState>, meter = new CaptureMeter()) {
  const state: CaptureState = {
    state: 'live',
    fault: null,
    video: null,
    lastFrameAt: NOW,
    lastArrivalAt: NOW,
    log: [],
    address: null,
    ...changes,
  };
  const camera = {
    id: 'hall-west',
    analysisFps: 5,
    picture: [1280, 720],
  } as unknown as CameraConfig;
  const capture = { state, meter };
  return cameraHealthOf({
    worker: 'worker-1',
    camera,
    capture,
    substream: null,
    loadShedding: 0.3,
    scene: [],
    stream: { keyFrameSeconds: 10, bFrames: true },
    now: NOW,
  });
}

it('a live camera without a new picture for more than 8 s is stalled since its last one', () => {
  expect(healthOf({ lastArrivalAt: NOW - 7_900 })).toMatchObject({ state: 'live', fault: null });
  expect(healthOf({ lastArrivalAt: NOW - 8_100 })).toMatchObject({
    state: 'fault',
    fault: { code: 'stalled', since: new Date(NOW - 8_100).toISOString() },
  });
});

it('a camera whose pictures come 30 s late, one after the other, is no silent one', () => {
  expect(healthOf({ lastFrameAt: NOW - 30_000, lastArrivalAt: NOW - 100 })).toMatchObject({
    state: 'live',
    fault: null,
    lastFrameAt: new Date(NOW - 30_000).toISOString(),
  });
});

it('a camera whose people are too dark to be judged says so, once there were enough of them', () => {
  const meter = new CaptureMeter();
  for (let n = 0; n < 10; n++) meter.arrived();
  const see = (times: number, people: number, illegible: number) => {
    for (let n = 0; n < times; n++) meter.people({ people, illegible });
  };
  see(9, 2, 1);
  expect(healthOf({}, meter).reasons).not.toContain('low-contrast');
  see(1, 2, 1);
  expect(healthOf({}, meter).reasons).toContain('low-contrast');
  // People of a lit place come by.
  see(8, 2, 0);
  expect(healthOf({}, meter).reasons).not.toContain('low-contrast');
});

it('what was measured of the stream is told while it is live, and of no stream that is gone', () => {
  expect(healthOf({})).toMatchObject({ keyFrameSeconds: 10, bFrames: true });
  expect(healthOf({ state: 'connecting' })).toMatchObject({ keyFrameSeconds: null, bFrames: null });
});
