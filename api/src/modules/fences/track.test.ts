import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intrusionsOf } from './intrusions.ts';
import { isNothing, type Reading, type Side, type Watched } from './presence.ts';
import { spellsOf } from './state.ts';
import { advance, inOrder, isOrdered, newTrack, replay, type Track } from './track.ts';

const polygon = [
  [10, 10],
  [16, 10],
  [16, 16],
  [10, 16],
] as const;
const watching = (side: Side): Watched => ({ polygon, side });
const inside: Watched = watching('inside');

const at = (seconds: number, x: number, y: number, radius = 0.6): Reading => ({
  at: seconds * 1_000,
  source: 'hall',
  place: { x, y, radius },
  sure: false,
});
const stand = (from: number, count: number, x: number, y: number, every = 1) =>
  Array.from({ length: count }, (_, n) => at(from + n * every, x, y));
const terms = { side: 'inside', dwellMs: 3_000, holdMs: 5_000, activeSince: 0 } as const;
const denied = [{ from: 0, allowed: false }];

const found = (readings: readonly Reading[], now: number, rights = denied, watched = inside) => {
  const track = advance(newTrack(watched), readings, watched);
  const heardAt = track.now.last?.at ?? 0;
  return intrusionsOf(
    spellsOf(track.now),
    rights,
    { ...terms, side: watched.side },
    {
      now: now * 1_000,
      heardAt,
    },
  );
};
const spans = (readings: readonly Reading[], now: number, rights = denied, watched = inside) =>
  found(readings, now, rights, watched).intrusions.map(({ from, until }) => [
    from / 1_000,
    until === null ? null : until / 1_000,
  ]);

/** Takes readings as they arrive, late ones by what is known since the base. */
function arrive(readings: readonly Reading[], watched: Watched): Track {
  let track = newTrack(watched);
  const known: Reading[] = [];
  for (const reading of readings) {
    known.push(reading);
    track = isOrdered(track, [reading])
      ? advance(track, [reading], watched)
      : replay(track, [...known].sort(inOrder), watched);
  }
  return track;
}

describe('a badge that is where it belongs', () => {
  it('[POS-06] is known to be there after one batch, or one read at a reader, so that it can leave', () => {
    const watched = watching('outside');
    const batch = advance(newTrack(watched), stand(0, 6, 13, 13), watched).now;
    const read = { ...at(0, 13, 13), sure: true };
    const [one] = [advance(newTrack(watched), [read], watched).now];
    for (const now of [batch, one]) {
      expect(now.initial).toBe(false);
      expect(isNothing(now, 'outside')).toBe(false);
    }
    expect(isNothing(newTrack(watched).now, 'outside')).toBe(true);
    const passing = advance(newTrack(inside), stand(0, 3, 5, 5), inside).now;
    expect(isNothing(passing, 'inside')).toBe(true);
  });
});

describe('a badge at a fence', () => {
  it('[POS-04] is an intrusion after the dwell, and over once it is heard outside', () => {
    const way = [...stand(0, 5, 5, 13), ...stand(5, 10, 13, 13), ...stand(15, 5, 20, 13)];
    expect(spans(way.slice(0, 8), 7)).toEqual([]);
    expect(spans(way.slice(0, 8), 8)).toEqual([[5, null]]);
    expect(found(way.slice(0, 8), 7).dueAt).toBe(8_000);
    expect(spans(way, 30)).toEqual([[5, 15]]);
  });

  it('does not flap at the border, and one fix far off changes nothing', () => {
    const border = Array.from({ length: 120 }, (_, n) => at(n, n % 2 === 0 ? 9.9 : 10.1, 13));
    expect(spans(border, 200)).toEqual([]);
    expect(spans([...stand(0, 10, 5, 13), at(10, 13, 13), ...stand(11, 10, 5, 13)], 60)).toEqual(
      [],
    );
    const within = [...stand(0, 10, 13, 13), at(10, 5, 13), ...stand(11, 10, 13, 13)];
    expect(spans(within, 20)).toEqual([[0, null]]);
  });

  it('needs more than one fix at 0.1 Hz, and takes one read of a reader', () => {
    expect(spans(stand(0, 1, 13, 13), 60)).toEqual([]);
    expect(spans(stand(0, 2, 13, 13, 10), 60)).toEqual([[0, null]]);
    expect(spans([{ ...at(0, 13, 13), sure: true }], 60)).toEqual([[0, null]]);
  });

  it('[POS-04] begins where the right ends, and ends where it begins', () => {
    const rights = [
      { from: 0, allowed: true },
      { from: 20_000, allowed: false },
      { from: 40_000, allowed: true },
    ];
    expect(spans(stand(0, 60, 13, 13), 60, rights)).toEqual([[20, 40]]);
    expect(spans(stand(0, 60, 13, 13), 60, [])).toEqual([]);
  });

  it('counts a way through the area where no way around could be walked', () => {
    const through = [...stand(0, 3, 8, 13), at(6.5, 18, 13), ...stand(8, 3, 18, 13)];
    const [event] = found(through, 60).intrusions;
    // Shorter than the dwell, it is none, as if it had been heard.
    expect(event).toBeUndefined();
    const track = advance(newTrack(inside), through, inside);
    expect(track.now.ended).toMatchObject([{ certainty: 'crossed' }]);
    const slow = [...stand(0, 3, 8, 13), at(22, 18, 13)];
    expect(advance(newTrack(inside), slow, inside).now.ended).toEqual([]);
  });

  it('[POS-06] has left only after it came, and only where it is heard outside', () => {
    const outside = watching('outside');
    expect(spans(stand(0, 60, 5, 13), 60, denied, outside)).toEqual([]);
    const left = [...stand(0, 10, 13, 13), ...stand(10, 3, 5, 13)];
    expect(spans(left, 600, denied, outside)).toEqual([]);
    expect(spans([...left, ...stand(13, 3, 5, 13)], 600, denied, outside)).toEqual([[10, null]]);
  });

  it('comes to the same in whatever order the fixes arrive', () => {
    const places = fc.record({
      second: fc.integer({ min: 0, max: 240 }),
      x: fc.double({ min: 5, max: 21, noNaN: true }),
      y: fc.double({ min: 8, max: 18, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(places, { selector: ({ second }) => second, minLength: 2, maxLength: 40 }),
        fc.constantFrom<Side>('inside', 'outside'),
        fc.integer(),
        (list, side, seed) => {
          const readings = list.map(({ second, x, y }) => at(second, x, y));
          const ordered = [...readings].sort(inOrder);
          const mixed = [...readings].sort(
            (a, b) => ((a.at * 7_919 + seed) % 1_009) - ((b.at * 7_919 + seed) % 1_009),
          );
          const first = advance(newTrack(watching(side)), ordered, watching(side));
          expect(arrive(mixed, watching(side)).now).toEqual(first.now);
        },
      ),
    );
  });

  it('keeps its order while fixes are at most five minutes late', () => {
    const way = [...stand(0, 400, 5, 13), ...stand(400, 200, 13, 13), ...stand(600, 400, 5, 13)];
    const late = way.filter((_, n) => n % 50 === 7);
    const onTime = way.filter((_, n) => n % 50 !== 7);
    const delayed = onTime.flatMap((one, n) =>
      n % 49 === 48 ? [one, ...late.splice(0, 1)] : [one],
    );
    const now = arrive([...delayed, ...late], inside).now;
    expect(now.ended).toEqual(advance(newTrack(inside), way, inside).now.ended);
  });
});
