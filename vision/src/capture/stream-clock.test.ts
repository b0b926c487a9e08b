import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingAt, StreamClock } from './stream-clock.ts';

const EPOCH = 1_700_000_000_000;

/** Plays frames every 200 ms whose arrivals are late by `delays`; returns the error of each time. */
function play(
  clock: StreamClock,
  delays: number[],
  options: { jump?: (i: number) => number } = {},
) {
  let monotonic = 0;
  return delays.map((delay, i) => {
    const exposed = 5_000 + i * 200;
    monotonic = Math.max(monotonic, exposed + delay);
    const wall = EPOCH + monotonic + (options.jump?.(i) ?? 0);
    return clock.frame(i * 200, { monotonic, wall }) - (EPOCH + exposed);
  });
}

describe('stream clock', () => {
  test('a picture that is complete long after it was announced is not dated in the future', () => {
    const clock = new StreamClock();
    const announced = performance.now();
    const wall = Date.now();
    // A busy machine: the pixels came a tenth of a second after the line that announces them.
    while (performance.now() - announced < 100);
    const at = clock.frame(0, readingAt(announced));
    expect(Math.abs(at - wall)).toBeLessThan(20);
  });

  test('a late frame keeps its exposure time', () => {
    const errors = play(new StreamClock(), [20, 20, 480, 20, 3000, 2800, 20]);
    expect(errors).toEqual([20, 20, 20, 20, 20, 20, 20]);
  });

  test('any jitter: after the least delayed frame, the error is that least delay', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 2 }), (delays) => {
        const errors = play(new StreamClock(), [...delays, ...Array(10).fill(0), ...delays]);
        const settled = errors.slice(delays.length + 9);
        return settled.every((error) => Math.abs(error) < 1e-6);
      }),
    );
  });

  test('any jitter and any jump of the wall clock: time is monotonic except for one large step back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 3, maxLength: 60 }),
        fc.integer({ min: -3_600_000, max: 3_600_000 }),
        fc.integer({ min: 1, max: 50 }),
        (delays, jump, at) => {
          const clock = new StreamClock();
          const errors = play(clock, delays, { jump: (i) => (i >= at ? jump : 0) });
          const times = errors.map((error, i) => error + i * 200);
          const back = times.flatMap((time, i) => {
            const step = i === 0 ? 1 : time - times[i - 1]!;
            return step > 0 ? [] : [step];
          });
          return back.length <= (jump < -15_000 ? 1 : 0) && back.every((step) => step <= -11_000);
        },
      ),
    );
  });

  test('a jump of the wall clock by some seconds moves the next second by 5 ms at most', () => {
    for (const jump of [9_000, -9_000]) {
      const errors = play(new StreamClock(), Array(11).fill(0), {
        jump: (i) => (i >= 5 ? jump : 0),
      });
      expect(errors[4]).toBeCloseTo(0);
      expect(errors[10]! / Math.sign(jump)).toBeGreaterThan(0);
      expect(errors[10]! / Math.sign(jump)).toBeLessThanOrEqual(6 + 1e-6);
    }
  });

  test.each([3_600_000, -3_600_000, -16_000, 11_000])(
    'steps by a jump of %i ms at once',
    (jump) => {
      const errors = play(new StreamClock(), Array(11).fill(0), {
        jump: (i) => (i >= 5 ? jump : 0),
      });
      for (const error of errors.slice(0, 5)) expect(error).toBeCloseTo(0);
      for (const error of errors.slice(5)) expect(error).toBeCloseTo(jump);
    },
  );

  test('steps of minutes are split into parts that the judge bridges, with frames in between', () => {
    const clock = new StreamClock();
    const errors = play(clock, Array(300).fill(0), { jump: (i) => (i >= 5 ? 500_000 : 0) });
    const steps = errors.flatMap((error, i) => {
      const by = i === 0 ? 0 : error - errors[i - 1]!;
      return by > 100 ? [{ i, by }] : [];
    });
    expect(errors.at(-1)).toBeCloseTo(500_000);
    expect(steps.map(({ i }) => i)).toEqual(Array.from({ length: 10 }, (_, n) => 5 + 15 * n));
    for (const { by } of steps) expect(by).toBeCloseTo(50_000);
  });

  test('a restarted stream after a jump ahead of the wall clock first accounts for its outage', () => {
    const clock = new StreamClock();
    clock.frame(0, { monotonic: 1000, wall: EPOCH + 1000 });
    clock.reset();
    const times = Array.from({ length: 20 }, (_, i) => {
      const monotonic = 20_000 + i * 200;
      return clock.frame(i * 200, { monotonic, wall: EPOCH + monotonic + 3_600_000 });
    });
    expect(times[0]).toBeCloseTo(EPOCH + 20_000);
    expect(times[14]).toBeCloseTo(EPOCH + 22_800);
    expect(times[15]).toBeCloseTo(EPOCH + 23_000 + 3_600_000);
  });

  test('follows a camera whose clock runs slow by 1 per mille', () => {
    const clock = new StreamClock();
    let error = 0;
    for (let i = 0; i < 3000; i++) {
      const monotonic = i * 200;
      const at = clock.frame(monotonic * 0.999, { monotonic, wall: EPOCH + monotonic });
      error = at - (EPOCH + monotonic);
    }
    expect(Math.abs(error)).toBeLessThan(70);
  });

  test('restarted timestamps are anchored to the new arrival', () => {
    const clock = new StreamClock();
    play(clock, [0, 0, 0]);
    const at = clock.frame(0, { monotonic: 60_000, wall: EPOCH + 60_000 });
    expect(at).toBeCloseTo(EPOCH + 60_000);
  });

  test('reset drops the stream’s state but keeps time monotonic', () => {
    const clock = new StreamClock();
    const before = clock.frame(0, { monotonic: 1000, wall: EPOCH + 1000 });
    clock.reset();
    expect(clock.ready).toBe(false);
    expect(clock.frame(0, { monotonic: 1001, wall: EPOCH - 5000 })).toBeGreaterThan(before);
  });

  test('a restarted stream after the wall clock was set back keeps its pace', () => {
    const clock = new StreamClock();
    clock.frame(0, { monotonic: 1000, wall: EPOCH + 1000 });
    clock.reset();
    const back = EPOCH - 3_600_000;
    const times = [0, 200, 400].map((pts) =>
      clock.frame(pts, { monotonic: 2000 + pts, wall: back + pts }),
    );
    expect(times).toEqual([back, back + 200, back + 400]);
  });
});
