import { expect, it } from 'vitest';
import { boxAt, camera, ppe } from './hand-made-truth.ts';
import { type NamedFinding, scoreNames } from './names-score.ts';

/* Truth and names made by hand: the scorer must fail each mistake of a name. */

const west = camera('west', { P: { walk: () => ({ x: 3 }) }, Q: { walk: () => ({ x: 9 }) } }, [
  ppe,
]);
const finding = (x: number, more: Partial<NamedFinding> = {}): NamedFinding => ({
  id: `f${x}`,
  camera: 'west',
  ruleId: 'ppe',
  item: 'helmet',
  startedAt: 8,
  confirmedAt: 10,
  box: boxAt(x),
  name: null,
  namedAt: null,
  ...more,
});
const score = (...findings: NamedFinding[]) =>
  scoreNames(findings, [west], {
    watched: { from: 1, to: 30 },
    wearers: { P: 'E1' },
    withinSeconds: 10,
  });

it('counts a name in time, a late one and a missing one apart', () => {
  const named = { name: 'E1', namedAt: 15 };
  expect(score(finding(3, named))).toMatchObject({ due: 1, inTime: 1, named: 1, wrong: 0 });
  expect(score(finding(3, { ...named, namedAt: 25 }))).toMatchObject({ inTime: 0, named: 1 });
  expect(score(finding(3))).toMatchObject({ findings: 1, due: 1, inTime: 0, named: 0, wrong: 0 });
});

it('fails the name of another person, and any name of one who refused', () => {
  expect(score(finding(3, { name: 'E2', namedAt: 11 }))).toMatchObject({
    due: 1,
    named: 0,
    wrong: 1,
    refusedNamed: 0,
  });
  expect(score(finding(9, { name: 'E1', namedAt: 11 }))).toMatchObject({
    due: 0,
    wrong: 1,
    refusedNamed: 1,
  });
  expect(score(finding(9))).toMatchObject({ findings: 1, due: 0, wrong: 0 });
});

it('leaves out records outside of the time watched, and those of zones', () => {
  expect(score(finding(3, { confirmedAt: 40 }), finding(3, { box: null })).findings).toBe(0);
});
