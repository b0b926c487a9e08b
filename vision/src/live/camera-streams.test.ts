import { expect, test } from 'vitest';
import { CameraStreams } from './camera-streams.ts';
import { QuickSlots } from './quick-slots.ts';
import { QuickStart } from './quick-start.ts';
import { RtpIngest } from './rtp-ingest.ts';

test('a view begins with the last key frame where it asks for that and has a place, and gives the place back', async () => {
  const ingest = await RtpIngest.open(() => {});
  const slots = new QuickSlots(1);
  const streams = new CameraStreams(ingest, slots);
  const quick = { stream: 'main', quick: true } as const;
  expect(streams.of({ stream: 'main' })).toBe(ingest);
  const first = streams.of(quick);
  expect(first).toBeInstanceOf(QuickStart);
  const leave = first.subscribe(() => {});
  // The others share the packets of the camera.
  expect(streams.of(quick)).toBe(ingest);
  leave();
  leave();
  expect(streams.of(quick)).toBeInstanceOf(QuickStart);
  const second = streams.of(quick).subscribe(() => {});
  expect(slots.isFree).toBe(false);
  second();
  await streams.close();
});
