import { cleanup, render } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera } from '$lib/api/types.ts';
import { FrameSteps } from './frame-steps.ts';
import LiveOverlay, { type BoxMode } from './LiveOverlay.svelte';
import { PlayoutDelay } from './playout.ts';
import { noNames } from './track-names.ts';

const camera = {
  id: 'hall-west',
  name: { zh: '西', en: 'West' },
  picture: [1280, 720],
  zones: [],
  lines: [],
} as unknown as Camera;
const observationOf = (rtpTimestamp?: number) => ({
  camera: 'hall-west',
  at: '2026-12-01T08:00:00.000Z',
  width: 1280,
  height: 720,
  people: [
    { track: '1', box: [100, 100, 200, 400], score: 0.9, violations: [], zones: [], equipment: {} },
  ],
  parts: [],
  ...(rtpTimestamp !== undefined && { rtpTimestamp }),
});
let boxes: number;
let show: (about: object) => void;
let modes: BoxMode[];

beforeEach(() => {
  boxes = 0;
  modes = [];
  vi.spyOn(HTMLCanvasElement.prototype, 'clientWidth', 'get').mockReturnValue(640);
  vi.spyOn(HTMLCanvasElement.prototype, 'clientHeight', 'get').mockReturnValue(360);
  // Counts frames around people; all else is drawn on nothing.
  const context = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'measureText') return () => ({ width: 10 });
        return () => {
          if (name === 'strokeRect') boxes++;
        };
      },
      set: () => true,
    },
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function open(observation: object) {
  const video = document.createElement('video');
  Object.assign(video, {
    requestVideoFrameCallback: (callback: (now: number, about: object) => void) => {
      show = (about) => callback(performance.now(), about);
      return 1;
    },
    cancelVideoFrameCallback: () => {},
  });
  const steps = new FrameSteps();
  steps.add(observation as never);
  render(LiveOverlay, {
    camera,
    video,
    size: { width: 640, height: 360 },
    observation: observation as never,
    names: noNames,
    steps,
    playout: new PlayoutDelay(),
    ondelay: () => {},
    onmode: (mode: BoxMode) => modes.push(mode),
  });
}

it('draws the boxes of the frame that is shown', () => {
  open(observationOf(90_000));
  show({ rtpTimestamp: 90_000 });
  expect(modes.at(-1)).toBe('in-step');
  expect(boxes).toBe(1);
});

it('draws no boxes over a frame where the browser does not say which it is, and says so', () => {
  open(observationOf(90_000));
  show({});
  expect(modes.at(-1)).toBe('untimed');
  expect(boxes).toBe(0);
});

it('draws no boxes of an observation that does not say of which frame it is', () => {
  open(observationOf());
  show({ rtpTimestamp: 90_000 });
  expect(modes.at(-1)).toBe('untimed');
  expect(boxes).toBe(0);
});
