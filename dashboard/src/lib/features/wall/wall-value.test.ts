import { describe, expect, it } from 'vitest';
import { fits, MOST_GROUPS, parseWall, usualWall } from './wall-value.ts';

describe('the setting of the wall', () => {
  it('of an older version keeps what it says', () => {
    expect(parseWall({ layout: 9, overlays: false })).toEqual({
      ...usualWall(),
      layout: 9,
      overlays: false,
    });
    expect(parseWall({ layout: null, overlays: true })).toEqual(usualWall());
  });

  it('is read as it was written', () => {
    const value = {
      layout: '1+5' as const,
      overlays: false,
      order: ['b', 'a'],
      groups: [{ id: 'g1', name: '仓库', cameras: ['a'] }],
      patrol: 60 as const,
      rest: false,
    };
    expect(parseWall(JSON.parse(JSON.stringify(value)))).toEqual(value);
  });

  it('of a newer version has the usual value for what is not known, and no more', () => {
    const newer = { layout: '2+8', overlays: false, order: ['a'], patrol: 7, sound: true };
    expect(parseWall(newer)).toEqual({ ...usualWall(), overlays: false, order: ['a'] });
  });

  it('that is broken is read as far as it can be', () => {
    for (const value of [null, undefined, 'x', 9, [], true]) expect(parseWall(value)).toBeNull();
    expect(parseWall({})).toEqual(usualWall());
    expect(
      parseWall({
        overlays: 'yes',
        order: ['a', 'a', 7, null, '../x', ''],
        groups: [
          null,
          { id: 'g1', name: '  ' },
          { id: '<b>', name: 'x' },
          { id: 'g2', name: ` ${'n'.repeat(90)}`, cameras: 'a' },
          { id: 'g2', name: 'the same id' },
        ],
      }),
    ).toEqual({
      ...usualWall(),
      order: ['a'],
      groups: [{ id: 'g2', name: 'n'.repeat(40), cameras: [] }],
    });
    const groups = Array.from({ length: 30 }, (_, n) => ({ id: `g${n}`, name: 'g', cameras: [] }));
    expect(parseWall({ groups })?.groups).toHaveLength(MOST_GROUPS);
  });

  it('of 1 MB is read without its surplus, and not sent', () => {
    const cameras = Array.from({ length: 60_000 }, (_, n) => `camera-number-${n}`);
    const text = JSON.stringify({ order: cameras, groups: [{ id: 'g1', name: '组', cameras }] });
    expect(text.length).toBeGreaterThan(1_000_000);
    const read = parseWall(JSON.parse(text));
    expect([read?.order.length, read?.groups[0]?.cameras.length]).toEqual([1_000, 1_000]);
    expect(read && fits(read)).toBe(false);
  });

  it('is not sent where the account cannot keep it', () => {
    const cameras = Array.from({ length: 200 }, (_, n) => `camera-number-${n}`);
    const group = (n: number) => ({ id: `g${n}`, name: '组', cameras });
    expect(fits({ ...usualWall(), order: cameras, groups: [group(1)] })).toBe(true);
    expect(fits({ ...usualWall(), order: cameras, groups: [1, 2, 3, 4].map(group) })).toBe(false);
    const many = Array.from({ length: MOST_GROUPS + 1 }, (_, n) => ({ ...group(n), cameras: [] }));
    expect(fits({ ...usualWall(), groups: many })).toBe(false);
  });
});
