import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { candidateOf, decide, inOrder } from '../../api/src/modules/match/decide.ts';
import { matchJob, matchPerson } from '../../api/src/modules/match/input.ts';
import { reasonCodes, reasonForms, shownReasons } from '../../api/src/modules/match/reasons.ts';
import { shippedRules } from '../../api/src/platform/rules/law/shipped.ts';
import type { MatchCase } from './match/base.ts';
import { matchCases } from './match/cases.ts';
import { MatchDataError, readMatchData } from './match/data.ts';

const folder = mkdtempSync(join(tmpdir(), 'anshi-match-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bookOf = ({ timeZone = 'Asia/Shanghai', overrides = [] }: MatchCase) => ({
  rules: shippedRules,
  overrides,
  timeZone,
});
const answer = (one: MatchCase, at = new Date(one.at)) =>
  decide(one.person, one.job, at, bookOf(one));

describe('the matcher', () => {
  it.each(matchCases.map((one) => [one.id, one] as const))('decides: %s', (_, one) => {
    expect(matchPerson.parse(one.person)).toEqual(one.person);
    expect(matchJob.parse(one.job)).toEqual(one.job);
    const { decision, reasons } = answer(one);
    expect([decision, reasons.map(({ code }) => code)]).toEqual([one.decision, one.codes]);
  });

  it('has a case for every reason', () => {
    const shown = new Set(matchCases.flatMap(({ codes }) => codes));
    expect(reasonCodes.filter((code) => !shown.has(code))).toEqual([]);
  });

  it('says the same until validUntil, whatever the instant', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...matchCases),
        fc.date({
          min: new Date('2019-01-01'),
          max: new Date('2034-01-01'),
          noInvalidDate: true,
        }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (one, at, share) => {
          const now = answer(one, at);
          const end = now.validUntil ? Date.parse(now.validUntil) : Date.parse('2045-01-01');
          expect(end).toBeGreaterThan(at.getTime());
          const later = answer(
            one,
            new Date(at.getTime() + Math.floor(share * (end - at.getTime() - 1))),
          );
          expect([later.decision, later.reasons]).toEqual([now.decision, now.reasons]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('ends with the certificate at midnight', () => {
    const one = matchCases.find(({ id }) => id === 'last minute of the last day') as MatchCase;
    expect(answer(one).validUntil).toBe('2026-11-28T16:00:00.000Z');
  });

  it('replays equal from what it kept', () => {
    for (const one of matchCases) {
      const kept = JSON.parse(JSON.stringify({ ...one, first: answer(one) }));
      expect(answer(kept)).toEqual(kept.first);
    }
  });

  it('names the rules and versions that it asked', () => {
    const [first] = matchCases;
    expect(answer(first as MatchCase).rules.map(({ rule, state }) => [rule, state])).toEqual([
      ['special-work-leave-retest', 'law'],
      ['special-work-review-interval', 'law'],
      ['special-work-review-violations', 'law'],
      ['special-work-validity', 'law'],
    ]);
    const own = matchCases.find(({ id }) => id === 'two years by the company') as MatchCase;
    expect(answer(own).rules.find(({ rule }) => rule === 'special-work-validity')?.override).toBe(
      'o-1',
    );
  });

  it('tells machines and doors nothing of health, exams or age', () => {
    const codes = shownReasons(
      reasonCodes.map((code) => ({
        code,
        decision: reasonForms[code].decision,
        about: null,
        record: null,
        final: false,
      })),
    );
    expect(codes.join()).not.toMatch(/fit|medical|training|exam|age-/);
  });

  it('ranks who may before who may not, then experience', () => {
    const [base] = matchCases as readonly [MatchCase, ...MatchCase[]];
    const id = (n: number) => `${base.person.id.slice(0, 25)}${n}`;
    const hours = (amount: number) => [{ machine: 'welder-1', hours: amount, on: '2026-11-20' }];
    const people = [
      { ...base.person, id: id(1), certificates: [] },
      { ...base.person, id: id(2), fitness: [] },
      { ...base.person, id: id(3), operated: hours(10) },
      { ...base.person, id: id(4), operated: hours(500) },
      {
        ...base.person,
        id: id(5),
        operated: hours(900),
        violations: [{ at: '2026-10-01T08:00:00+08:00', category: null }],
      },
    ];
    const at = new Date(base.at);
    const order = inOrder(people.map((one) => candidateOf(one, base.job, at, bookOf(base))));
    expect(order.map(({ person, decision }) => [person.slice(-1), decision])).toEqual([
      ['4', 'allow'],
      ['3', 'allow'],
      ['5', 'allow'],
      ['2', 'hold'],
      ['1', 'deny'],
    ]);
  });
});

describe('the data of bench match', () => {
  const write = (name: string, value: unknown) =>
    writeFileSync(
      join(folder, name),
      Array.isArray(value)
        ? value.map((one) => JSON.stringify(one)).join('\n')
        : JSON.stringify(value),
    );
  const [one] = matchCases as readonly [MatchCase, ...MatchCase[]];

  it('is read from a folder', () => {
    write('facts.json', { people: [one.person], jobs: [one.job] });
    write('cases.jsonl', [{ id: 'a', person: one.person.id, job: one.job.id, at: one.at }]);
    write('truth.jsonl', [{ id: 'a', decision: 'allow', codes: [] }]);
    const [read] = readMatchData(folder) as [MatchCase, ...MatchCase[]];
    expect(answer(read).decision).toBe(read.decision);
  });

  it.each([
    [
      'cases.jsonl',
      [{ id: 'a', person: 'nobody', job: 'x', at: '2026-11-28T10:00:00Z' }],
      'there is no person "nobody"',
    ],
    ['cases.jsonl', [{ id: 'a', person: 'x', job: 'x', at: 'noon' }], 'cases.jsonl:1: at'],
    ['facts.json', { people: [{ id: 'x' }], jobs: [] }, 'facts.json: people.0'],
  ])('says what is wrong in %s', (name, value, words) => {
    write('facts.json', { people: [one.person], jobs: [one.job] });
    write(name, value);
    expect(() => readMatchData(folder)).toThrow(MatchDataError);
    expect(() => readMatchData(folder)).toThrow(words);
  });
});
