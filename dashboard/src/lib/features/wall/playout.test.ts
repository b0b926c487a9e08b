import { expect, it } from 'vitest';
import { PlayoutDelay } from './playout.ts';

/** Frames each 40 ms that arrive at once, observations of each fifth that arrive `lag` ms later. */
function play(playout: PlayoutDelay, from: number, to: number, lag: (ms: number) => number) {
  const events: { at: number; run: () => void }[] = [];
  for (let ms = from; ms < to; ms += 40) {
    const rtp = (4_294_900_000 + ms * 90) >>> 0;
    events.push({ at: ms, run: () => playout.frame(rtp, 5_000 + ms) });
    if (ms % 200 !== 0) continue;
    const at = ms + lag(ms);
    events.push({ at, run: () => playout.observation(rtp, 5_000 + at) });
  }
  for (const { run } of events.sort((a, b) => a.at - b.at)) run();
}

it('waits for the observation of a frame and for the next one', () => {
  const playout = new PlayoutDelay();
  expect(playout.target).toBeNull();
  play(playout, 0, 4_000, () => 130);
  expect(playout.target).toBeGreaterThanOrEqual(330);
  expect(playout.target).toBeLessThanOrEqual(360);
});

it('follows a slower analysis at once, and is not shortened for a little', () => {
  const playout = new PlayoutDelay();
  play(playout, 0, 10_000, () => 130);
  const first = playout.target ?? 0;
  play(playout, 10_000, 20_000, () => 330);
  const slow = playout.target ?? 0;
  expect(slow).toBeGreaterThanOrEqual(first + 180);
  play(playout, 20_000, 30_000, () => 230);
  expect(playout.target).toBe(slow);
  play(playout, 30_000, 40_000, () => 130);
  expect(playout.target).toBeLessThanOrEqual(360);
});

it('never waits longer than browsers can, four seconds', () => {
  const playout = new PlayoutDelay();
  play(playout, 0, 20_000, () => 5_000);
  expect(playout.target).toBe(4_000);
});

it('goes on for days, over what 32 bits of ticks hold', () => {
  const playout = new PlayoutDelay();
  const hour = 3_600_000;
  // A minute in each hour of two days, and a frame each second in between.
  for (let from = 0; from < 48 * hour; from += hour) {
    play(playout, from, from + 60_000, () => 130);
    for (let ms = from + 60_000; ms < from + hour; ms += 5_000)
      playout.frame((4_294_900_000 + ms * 90) >>> 0, 5_000 + ms);
    expect(playout.target, `after ${from / hour} h`).toBeLessThanOrEqual(360);
  }
});

it('starts again where the times jump within one view', () => {
  const playout = new PlayoutDelay();
  play(playout, 0, 4_000, () => 130);
  // The same arrivals, with times of an hour before.
  for (let ms = 4_000; ms < 8_000; ms += 40) {
    const rtp = (4_294_900_000 + (ms - 3_600_000) * 90) >>> 0;
    playout.frame(rtp, 5_000 + ms);
    if (ms % 200 === 0) playout.observation(rtp, 5_000 + ms + 130);
  }
  expect(playout.target).toBeLessThanOrEqual(380);
});

it('is not misled by frames that arrived late', () => {
  const playout = new PlayoutDelay();
  // A burst after a stall of the network: each frame later than the one that came at once.
  for (let ms = 0; ms < 2_000; ms += 40) {
    const late = ms < 1_000 ? 0 : 400;
    playout.frame(ms * 90, ms + late);
    if (ms % 200 === 0) playout.observation(ms * 90, ms + 100);
  }
  expect(playout.target).toBeLessThanOrEqual(320);
});

it('knows nothing of another stream', () => {
  const playout = new PlayoutDelay();
  play(playout, 0, 4_000, () => 130);
  playout.restart();
  expect(playout.target).toBeNull();
});
