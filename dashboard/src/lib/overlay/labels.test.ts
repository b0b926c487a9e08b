import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rect } from './geometry.ts';
import { headOf, type LabelledPerson, type LabelledZone, placeLabels } from './labels.ts';

const area = { x: 0, y: 0, width: 640, height: 360 };
const label = { width: 52, height: 16 };
const person = (key: string, x: number, y: number, height = 120, width = 45): LabelledPerson => ({
  key,
  box: { x, y, width, height },
  label,
  weight: width * height,
});
const covers = (a: Rect, b: Rect): boolean =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1e-6 &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 1e-6;
const zone = (key: string, outline: LabelledZone['outline']): LabelledZone => ({
  key,
  outline,
  label: { width: 80, height: 16 },
});
const hall = zone('hall', [
  [100, 100],
  [500, 100],
  [500, 300],
  [100, 300],
]);

const someone = fc
  .record({
    x: fc.integer({ min: -20, max: 630 }),
    y: fc.integer({ min: -20, max: 350 }),
    width: fc.integer({ min: 4, max: 160 }),
    height: fc.integer({ min: 8, max: 300 }),
  })
  .map((box): Omit<LabelledPerson, 'key'> => ({ box, label, weight: box.width * box.height }));
const crowd = fc
  .array(someone, { maxLength: 30 })
  .map((people) => people.map((one, n) => ({ ...one, key: `p${n}` })));

describe('labels', () => {
  it('cover neither each other nor a head, and stay in the picture, in any crowd', () => {
    fc.assert(
      fc.property(crowd, crowd, (first, second) => {
        const before = placeLabels(first, [hall], area, new Map()).places;
        const { labels, places } = placeLabels(second, [hall], area, before);
        expect(labels.map(({ key }) => key).sort()).toEqual([...places.keys()].sort());
        for (const [n, one] of labels.entries()) {
          for (const other of labels.slice(n + 1)) expect(covers(one, other)).toBe(false);
          for (const { box } of second) expect(covers(one, headOf(box))).toBe(false);
          expect(one.x).toBeGreaterThanOrEqual(-0.02);
          expect(one.y).toBeGreaterThanOrEqual(-0.02);
          expect(one.x + one.width).toBeLessThanOrEqual(area.width + 0.02);
          expect(one.y + one.height).toBeLessThanOrEqual(area.height + 0.02);
        }
      }),
    );
  });

  it('stand above a person who is alone, and below where the picture ends', () => {
    const { labels } = placeLabels([person('a', 300, 150)], [], area, new Map());
    expect(labels).toMatchObject([{ key: 'a', x: 299, y: 132 }]);
    const high = placeLabels([person('a', 300, 2)], [], area, new Map()).labels[0];
    expect(high && covers(high, headOf({ x: 300, y: 2, width: 45, height: 120 }))).toBe(false);
  });

  it('are given to all people of a group side by side', () => {
    const group = [0, 1, 2, 3, 4].map((n) => person(`p${n}`, 200 + 40 * n, 120 + 6 * n));
    expect(placeLabels(group, [], area, new Map()).labels).toHaveLength(5);
  });

  it('keep their place while it is possible, and take a better one only when it is not', () => {
    const [a, b] = [person('a', 300, 150), person('b', 330, 40, 90)];
    // The feet of b reach into the place above a.
    const apart = placeLabels([a, b], [], area, new Map());
    let places: ReadonlyMap<string, number> = apart.places;
    for (let step = 0; step < 40; step++) {
      const moved = [a, person('b', 330 + 4 * step, 40, 90)];
      const next = placeLabels(moved, [], area, places);
      expect(next.places.get('a')).toBe(apart.places.get('a'));
      places = next.places;
    }
  });

  it('are first given to those who matter more', () => {
    const [small, large] = [person('large', 20, 20), person('small', 22, 22)];
    const first = { ...small, weight: 1e9 };
    const tight = { x: 0, y: 0, width: 70, height: 170 };
    const { labels } = placeLabels([large, first], [], tight, new Map());
    expect(labels[0]?.key).toBe(first.key);
  });

  it('are left out for people who are too small for one', () => {
    const far = person('far', 300, 150, 30, 11);
    expect(placeLabels([far], [], area, new Map()).labels).toEqual([]);
  });

  it('name a zone at its outline, and elsewhere on it where people stand', () => {
    const alone = placeLabels([], [hall], area, new Map());
    const at = alone.labels[0];
    expect(at && at.y < 110).toBe(true);
    const stander = person('a', (at?.x ?? 0) + 10, (at?.y ?? 0) - 20);
    const moved = placeLabels([stander], [hall], area, alone.places).labels.find(
      ({ key }) => key === 'hall',
    );
    expect(moved && covers(moved, stander.box)).toBe(false);
  });
});
