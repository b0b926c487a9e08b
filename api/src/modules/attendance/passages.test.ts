import { expect, it } from 'vitest';
import type { FixPlace, Judged } from '../locations/judge.ts';
import { passagesOf } from './passages.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-11-28T00:00:00Z');
const place: FixPlace = {
  floorPlan: 'hall',
  x: 1,
  y: 1,
  radius: 1,
  isOff: false,
  area: 'cell',
  areas: ['cell'],
  isOut: false,
};
const fix = (
  hours: number,
  more: Partial<FixPlace> = {},
  judged: Partial<Judged> = {},
): Judged => ({
  fix: {
    at: T0 + hours * HOUR,
    receivedAt: T0 + hours * HOUR,
    claimedAt: null,
    isDouble: false,
    source: 'hall',
    place: { ...place, ...more },
    battery: null,
  },
  flags: [],
  kept: true,
  moves: true,
  ...judged,
});
const told = (before: { heardAt: number; isOut: boolean } | null, fixes: readonly Judged[]) =>
  passagesOf(before, fixes, 12 * HOUR).map(
    ({ at, direction, how, late }) =>
      `${(at - T0) / HOUR} ${direction} ${how}${late ? ' late' : ''}`,
  );
const inside = (hours: number) => ({ heardAt: T0 + hours * HOUR, isOut: false });
const out = { isOut: true, area: null };

it('is in at the first position on the site, once, and out at the read of a way out', () => {
  expect(told(null, [fix(8), fix(9), fix(17, out), fix(17.1, out)])).toEqual([
    '8 in area',
    '17 out way-out',
  ]);
  expect(told(inside(8), [fix(9)])).toEqual([]);
  expect(told({ heardAt: T0, isOut: true }, [fix(8, { isPortal: true })])).toEqual(['8 in portal']);
  // The read of a way out of one who comes in says nothing.
  expect(told(null, [fix(8, out), fix(8.1, { area: null })])).toEqual(['8.1 in plan']);
});

it('silence is no way out, and who was not heard for hours is in again', () => {
  expect(told(inside(0), [fix(11)])).toEqual([]);
  expect(told(inside(0), [fix(13)])).toEqual(['13 in area']);
});

it('what is not believed counts for nothing', () => {
  const doubts = (['impossible', 'off-plan', 'double'] as const).map((flag) =>
    fix(8, {}, { flags: [flag], moves: false }),
  );
  expect(told(null, doubts)).toEqual([]);
  expect(told(null, [fix(8, { floorPlan: null })])).toEqual([]);
  expect(told(null, [fix(8, { isOff: true })])).toEqual([]);
});

it('one that came late is looked at again, beside what is known', () => {
  const late: Partial<Judged> = { flags: ['late'], moves: false };
  expect(told(inside(9), [fix(7, {}, late), fix(8, out, late)])).toEqual([
    '7 in area late',
    '8 out way-out late',
  ]);
});
