import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CameraStreams } from './camera-streams.ts';
import { QuickSlots } from './quick-slots.ts';
import { QuickStart } from './quick-start.ts';
import { RtpIngest } from './rtp-ingest.ts';

const quick = { stream: 'main', quick: true } as const;
let ingest: RtpIngest;
let streams: CameraStreams;
const places = (most: number) => new CameraStreams(ingest, new QuickSlots(most));

beforeEach(async () => {
  ingest = await RtpIngest.open(() => {});
  streams = places(1);
  vi.useFakeTimers();
});
afterEach(async () => {
  vi.useRealTimers();
  await streams.close();
});

test('a view begins with the last key frame where it asks for that and has a place, and gives the place back', () => {
  expect(streams.of({ stream: 'main' })).toBe(ingest);
  const first = streams.of(quick);
  expect(first).toBeInstanceOf(QuickStart);
  const leave = first.subscribe(() => {});
  first.settle?.();
  vi.advanceTimersByTime(60_000);
  // The others share the packets of the camera.
  expect(streams.of(quick)).toBe(ingest);
  leave();
  leave();
  expect(streams.of(quick)).toBeInstanceOf(QuickStart);
  expect(streams.of(quick)).toBe(ingest);
});

test('of 16 views that are opened at the same time, before an engine subscribes, eight begin in this way', () => {
  streams = places(8);
  const sources = Array.from({ length: 16 }, () => streams.of(quick));
  expect(sources.filter((source) => source instanceof QuickStart)).toHaveLength(8);
  for (const source of sources) source.subscribe(() => {});
  expect(streams.of(quick)).toBe(ingest);
});

test('a view keeps its place from one engine that fails to the next, and gives it back where all fail', () => {
  const view = streams.of(quick);
  view.subscribe(() => {})();
  expect(streams.of(quick)).toBe(ingest);
  view.subscribe(() => {})();
  view.settle?.();
  expect(streams.of(quick)).toBeInstanceOf(QuickStart);
});

test('a view of which nothing more is heard gives its place back after 30 s, and cannot be opened then', () => {
  const view = streams.of(quick);
  vi.advanceTimersByTime(29_000);
  expect(streams.of(quick)).toBe(ingest);
  vi.advanceTimersByTime(1_000);
  expect(streams.of(quick)).toBeInstanceOf(QuickStart);
  expect(() => view.subscribe(() => {})).toThrow('took too long');
});
