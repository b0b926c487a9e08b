import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finding, standing, walking } from '../../testing/findings.ts';
import type { Finding, JoinSettings } from './finding.ts';
import { areRelated, connectedTo, joinFindings } from './join.ts';
import { nameClusters } from './naming.ts';

const settings: JoinSettings = { gapMs: 10_000 };
const parts = (findings: Finding[], by: JoinSettings = settings) =>
  joinFindings(findings, by).map((cluster) => cluster.findings.join(' '));

describe('the join within a camera', () => {
  it('joins rules of one actor, over gaps up to the setting of the site', () => {
    const helmet = finding('f1', { from: 0, to: 4 });
    const vest = finding('f2', { from: 13.9, to: 20 });
    const phone = finding('f3', { from: 31, to: 33 });
    expect(parts([helmet, vest, phone])).toEqual(['f1 f2', 'f3']);
    expect(parts([helmet, vest, phone], { gapMs: 11_000 })).toEqual(['f1 f2 f3']);
    expect(parts([helmet, vest, phone], { gapMs: 9_000 })).toEqual(['f1', 'f2', 'f3']);
  });

  it('joins what follows while an earlier finding lasts, however long that is', () => {
    const open = finding('f1', { from: 0, to: null });
    expect(parts([open, finding('f2', { from: 900, to: 905 })])).toEqual(['f1 f2']);
  });

  it('keeps a person whose track changed its id in one incident', () => {
    const before = finding('f1', { from: 0, to: 3 });
    // The judge knows the person again: another track, the same actor.
    const after = finding('f2', { from: 8, to: 10, actor: before.actor! });
    expect(parts([before, after])).toEqual(['f1 f2']);
    expect(parts([before, { ...after, actor: 'someone-new' }])).toEqual(['f1', 'f2']);
  });

  it('never joins two actors of one camera, and never a zone or a machine', () => {
    const one = finding('f1', { from: 0, to: 5, path: standing(0, 5, [3, 3]) });
    const two = finding('f2', { from: 0, to: 5, actor: 'b', path: standing(0, 5, [3, 3]) });
    const zone = { ...finding('f3', { from: 0, to: 5 }), subject: 'zone' as const, actor: null };
    const other = { ...zone, id: 'f4' };
    expect(parts([one, two, zone, other])).toEqual(['f1', 'f2', 'f3', 'f4']);
  });
});

describe('the join over cameras', () => {
  const west = (id: string, path: Finding['path'], actor = 'w') =>
    finding(id, { from: 0, to: 5, camera: 'west', actor, path });
  const east = (id: string, path: Finding['path'], actor = 'e') =>
    finding(id, { from: 0, to: 5, camera: 'east', actor, path });

  it('joins paths that agree within their deviations at the same time', () => {
    const joined = joinFindings(
      [
        west('f1', walking(0, 5, [0, 0], [1.2, 0])),
        east('f2', walking(1, 5, [1.25, 0.1], [1.2, 0], { rate: 3 })),
      ],
      settings,
    );
    expect(joined).toHaveLength(1);
    expect(joined[0]?.joins).toEqual([{ a: 'f1', b: 'f2', by: 'path', odds: expect.any(Number) }]);
    expect(Math.exp(joined[0]!.joins[0]!.odds!)).toBeGreaterThan(20);
  });

  it('keeps apart what could be two people: inaccurate places, short overlaps, no path', () => {
    const path = walking(0, 5, [0, 0], [1.2, 0]);
    const blurred = walking(0, 5, [0, 0], [1.2, 0], { deviation: 0.6 });
    expect(parts([west('f1', path), east('f2', blurred)])).toEqual(['f1', 'f2']);
    const late = walking(4.4, 9, [5.28, 0], [1.2, 0]);
    expect(parts([west('f1', path), east('f2', late)])).toEqual(['f1', 'f2']);
    expect(parts([west('f1', path), east('f2', [])])).toEqual(['f1', 'f2']);
  });

  it('joins each of two people who stand clear of each other with their own other picture', () => {
    const found = parts([
      west('f1', standing(0, 5, [2, 2]), 'w1'),
      west('f2', standing(0, 5, [4, 2]), 'w2'),
      east('f3', standing(0, 5, [2.1, 2]), 'e1'),
      east('f4', standing(0, 5, [4, 2.1]), 'e2'),
    ]);
    expect(found).toEqual(['f1 f3', 'f2 f4']);
  });

  it('keeps all apart where another actor of either camera fits as well', () => {
    const found = parts([
      west('f1', standing(0, 5, [2, 2])),
      east('f2', standing(0, 5, [2.1, 2]), 'e1'),
      east('f3', standing(0, 5, [2.4, 2]), 'e2'),
    ]);
    expect(found).toEqual(['f1', 'f2', 'f3']);
  });

  it('keeps apart where a person without a place may be the one', () => {
    const found = parts([
      west('f1', standing(0, 5, [2, 2])),
      east('f2', standing(0, 5, [2, 2]), 'e1'),
      east('f3', [], 'e2'),
    ]);
    expect(found).toEqual(['f1', 'f2', 'f3']);
  });

  it('of two people side by side, cameras whose clocks differ by 2 s make two incidents', () => {
    const [left, right] = [
      [0, 0],
      [0, 0.7],
    ] as const;
    const clock = 2;
    // Each camera has recorded one of them; and then each of them both.
    for (const speed of [0, 1.3] as const) {
      const go = (from: readonly [number, number], shift = 0) =>
        walking(shift, 5 + shift, from, [speed, 0], { deviation: 0.15 });
      const one = west('f1', go(left), 'w-left');
      const two = east('f2', go(right, clock), 'e-right');
      expect(parts([one, two])).toEqual(['f1', 'f2']);
      const all = [
        one,
        two,
        west('f3', go(right), 'w-right'),
        east('f4', go(left, clock), 'e-left'),
      ];
      for (const cluster of parts(all)) {
        expect(['f1', 'f2', 'f3', 'f4', 'f1 f4', 'f2 f3']).toContain(cluster);
      }
    }
  });

  it('takes no path that fits only after a shift of time, and doubts one whose neighbour does', () => {
    const ahead = walking(0, 5, [2.6, 0], [1.3, 0]);
    const behind = walking(0, 5, [0, 0], [1.3, 0]);
    const late = (path: Finding['path']) => path.map((one) => ({ ...one, at: one.at + 2_000 }));
    expect(parts([west('f1', behind), east('f2', late(behind))])).toEqual(['f1', 'f2']);
    // By the slow clock the one ahead is where the one behind is.
    const found = parts([
      west('f1', behind),
      east('f2', late(ahead), 'e-ahead'),
      east('f3', late(behind), 'e-behind'),
    ]);
    expect(found).toEqual(['f1', 'f2', 'f3']);
  });

  it('does not lead over other cameras to two people whom one camera saw at the same time', () => {
    const seen = (
      id: string,
      camera: string,
      from: number,
      to: number,
      path: Finding['path'],
      actor = camera,
    ) => finding(id, { from, to, camera, actor, path });
    const all = [
      seen('f1', 'west', 0, 30, standing(0, 5, [2, 2]), 'w1'),
      seen('f2', 'east', 0, 12, standing(0, 5, [2, 2])),
      seen('f3', 'east', 10, 15, standing(10, 15, [6, 6])),
      seen('f4', 'north', 10, 22, standing(10, 15, [6, 6])),
      seen('f5', 'north', 20, 25, standing(20, 25, [9, 2])),
    ];
    expect(parts(all)).toEqual(['f1 f2 f3 f4 f5']);
    // The first camera still saw the first one when it saw this one.
    const other = seen('f6', 'west', 20, 25, standing(20, 25, [9, 2]), 'w2');
    expect(parts([...all, other])).toHaveLength(2);
  });
});

describe('what people decided', () => {
  it('keeps findings of one pin together and those of two apart, whatever the evidence says', () => {
    const one = finding('f1', { from: 0, to: 4 });
    const same = finding('f2', { from: 5, to: 8 });
    const stranger = finding('f3', { from: 0, to: 5, actor: 'b' });
    const pinned = [
      { ...one, pin: 'i1' },
      { ...same, pin: 'i2' },
      { ...stranger, pin: 'i1' },
    ];
    expect(parts(pinned)).toEqual(['f1 f3', 'f2']);
    // What comes later joins the one that is nearer, and never both.
    const later = finding('f4', { from: 10, to: 12 });
    expect(parts([...pinned, later])).toEqual(['f1 f3', 'f2 f4']);
  });
});

describe('ids of incidents', () => {
  it('are those of the oldest one that is there, and new ones are named for their first finding', () => {
    const clusters = joinFindings(
      [finding('f1', { from: 0, to: 4 }), finding('f2', { from: 5, to: 8 })],
      settings,
    );
    const named = (now: [string, string | null][]) =>
      nameClusters(clusters, new Map(now)).map(({ incident }) => incident);
    expect(
      named([
        ['f1', null],
        ['f2', null],
      ]),
    ).toEqual(['f1']);
    // A finding that is older and comes late does not rename the incident.
    expect(
      named([
        ['f1', null],
        ['f2', 'f2'],
      ]),
    ).toEqual(['f2']);
    expect(
      named([
        ['f1', 'f1'],
        ['f2', 'f2'],
      ]),
    ).toEqual(['f1']);
  });
});

/** Findings in a small hall within half a minute: few cameras and actors, so that much fits. */
const findings = fc
  .array(
    fc.record({
      camera: fc.constantFrom('west', 'east', 'north'),
      actor: fc.constantFrom('a', 'b', 'c'),
      from: fc.constantFrom(0, 1, 4, 8, 12, 13, 20, 30),
      lasts: fc.option(fc.integer({ min: 0, max: 12 })),
      x: fc.constantFrom(0, 0.1, 0.5, 3),
      speed: fc.constantFrom(0, 0, 1.3),
      deviation: fc.constantFrom(0.05, 0.12, 0.25),
      hasPath: fc.constantFrom(true, true, true, false),
      /** Seconds of the path after the record. */
      after: fc.constantFrom(0, 0, 2, 5),
      pin: fc.constantFrom(null, null, null, null, null, null, 'i1', 'i2'),
      person: fc.constantFrom(null, null, null, 'E006', 'E008'),
    }),
    { minLength: 2, maxLength: 14 },
  )
  .map((all) =>
    all.map(
      ({ camera, actor, from, lasts, x, speed, deviation, hasPath, after, pin, person }, n) => ({
        ...finding(`f${String(n).padStart(2, '0')}`, {
          from,
          to: lasts === null ? null : from + 2 + lasts,
          camera,
          actor,
          path: hasPath
            ? walking(from - 3, from + 2 + after, [x, 0], [speed, 0], { deviation })
            : [],
        }),
        confirmedAt: 1_000 * (from + 2),
        pin,
        person,
      }),
    ),
  );

describe('incidents of any findings', () => {
  it('are the same in any order of arrival', () => {
    const inAnyOrder = findings.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      ),
    );
    fc.assert(
      fc.property(inAnyOrder, ([all, shuffled]) => {
        expect(joinFindings(shuffled, settings)).toEqual(joinFindings(all, settings));
      }),
      { numRuns: 500 },
    );
  });

  it('are the same where only what is related to the newest finding is divided again', () => {
    const related = (a: Finding, b: Finding) => areRelated(a, b, settings);
    fc.assert(
      fc.property(findings, (all) => {
        let known: Finding[] = [];
        const clusterOf = new Map<string, string>();
        for (const one of all) {
          known = [...known, one];
          const near = connectedTo(new Set([one.id]), known, related);
          for (const cluster of joinFindings(near, settings)) {
            for (const id of cluster.findings) clusterOf.set(id, cluster.findings.join(' '));
          }
        }
        expect(new Set(clusterOf.values())).toEqual(new Set(parts(all)));
      }),
      { numRuns: 500 },
    );
  });

  it('never hold two people whom one camera saw at once, unless people put them together', () => {
    fc.assert(
      fc.property(findings, (all) => {
        for (const { findings: ids } of joinFindings(all, settings)) {
          const members = all.filter(({ id, pin }) => ids.includes(id) && pin === null);
          for (const a of members) {
            for (const b of members) {
              if (a.camera !== b.camera || a.actor === b.actor) continue;
              // People said of these two actors that they are one.
              const isSaid = [a, b].every((one) =>
                all.some(
                  (other) =>
                    other.pin !== null &&
                    ids.includes(other.id) &&
                    other.camera === one.camera &&
                    other.actor === one.actor,
                ),
              );
              if (isSaid) continue;
              const atOnce =
                a.startedAt <= (b.endedAt ?? b.confirmedAt) &&
                b.startedAt <= (a.endedAt ?? a.confirmedAt);
              expect(atOnce).toBe(false);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
