import { describe, expect, it } from 'vitest';
import { areasAt, type PlanArea } from './areas.ts';
import { type Fix, type FixPlace, judgeFixes, measure, type TagState } from './judge.ts';

const T = Date.parse('2026-11-28T08:00:00.000Z');
const rules = { keepMs: 30_000, goneMs: 12 * 3_600_000 };
const place = (x: number, y = 5, changes: Partial<FixPlace> = {}): FixPlace => ({
  floorPlan: 'hall',
  x,
  y,
  radius: 1,
  isOff: false,
  area: null,
  areas: [],
  isOut: false,
  ...changes,
});
const fix = (second: number, x = 10, changes: Partial<Fix> = {}): Fix => ({
  at: T + second * 1000,
  receivedAt: T + second * 1000 + 100,
  claimedAt: null,
  isDouble: false,
  source: 'hall',
  place: place(x),
  battery: null,
  ...changes,
});
const judge = (fixes: Fix[], state: TagState | null = null) => judgeFixes(state, fixes, rules);

describe('fixes of a badge', () => {
  it('at 1 Hz are kept once in 30 s, and their interval is measured', () => {
    const { state, judged } = judge(Array.from({ length: 121 }, (_, i) => fix(i)));
    expect(judged.filter(({ kept }) => kept).map(({ fix: { at } }) => (at - T) / 1000)).toEqual([
      0, 30, 60, 90, 120,
    ]);
    expect(state.intervals).toEqual([30, 30, 30, 30]);
    expect(judged.every(({ flags, moves }) => flags.length === 0 && moves)).toBe(true);
  });

  it('are the same in one batch and in many', () => {
    const fixes = Array.from({ length: 90 }, (_, i) => fix(i, 10 + Math.sin(i)));
    let state: TagState | null = null;
    for (const one of fixes) state = judge([one], state).state;
    expect(state).toEqual(judge([...fixes].reverse()).state);
  });

  it('that come late or out of order are flagged, and never move the badge back', () => {
    const { state } = judge([fix(100, 20)]);
    const late = judge([fix(40, 10, { receivedAt: T + 101_000 })], state);
    expect(late.judged[0]).toMatchObject({ flags: ['late'], moves: false, kept: true });
    expect(late.state.place).toMatchObject({ x: 20 });
    // A reader whose clock differs by seconds is not late.
    expect(judge([fix(98, 19)], state).judged[0]).toMatchObject({ flags: [], moves: false });
  });

  it('that are double, off the plan or of a clock that is ahead are flagged', () => {
    const { state } = judge([fix(0)]);
    const off = fix(1, 10_000, { place: place(10_000, 5, { isOff: true }) });
    const { judged, state: after } = judge(
      [off, fix(2, 10, { isDouble: true }), fix(3, 11, { claimedAt: T + 86_400_000 })],
      state,
    );
    expect(judged.map(({ flags, moves, kept }) => [flags, moves, kept])).toEqual([
      [['off-plan'], false, true],
      [['double'], false, true],
      [['ahead'], true, false],
    ]);
    expect(after.place).toMatchObject({ x: 11 });
  });

  it('too far for the time are impossible, until three of them agree', () => {
    const { state } = judge([fix(0, 10)]);
    const { judged, state: after } = judge([fix(1, 500), fix(2, 10.5), fix(3, 501)], state);
    expect(judged.map(({ flags }) => flags)).toEqual([['impossible'], [], ['impossible']]);
    expect(after.place).toMatchObject({ x: 10.5 });
    const moved = judge([fix(4, 502), fix(5, 503), fix(6, 504)], after);
    expect(moved.judged.map(({ moves }) => moves)).toEqual([false, true, true]);
    expect(moved.state.place).toMatchObject({ x: 504 });
  });

  it('are judged by several processes as by one: the same message agrees with itself never', () => {
    let state = judge([fix(0, 10)]).state;
    for (const far of [fix(1, 500), fix(1, 500), fix(1, 500), fix(2, 500), fix(1, 500)]) {
      const { judged, state: next } = judge([far], state);
      expect(judged[0]?.flags).toEqual(['impossible']);
      state = next;
    }
    expect(state.place).toMatchObject({ x: 10 });
  });

  it('without a place are a sign of the badge alone; a radius of kilometres excuses no jump', () => {
    const { state } = judge([fix(0)]);
    const after = judge([fix(31, 0, { place: null })], state);
    expect(after.judged[0]).toMatchObject({ moves: false, kept: false, flags: [] });
    expect(after.state).toEqual({ ...state, heardAt: T + 31_000 });
    const wide = judge([fix(1, 500, { place: place(500, 5, { radius: 10_000 }) })], state);
    expect(wide.judged[0]?.flags).toEqual(['impossible']);
  });

  it('that waited somewhere were heard at their time, and not when they came', () => {
    const { state } = judge([fix(0, 10, { receivedAt: T + 600_000 })]);
    expect(state.heardAt).toBe(T);
  });

  it('by GPS are compared in metres on the earth', () => {
    const gps = (second: number, north: number) =>
      fix(second, 0, {
        place: place(121.47, 31.23 + north / 111_320, { floorPlan: null, radius: 6 }),
      });
    const { judged } = judge([gps(0, 0), gps(1, 20), gps(2, 10_000)]);
    expect(judged.map(({ flags }) => flags)).toEqual([[], [], ['impossible']]);
  });

  it('at which the area changes are kept, at most every 5 s', () => {
    const at = (second: number, area: string | null) =>
      fix(second, 10, { place: place(10, 5, { area, areas: area ? [area] : [] }) });
    const { judged } = judge([
      at(0, 'press'),
      at(7, 'press'),
      at(8, 'aisle'),
      at(9, 'press'),
      at(20, 'aisle'),
    ]);
    expect(judged.map(({ kept }) => kept)).toEqual([true, false, true, false, true]);
  });

  it('after the way out, or after hours, are no late interval', () => {
    const left = judge([fix(0), fix(30, 11, { place: place(11, 5, { isOut: true }) })]).state;
    expect(left.isOut).toBe(true);
    // A reader beside the way out hears the badge still.
    expect(judge([fix(33)], left).state).toMatchObject({ isOut: true });
    expect(judge([fix(3_600)], left).state).toMatchObject({ intervals: [30], isOut: false });
    const silent = judge([fix(0), fix(30)]).state;
    expect(judge([fix(150)], silent).state.intervals).toEqual([30, 120]);
    expect(judge([fix(13 * 3_600)], silent).state.intervals).toEqual([30]);
  });
});

it('an interval is measured by its median and the share that is late', () => {
  expect(measure([], 60)).toEqual({ median: null, lateShare: null, count: 0 });
  expect(measure([30, 31, 32, 120], 60)).toEqual({ median: 31.5, lateShare: 0.25, count: 4 });
});

it('a position is in the smallest area around it, and may be in those within its error', () => {
  const square = (id: string, from: number, to: number): PlanArea => ({
    id,
    floorPlan: 'hall',
    polygon: [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
    ],
  });
  const areas = [square('shop', 0, 20), square('cell', 5, 10), square('store', 20.5, 30)];
  expect(areasAt(areas, 'hall', [7, 7], 0.5)).toEqual({ within: 'cell', maybe: ['cell', 'shop'] });
  expect(areasAt(areas, 'hall', [19.9, 15], 0.5)).toEqual({ within: 'shop', maybe: ['shop'] });
  expect(areasAt(areas, 'hall', [20.2, 25], 0.5)).toEqual({ within: null, maybe: ['store'] });
  // However bad the fix is, 2 m are the most.
  expect(areasAt(areas, 'hall', [12.5, 7], 50)).toEqual({ within: 'shop', maybe: ['shop'] });
  expect(areasAt(areas, 'other', [7, 7], 5)).toEqual({ within: null, maybe: [] });
});
