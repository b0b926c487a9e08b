import type { Point } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { type Actor, every, only, run } from './scenes.ts';

/* How near others came to the path of a record. */
describe('the path of a record', () => {
  const bare: Actor = { track: 'a', foot: [200, 300], helmet: 'missing', floor: [5, 5] };
  const other = (floor: Point | undefined, more: Partial<Actor> = {}): Actor => ({
    track: 'b',
    foot: [400, 300],
    ...(floor && { floor }),
    ...more,
  });
  const nearest = (scene: (ms: number) => Actor[]) => {
    const ppe = only('ppe');
    const slow = { ...ppe, rules: ppe.rules.map((rule) => ({ ...rule, confirmSeconds: 5 })) };
    const { confirmed } = run(every(0, 8000, scene), slow);
    expect(confirmed).toHaveLength(1);
    return confirmed[0]!.path.map((one) => one.nearest);
  };

  it('says that nobody else was seen', () => {
    expect(new Set(nearest(() => [bare]))).toEqual(new Set([null]));
  });

  it('says how near the other one stood', () => {
    const found = nearest(() => [bare, other([5.6, 5.8])]);
    expect(found.at(-1)).toBeCloseTo(1);
    expect(new Set(found)).toEqual(new Set([1]));
  });

  it('counts who was there up to 2.5 s before or after, also one who left', () => {
    const passes = (ms: number) =>
      ms < 1000 ? [bare, other([5.5, 5])] : ms < 1400 ? [bare, other([8, 5])] : [bare];
    const found = nearest(passes);
    // The record is made after 5 s: the other one was near its first moments only.
    expect(found[0]).toBe(0.5);
    expect(found.at(-1)).toBe(null);
  });

  it('says nothing of others where one of them has no place on the floor', () => {
    const found = nearest(() => [bare, other(undefined)]);
    expect(new Set(found)).toEqual(new Set([undefined]));
  });

  it('is not sure of a person whom the edge of the picture cuts off', () => {
    const deviations = (foot: Point) => {
      const { confirmed } = run(
        every(0, 8000, () => [{ ...bare, foot }]),
        only('ppe'),
      );
      return new Set(confirmed[0]!.path.map(({ deviation }) => deviation));
    };
    expect(deviations([200, 300])).toEqual(new Set([0.1]));
    // The lower edge of the picture, and its left one.
    expect(deviations([200, 598])).toEqual(new Set([0.5]));
    expect(deviations([22, 300])).toEqual(new Set([0.5]));
  });
});
