import type { Point } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { type Actor, every, only, run, START, seen } from './scenes.ts';

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

/* Where the actor of a record went in the seconds after it. */
describe('the path after a record', () => {
  const bare: Actor = { track: 'a', foot: [200, 300], helmet: 'missing', floor: [5, 5] };
  const walks = (ms: number): Actor => ({ ...bare, floor: [5 + ms / 1000, 5] });
  const followed = ({ verdicts }: ReturnType<typeof run>) =>
    verdicts.filter((one) => one.type === 'followed');
  const timesOf = (path: readonly { at: string }[]) => path.map(({ at }) => Date.parse(at));

  it('is told once, after 5 s, and goes on where that of the record ends', () => {
    const found = run(
      every(0, 20_000, (ms) => [walks(ms)]),
      only('ppe'),
    );
    const [record] = found.confirmed;
    expect(followed(found)).toMatchObject([{ violation: record?.violation }]);
    const { path } = followed(found)[0]!;
    const until = record!.confirmedAt + 5_000;
    expect(timesOf(path)[0]).toBe(record!.confirmedAt + 200);
    expect(timesOf(path).at(-1)).toBe(until);
    expect(path.at(-1)?.floor).toEqual([5 + (until - START) / 1000, 5]);
    // Told with the next frame, and not before: the whole of it is known then.
    const early = run(
      every(0, until - START + 200, (ms) => [walks(ms)]),
      only('ppe'),
    );
    expect(followed(early)).toEqual([]);
  });

  it('says who came near in it, also before it began', () => {
    const found = run(
      every(0, 20_000, (ms) => {
        // Beside him until he is recorded, and then gone.
        const passes: Actor = { track: 'b', foot: [300, 300], floor: [5, 5.6] };
        return ms < 1_800 ? [bare, passes] : [bare];
      }),
      only('ppe'),
    );
    const { path } = followed(found)[0]!;
    expect(path[0]?.nearest).toBeCloseTo(0.6);
    expect(path.at(-1)?.nearest).toBeNull();
  });

  it('ends where the person left, and is not told of a person without a place', () => {
    const found = run(
      every(0, 20_000, (ms) => (ms < 4_000 ? [walks(ms)] : [])),
      only('ppe'),
    );
    expect(timesOf(followed(found)[0]!.path).at(-1)).toBe(START + 3_800);
    const { floor: _, ...nowhere } = bare;
    const other = run(
      every(0, 20_000, () => [nowhere]),
      only('ppe'),
    );
    expect(other.confirmed).toHaveLength(1);
    expect(followed(other)).toEqual([]);
  });

  it('ends with the track of the record: under another one it may be another person', () => {
    // Lost a moment after the record; another person comes into sight near that place.
    const swap = (ms: number): Actor[] =>
      ms < 2_600
        ? [bare]
        : ms < 3_600
          ? []
          : [{ ...bare, track: 'b', foot: [220, 300], floor: [5.5, 5] }];
    const found = run(every(0, 20_000, swap), only('ppe'));
    // The judge takes both for one.
    expect(found.confirmed).toHaveLength(1);
    const later = followed(found);
    expect(later).toHaveLength(1);
    expect(timesOf(later[0]!.path).at(-1)).toBe(START + 2_400);
  });

  it('has nothing of the time after an outage', () => {
    const before = every(0, 4_000, (ms) => [walks(ms)]);
    const after = every(64_000, 70_000, (ms) => [walks(ms - 60_000)]);
    const { path } = followed(
      run([...before, seen(4_000, walks(4_000)), ...after], only('ppe')),
    )[0]!;
    expect(timesOf(path).at(-1)).toBe(START + 4_000);
  });
});
