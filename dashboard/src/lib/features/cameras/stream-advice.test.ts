import { beforeEach, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { adviceOf } from './stream-advice.ts';

beforeEach(() => i18n.set('en'));

const health = { codec: 'h264', keyFrameSeconds: 1, bFrames: false, sourceFps: 25 };
const ids = (changes: Partial<typeof health> | object) =>
  adviceOf({ ...health, ...changes }).map(({ id }) => id);

it('nothing is said of a stream that is in order, or not measured yet', () => {
  expect(ids({})).toEqual([]);
  expect(ids({ keyFrameSeconds: 2.1 })).toEqual([]);
  expect(ids({ codec: null, keyFrameSeconds: null, bFrames: null })).toEqual([]);
});

it('key frames too far apart, B-frames and H.265 are named with what to change', () => {
  expect(ids({ keyFrameSeconds: 2.5, bFrames: true })).toEqual(['key-frames', 'b-frames']);
  expect(ids({ codec: 'hevc', keyFrameSeconds: 10 })).toEqual(['h265', 'key-frames']);
  const [one] = adviceOf({ ...health, keyFrameSeconds: 10, sourceFps: 24.8 });
  expect(one?.what).toContain('10');
  // In frames of this camera, as its settings ask for them.
  expect(one?.todo).toContain('25 to 50 frames');
});
