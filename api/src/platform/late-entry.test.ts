import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTimes, PROMPT_MS } from './late-entry.ts';

const now = new Date('2026-11-25T09:00:00.000Z');
const before = (ms: number) => new Date(now.getTime() - ms);

describe('entry times', () => {
  it('[ADP-02] detect a late entry, and keep both times', () => {
    const atOnce = compareTimes(before(30_000), now);
    expect(atOnce).toMatchObject({ late: false, delayMs: 30_000, clockAhead: false });
    const afterwards = compareTimes(before(3 * 3_600_000), now);
    expect(afterwards).toEqual({
      happenedAt: before(3 * 3_600_000),
      recordedAt: now,
      late: true,
      delayMs: 3 * 3_600_000,
      clockAhead: false,
    });
    expect(compareTimes(before(PROMPT_MS), now).late).toBe(false);
    expect(compareTimes(before(PROMPT_MS + 1), now).late).toBe(true);
  });

  it('do not trust a clock that is ahead', () => {
    const ahead = compareTimes(before(-3_600_000), now);
    expect(ahead).toMatchObject({ late: false, clockAhead: true, delayMs: 0, happenedAt: now });
    expect(compareTimes(before(-1_000), now).clockAhead).toBe(false);
  });

  it('never report an event after its recording', () => {
    const instants = fc.date({ noInvalidDate: true });
    fc.assert(
      fc.property(instants, instants, fc.nat(86_400_000), (happened, recorded, prompt) => {
        const times = compareTimes(happened, recorded, prompt);
        expect(times.happenedAt.getTime()).toBeLessThanOrEqual(times.recordedAt.getTime());
        expect(times.late).toBe(times.delayMs > prompt);
        expect(times.late && times.clockAhead).toBe(false);
      }),
    );
    expect(() => compareTimes(new Date('never'), now)).toThrow(RangeError);
  });
});
