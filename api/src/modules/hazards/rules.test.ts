import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredFile } from '../../platform/files/types.ts';
import { workflowDefinition } from '../../platform/workflow/definition.ts';
import { checkFile, metresBetween, type Setting } from './evidence-checks.ts';
import { hazardFlow } from './flow.ts';
import { isInside } from './places.ts';
import { winningRule } from './routing.ts';
import type { RoutingRule } from './setup-schema.ts';

const flow = workflowDefinition.parse(hazardFlow);

/** Every path of the flow without repeated steps. */
function* ways(state: string, taken: string[] = []): Generator<string[]> {
  if (flow.states.find(({ id }) => id === state)?.kind === 'final') yield [...taken, state];
  for (const { id, from, to } of flow.transitions) {
    if (from.includes(state) && !taken.includes(id)) yield* ways(to, [...taken, id]);
  }
}

describe('[HAZ-01] every path from report to closing', () => {
  const closed = [...ways('reported')].filter((way) => way.at(-1) === 'closed');

  it('passes review, evidence of the rectification and acceptance, in this order', () => {
    expect(closed.length).toBeGreaterThan(10);
    for (const way of closed) {
      const at = (...ids: string[]) => Math.max(...ids.map((id) => way.indexOf(id)));
      const review = way.findIndex((id) => id === 'accept' || id === 'accept-major');
      const proof = at('submit', 'submit-major');
      const acceptance = at('close', 'close-major');
      expect(review).toBeGreaterThanOrEqual(0);
      expect(proof).toBeGreaterThan(review);
      expect(acceptance).toBeGreaterThan(proof);
    }
  });

  it('of a major hazard passes plan, approval, regulator and assessment', () => {
    const major = closed.filter((way) => way.includes('accept-major') || way.includes('upgrade'));
    expect(major.length).toBeGreaterThan(2);
    const steps = [
      'submit-plan',
      'approve-plan',
      'report-regulator',
      'submit-major',
      'assess',
      'close-major',
    ];
    for (const way of major) {
      const order = steps.map((id) => way.lastIndexOf(id));
      expect(order.every((at) => at >= 0)).toBe(true);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  it('[HAZ-06] ends with a step of the safety department that reporter and rectifier cannot do', () => {
    for (const { to, permission, notParts, notFiredBy } of flow.transitions) {
      if (to !== 'closed') continue;
      expect(permission).toBe('hazard:accept');
      expect(notParts).toEqual(expect.arrayContaining(['reporter', 'rectifier']));
      expect(notFiredBy).toEqual(expect.arrayContaining(['start', 'submit', 'submit-major']));
    }
  });

  it('[HAZ-05] has a time limit in each non-final state', () => {
    for (const { id, kind, deadline } of flow.states) {
      if (kind !== 'final') expect(deadline, id).not.toBeNull();
    }
  });
});

describe('[HAZ-04] the selected rule', () => {
  const maybe = (values: string[]) => fc.option(fc.constantFrom(...values), { nil: null });
  const rule = fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    type: maybe(['fire', 'ppe']),
    level: maybe(['general', 'major']) as fc.Arbitrary<RoutingRule['level']>,
    areaId: maybe(['hall', 'store']),
    departmentId: fc.constantFrom('a', 'b'),
    assignee: fc.constant(null),
  });
  const asked = { type: 'fire', level: 'major', areaId: 'hall' };

  it('matches, and no more specific one matches', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 12 }), (rules) => {
        const fits = (one: RoutingRule) =>
          (['type', 'level', 'areaId'] as const).every(
            (key) => one[key] === null || one[key] === asked[key],
          );
        const says = (one: RoutingRule) =>
          (one.areaId ? 4 : 0) + (one.type ? 2 : 0) + (one.level ? 1 : 0);
        const won = winningRule(rules, asked);
        const fitting = rules.filter(fits);
        expect(won === null).toBe(fitting.length === 0);
        if (!won) return;
        expect(fits(won)).toBe(true);
        expect(Math.max(...fitting.map(says))).toBe(says(won));
      }),
    );
  });
});

describe('a place', () => {
  const square: [number, number][] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];
  it('is inside of a polygon of either orientation', () => {
    const inner = fc.double({ min: 0.01, max: 9.99, noNaN: true });
    fc.assert(
      fc.property(inner, inner, (x, y) => {
        expect(isInside([x, y], square)).toBe(true);
        expect(isInside([x, y], [...square].reverse())).toBe(true);
        expect(isInside([x + 10, y], square)).toBe(false);
        expect(isInside([x, y - 10], square)).toBe(false);
      }),
    );
  });

  it('has great-circle distances', () => {
    const shanghai = { latitude: 31.2304, longitude: 121.4737 };
    const changzhou = { latitude: 31.8107, longitude: 119.9741 };
    expect(metresBetween(shanghai, changzhou) / 1000).toBeCloseTo(156, -1);
    expect(metresBetween(shanghai, shanghai)).toBe(0);
  });
});

describe('[HAZ-15] a file', () => {
  const at = (hours: number) => new Date(Date.UTC(2026, 10, 25) + hours * 3600_000);
  const file = (changes: Partial<StoredFile>) =>
    ({
      id: 'f',
      kind: 'photo',
      sha256: 'a',
      perceptualHash: null,
      takenAt: null,
      takenWhere: null,
      attachedTo: null,
      ...changes,
    }) as StoredFile;
  const setting: Setting = {
    hazardId: 'h',
    stage: 'rectification',
    foundAt: at(0),
    assignedAt: at(10),
    site: { latitude: 31.81, longitude: 119.97, radius: 1000 },
  };
  const kinds = (one: StoredFile, changes: Partial<Setting> = {}) =>
    checkFile(one, [], { ...setting, ...changes }).map(({ kind }) => kind);

  it('is checked by time and place, with clock tolerance', () => {
    expect(kinds(file({ takenAt: at(11) }))).toEqual([]);
    expect(kinds(file({ takenAt: new Date(at(10).getTime() - 60_000) }))).toEqual([]);
    expect(kinds(file({ takenAt: at(9) }))).toEqual(['taken-before-assignment']);
    expect(kinds(file({ takenAt: at(-30) }), { stage: 'report' })).toEqual(['taken-long-before']);
    expect(kinds(file({ takenAt: at(-3) }), { stage: 'report' })).toEqual([]);
    expect(kinds(file({}))).toEqual(['no-capture-time']);
    const away = { latitude: 31.23, longitude: 121.47 };
    expect(kinds(file({ takenAt: at(11), takenWhere: away }))).toEqual(['taken-elsewhere']);
    expect(kinds(file({ takenAt: at(11), takenWhere: away }), { site: null })).toEqual([]);
    expect(kinds(file({ kind: 'document' }))).toEqual([]);
  });
});
