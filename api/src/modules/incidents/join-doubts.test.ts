import { describe, expect, it } from 'vitest';
import { finding, standing, walking } from '../../testing/findings.ts';
import type { Finding, JoinSettings } from './finding.ts';
import { joinFindings, MOST_MEMBERS } from './join.ts';

/* What could join two people, and what tells that it was one. */

const settings: JoinSettings = { gapMs: 10_000 };
const parts = (findings: Finding[]) =>
  joinFindings(findings, settings).map((cluster) => cluster.findings.join(' '));

describe('the join over cameras that see one person only', () => {
  /** A worker at a table: the box reaches to the arms, so each camera sees the feet elsewhere. */
  const seen = (
    id: string,
    camera: string,
    at: readonly [number, number],
    nearest: number | null | undefined,
    { from = 0, to = 5 } = {},
  ) =>
    finding(id, {
      from,
      to,
      camera,
      actor: camera,
      path: walking(from, to, at, [0, 0], { deviation: 0.14, nearest }),
    });
  const join = (west: number | null | undefined, east: number | null | undefined, apart = 0.27) =>
    parts([seen('f1', 'west', [2, 2], west), seen('f2', 'east', [2, 2 + apart], east)]);

  it('joins inaccurate paths where neither camera saw another person who may be the one', () => {
    expect(join(null, null)).toEqual(['f1 f2']);
    expect(join(3, 4)).toEqual(['f1 f2']);
  });

  it('keeps them apart where one camera saw two people there, or does not say', () => {
    for (const near of [0, 0.7, 0.9, undefined]) {
      expect(join(near, null), `${near}`).toEqual(['f1', 'f2']);
      expect(join(null, near), `${near}`).toEqual(['f1', 'f2']);
    }
  });

  it('keeps apart what is nearer to two people side by side, however alone they are', () => {
    expect(join(null, null, 0.31)).toEqual(['f1', 'f2']);
    expect(join(null, null, 0.6)).toEqual(['f1', 'f2']);
  });

  it('is doubted for a second and more in which another person came near, also in a long path', () => {
    const long = (id: string, camera: string, nearUntil: number) => {
      const path = walking(0, 10, [2, camera === 'west' ? 2 : 2.25], [0, 0], { deviation: 0.14 });
      return {
        ...finding(id, { from: 0, to: 12, camera, actor: camera }),
        confirmedAt: 5_000,
        path: path.map((one) => ({ ...one, nearest: one.at <= nearUntil ? 0.8 : null })),
      };
    };
    expect(parts([long('f1', 'west', -1), long('f2', 'east', -1)])).toEqual(['f1 f2']);
    expect(parts([long('f1', 'west', 1_400), long('f2', 'east', -1)])).toEqual(['f1', 'f2']);
  });

  it('is parted by two names, and made by one where one person can be in both places', () => {
    const named = (apart: number, ...people: (string | null)[]) =>
      parts(
        [seen('f1', 'west', [2, 2], null), seen('f2', 'east', [2, 2 + apart], null)].map(
          (one, n) => ({ ...one, person: people[n] ?? null }),
        ),
      );
    expect(named(0.27, 'E006', 'E008')).toEqual(['f1', 'f2']);
    // Without the wrong name the paths join them.
    expect(named(0.27, 'E006', null)).toEqual(['f1 f2']);
    expect(named(0.27, 'E006', 'E006')).toEqual(['f1 f2']);
    // Paths that are too inaccurate to say so alone.
    expect(named(0.6, null, null)).toEqual(['f1', 'f2']);
    expect(named(0.6, 'E006', 'E006')).toEqual(['f1 f2']);
    // In two places at once it is not one person, regardless of who wore the badge.
    expect(named(1, 'E006', 'E006')).toEqual(['f1', 'f2']);
  });

  it('follows one name over cameras as long as one act lasts, and as far as one can walk', () => {
    const named = (from: number, at: readonly [number, number], plan = 'hall') =>
      parts([
        { ...seen('f1', 'west', [2, 2], null, { from: 0, to: 5 }), person: 'E006' },
        { ...seen('f2', 'east', at, null, { from, to: from + 5 }), person: 'E006', plan },
      ]);
    expect(named(12, [9, 2])).toEqual(['f1 f2']);
    // 23 m in 7 s, another floor, and later than one act may go on.
    expect(named(12, [25, 2])).toEqual(['f1', 'f2']);
    expect(named(12, [9, 2], 'upper')).toEqual(['f1', 'f2']);
    expect(named(16, [9, 2])).toEqual(['f1', 'f2']);
    // The first one lasts: where the person of it is minutes later is not known.
    const open = { ...seen('f1', 'west', [2, 2], null, { from: 0, to: 5 }), person: 'E006' };
    const later = { ...seen('f2', 'east', [200, 2], null, { from: 300, to: 305 }), person: 'E006' };
    expect(parts([{ ...open, endedAt: null }, later])).toEqual(['f1', 'f2']);
    expect(
      parts([
        { ...open, isDecided: true },
        { ...seen('f2', 'east', [9, 2], null, { from: 12, to: 17 }), person: 'E006' },
      ]),
    ).toEqual(['f1', 'f2']);
  });

  it('joins no other person by a name, and none to what people parted', () => {
    const one = { ...seen('f1', 'west', [2, 2], null), person: 'E006' };
    const other = { ...seen('f2', 'east', [2, 2.6], null), person: 'E006' };
    expect(parts([one, { ...other, person: null }])).toEqual(['f1', 'f2']);
    expect(
      parts([
        { ...one, pin: 'i1' },
        { ...other, pin: 'i2' },
      ]),
    ).toEqual(['f1', 'f2']);
    // The camera of the first sees a second person at the time.
    const beside = { ...seen('f3', 'west', [2, 2.6], null), actor: 'w2', person: 'E006' };
    expect(parts([one, beside])).toEqual(['f1', 'f3']);
  });

  it('wants to see that they are alone for two seconds', () => {
    const short = (length: number) =>
      parts([
        seen('f1', 'west', [2, 2], null),
        seen('f2', 'east', [2, 2.2], null, { from: 5 - length, to: 8 }),
      ]);
    expect(short(1.4)).toEqual(['f1', 'f2']);
  });

  it('keeps two people side by side apart, seen by cameras whose clocks differ by 2 s', () => {
    for (const speed of [0, 0.5, 1.3]) {
      const path = (y: number, shift: number, nearest: number | null) =>
        walking(shift, shift + 5, [0, y], [speed, 0], { deviation: 0.14, nearest });
      for (const clock of [-2, 0, 2]) {
        for (const side of [0.6, 0.7, 1]) {
          const one = finding('f1', { from: 0, to: 5, camera: 'west', path: path(0, 0, side) });
          const two = finding('f2', {
            from: clock,
            to: 5 + clock,
            camera: 'east',
            actor: 'b',
            path: path(side, clock, side),
          });
          expect(parts([one, two]), `${speed} ${clock} ${side}`).toEqual(['f1', 'f2']);
        }
      }
    }
  });

  it('keeps people in file apart, of whom clocks that differ make one', () => {
    // 2.6 m behind each other at 1.3 m/s. The east clock is 2 s late: its first is where the second was.
    const path = (x: number, nearest: number | null | undefined) =>
      walking(0, 5, [x, 0], [1.3, 0], { nearest });
    const found = (nearest: number | null | undefined) =>
      parts([
        finding('f1', { from: 0, to: 5, camera: 'west', actor: 'w', path: path(2.6, nearest) }),
        finding('f2', { from: 0, to: 5, camera: 'east', actor: 'e', path: path(2.65, nearest) }),
      ]);
    // The other one passes here within 2.5 s.
    expect(found(0.1)).toEqual(['f1', 'f2']);
    expect(found(null)).toEqual(['f1 f2']);
  });
});

describe('no evidence', () => {
  const path = standing(0, 5, [2, 2]);
  const west = finding('f1', { from: 0, to: 5, camera: 'west', actor: 'w', path });
  const east = finding('f2', { from: 0, to: 5, camera: 'east', actor: 'e', path });

  it('is a place on another floor plan, or on an unknown one', () => {
    expect(parts([west, east])).toEqual(['f1 f2']);
    expect(parts([west, { ...east, plan: 'upper-floor' }])).toEqual(['f1', 'f2']);
    expect(
      parts([
        { ...west, plan: null },
        { ...east, plan: null },
      ]),
    ).toEqual(['f1', 'f2']);
    // Nobody upstairs is taken for the one.
    const above = finding('f3', {
      from: 0,
      to: 5,
      camera: 'upper',
      actor: 'u',
      path,
      plan: 'upper',
    });
    expect(parts([west, east, above])).toEqual(['f1 f2', 'f3']);
  });

  it('leads to a second person of a camera while the first one is still in its picture', () => {
    const at = (from: number, place: readonly [number, number]) => standing(from, from + 5, place);
    const chain = [
      finding('f1', { from: 0, to: null, camera: 'west', actor: 'w1', path }),
      finding('f2', { from: 0, to: 12, camera: 'east', actor: 'e', path }),
      finding('f3', { from: 10, to: 15, camera: 'east', actor: 'e', path: at(10, [6, 6]) }),
      finding('f4', { from: 10, to: 22, camera: 'north', actor: 'n', path: at(10, [6, 6]) }),
      finding('f5', { from: 20, to: 25, camera: 'north', actor: 'n', path: at(20, [9, 2]) }),
      finding('f6', { from: 20, to: 25, camera: 'west', actor: 'w2', path: at(20, [9, 2]) }),
    ];
    expect(parts(chain)).toHaveLength(2);
    // The first one had left before.
    expect(parts([{ ...chain[0]!, endedAt: 5_000 }, ...chain.slice(1)])).toHaveLength(1);
  });

  it('is left where a worker of before does not name the actor', () => {
    const older = finding('f3', { from: 0, to: 5, camera: 'east', actor: null });
    expect(parts([west, east, older])).toEqual(['f1', 'f2', 'f3']);
    const placed = finding('f3', { from: 0, to: 5, camera: 'east', actor: null, path });
    expect(parts([west, east, placed])).toEqual(['f1', 'f2', 'f3']);
    expect(parts([{ ...older, id: 'f4' }, older])).toEqual(['f3', 'f4']);
  });

  it('makes an incident grow without limit', () => {
    const many = Array.from({ length: 3 * MOST_MEMBERS }, (_, n) =>
      finding(`f${String(n).padStart(4, '0')}`, { from: n, to: n + 1 }),
    );
    for (const { findings: ids } of joinFindings(many, settings)) {
      expect(ids.length).toBeLessThanOrEqual(MOST_MEMBERS);
    }
    const full = many
      .slice(0, MOST_MEMBERS)
      .map((one) => ({ ...one, pin: 'f0000', incident: 'f0000', isClosed: true }));
    const later = many.slice(MOST_MEMBERS, MOST_MEMBERS + 2);
    expect(joinFindings([...full, ...later], settings).map((one) => one.findings.length)).toEqual([
      MOST_MEMBERS,
      2,
    ]);
  });
});

describe('a finding that was taken out', () => {
  const one = { ...finding('f1', { from: 0, to: 4 }), incident: 'f1' };
  const out = {
    ...finding('f2', { from: 0, to: 4, actor: 'b' }),
    pin: 'f1',
    isTakenOut: true,
    incident: 'f1',
  };

  it('draws no later one of the same actor into the incident', () => {
    const later = finding('f3', { from: 6, to: 9, actor: 'b' });
    expect(parts([one, out, later])).toContain('f3');
  });

  it('does not bar its incident to the others', () => {
    const same = finding('f3', { from: 3, to: 9 });
    const pinned = { ...one, pin: 'f1' };
    expect(parts([pinned, { ...out, endedAt: null }, same])).toEqual(['f1 f2 f3']);
    // The same holds for two actors whom people put together, and for no third one.
    const together = [pinned, { ...out, isTakenOut: false }];
    expect(parts([...together, same])).toEqual(['f1 f2 f3']);
    expect(parts([...together, { ...same, actor: 'c' }])).toEqual(['f1 f2', 'f3']);
  });

  it('holds those that are there already', () => {
    const opener = { ...out, actor: 'a' };
    const member = { ...finding('f3', { from: 6, to: 9 }), incident: 'f1' };
    expect(parts([opener, member])).toEqual(['f2 f3']);
  });
});
