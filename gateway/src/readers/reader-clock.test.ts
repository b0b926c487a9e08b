import { describe, expect, it } from 'vitest';
import { createReaderClock } from './reader-clock.ts';

const NOW = Date.parse('2026-03-01T08:00:00.000Z');
const HOUR = 3_600_000;
const utc = (ms: number) => ({ clock: 'utc', micros: BigInt(ms) * 1000n }) as const;
const uptime = (ms: number) => ({ clock: 'uptime', micros: BigInt(ms) * 1000n }) as const;

/** Our clock, which can be set, and one that never steps. */
function clocks() {
  const time = { now: NOW, steady: 5_000 };
  const off: (number | null)[] = [];
  const clock = createReaderClock(
    (ms) => off.push(ms),
    () => time.now,
    () => time.steady,
  );
  const pass = (ms: number) => {
    time.now += ms;
    time.steady += ms;
  };
  return { clock, off, time, pass };
}

describe('the time of a read', () => {
  it('is that of the reader where its clock agrees with ours, and now where it gives none', () => {
    const { clock, off } = clocks();
    clock.heard(utc(NOW - 1_500));
    expect(clock.timeOf(utc(NOW - 800))).toBe(NOW - 800);
    // Buffered by the reader while no client was connected.
    expect(clock.timeOf(utc(NOW - HOUR))).toBe(NOW - HOUR);
    expect(clock.timeOf(utc(NOW + 900))).toBe(NOW);
    expect(clock.timeOf(null)).toBe(NOW);
    expect(off).toEqual([]);
  });

  it('is moved by what the clock of the reader is off, until that is set right', () => {
    const { clock, off, pass } = clocks();
    clock.heard(utc(NOW - HOUR));
    pass(60_000);
    expect(clock.timeOf(utc(NOW - HOUR + 59_000))).toBe(NOW + 59_000);
    // NTP reached the reader.
    expect(clock.timeOf(utc(NOW + 59_500))).toBe(NOW + 59_500);
    expect(clock.timeOf(utc(NOW + 30_000))).toBe(NOW + 30_000);
    expect(off).toEqual([-HOUR, null]);
  });

  it('is never in the future: a clock that runs ahead, or is set ahead later, is measured by the read', () => {
    const { clock, off, pass } = clocks();
    expect(clock.timeOf(utc(NOW + HOUR))).toBe(NOW);
    expect(clock.timeOf(utc(NOW + HOUR - 400))).toBe(NOW - 400);
    pass(1_000);
    expect(clock.timeOf(utc(NOW + 3 * HOUR))).toBe(NOW + 1_000);
    expect(off).toEqual([HOUR, 3 * HOUR - 1_000]);
  });

  it('is right for a reader that knows the time since its start alone', () => {
    const { clock, off, pass } = clocks();
    clock.heard(uptime(20_000));
    pass(5_000);
    expect(clock.timeOf(uptime(24_000))).toBe(NOW + 4_000);
    // Without an event, the first read tells.
    const other = clocks();
    expect(other.clock.timeOf(uptime(700))).toBe(NOW);
    expect(other.clock.timeOf(uptime(300))).toBe(NOW - 400);
    expect([...off, ...other.off]).toEqual([]);
  });

  it('does not move with a step of our own clock, which a gateway makes after its start', () => {
    const { clock, time, pass } = clocks();
    clock.heard(uptime(20_000));
    time.now += 7 * HOUR;
    pass(5_000);
    expect(clock.timeOf(uptime(24_000))).toBe(NOW + 7 * HOUR + 4_000);
    time.now -= 7 * HOUR;
    expect(clock.timeOf(uptime(25_000))).toBe(NOW + 5_000);
  });

  it.each([
    ['slow', -1],
    ['fast', 1],
  ])(
    'keeps to ours where the clock of the reader runs %s by a second an hour, over two nights',
    (_, second) => {
      for (const [of, from] of [
        [utc, NOW],
        [utc, NOW - HOUR],
        [uptime, 20_000],
      ] as const) {
        const { clock, time, pass } = clocks();
        clock.heard(of(from));
        let worst = 0;
        for (let minute = 1; minute <= 62 * 60; minute++) {
          // Nobody passes at night.
          const passed = minute * 60_000;
          pass(60_000);
          if (minute % 1440 > 960) continue;
          const drift = Math.round((passed / HOUR) * second * 1000);
          // Three in a minute; two of them came late.
          for (const late of [900, 700]) clock.timeOf(of(from + passed + drift - late));
          const error = time.now - clock.timeOf(of(from + passed + drift));
          // The first minutes after the night are measured again.
          if (minute % 1440 > 3) worst = Math.max(worst, Math.abs(error));
        }
        expect(worst).toBeLessThan(2_100);
        // What the reader kept back while no client was connected stays in the past.
        const before = time.now - clock.timeOf(of(from + 62 * HOUR + 62_000 * second - HOUR));
        expect(Math.abs(before - HOUR)).toBeLessThan(2_200);
      }
    },
  );

  it('takes a late read alone for no slow clock', () => {
    const { clock, off, time, pass } = clocks();
    clock.heard(utc(NOW));
    pass(10 * HOUR);
    expect(clock.timeOf(utc(time.now - 30_000))).toBe(time.now - 30_000);
    // Three late ones, and a read of an hour later.
    pass(90_000);
    for (const late of [31_000, 30_000, 30_000]) clock.timeOf(utc(time.now - late));
    pass(HOUR);
    expect(clock.timeOf(utc(time.now - 300))).toBe(time.now - 300);
    expect(off).toEqual([]);
  });

  it('takes reads that were kept back for no slow clock', () => {
    const { clock, off, time, pass } = clocks();
    clock.heard(utc(NOW));
    for (let minute = 0; minute < 60; minute++) {
      pass(60_000);
      expect(clock.timeOf(utc(NOW - HOUR + minute * 1_000))).toBe(NOW - HOUR + minute * 1_000);
    }
    expect(clock.timeOf(utc(time.now - 300))).toBe(time.now - 300);
    expect(off).toEqual([]);
  });
});
