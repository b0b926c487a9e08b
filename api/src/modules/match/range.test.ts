import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RuleBook } from '../../platform/rules/types.ts';
import { decide } from './decide.ts';
import type { MatchJob, MatchPerson } from './input.ts';
import { decideThrough } from './range.ts';
import { decisions } from './reasons.ts';

const DAY = 86_400_000;
const start = Date.parse('2026-12-01T00:00:00Z');
const at = (day: number) => new Date(start + day * DAY);
const book: RuleBook = { rules: [], overrides: [], timeZone: 'Asia/Shanghai' };
const job: MatchJob = {
  id: 'job:1',
  area: 'hall',
  machine: null,
  kinds: [],
  posts: [],
  certificates: [{ kind: 'special-equipment', category: 'forklift' }],
  skills: [],
  exposures: [],
  fitness: true,
  trainings: [],
  permit: 'hot-work',
  leastAge: null,
  leastHours: null,
  byPost: [],
};
const span = fc.tuple(fc.integer({ min: -5, max: 20 }), fc.integer({ min: 1, max: 15 }));
const dayOf = (n: number) => at(n).toISOString().slice(0, 10);
const person = fc
  .record({ certificate: span, fitness: span, permit: span, pause: span, admitted: span })
  .map(
    ({ certificate, fitness, permit, pause, admitted }): MatchPerson => ({
      id: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
      kind: 'employee',
      bornOn: null,
      admitted: [
        { from: at(admitted[0] - 9).toISOString(), until: at(admitted[0] + 20).toISOString() },
      ],
      posts: [],
      certificates: [
        {
          id: 'c',
          kind: 'special-equipment',
          category: 'forklift',
          issuedOn: dayOf(certificate[0]),
          validFrom: null,
          validUntil: dayOf(certificate[0] + certificate[1]),
          reviewedOn: null,
          reviewBy: null,
          reviewExtended: false,
          checkedAt: at(-30).toISOString(),
          suspended: [
            { from: at(pause[0]).toISOString(), until: at(pause[0] + pause[1] / 2).toISOString() },
          ],
          revokedAt: null,
        },
      ],
      skills: [],
      fitness: [
        { result: 'fit', notFor: [], on: dayOf(fitness[0]), until: dayOf(fitness[0] + fitness[1]) },
      ],
      trainings: [],
      worked: [],
      retests: [],
      operated: [],
      violations: [],
      permits: [
        {
          id: 'p',
          kind: 'hot-work',
          area: 'hall',
          from: at(permit[0]).toISOString(),
          until: at(permit[0] + permit[1]).toISOString(),
          suspended: [],
          closedAt: null,
        },
      ],
    }),
  );

it('the answer for a span is the worst of those at all of its instants', () => {
  fc.assert(
    fc.property(person, span, (facts, [from, long]) => {
      const ends = { from: at(from), until: at(from + long) };
      const { match, turn } = decideThrough(facts, job, ends, book);
      const asked = Array.from({ length: long * 12 }, (_, n) => at(from + n / 12));
      const worst = Math.max(
        ...asked.map((one) => decisions.indexOf(decide(facts, job, one, book).decision)),
      );
      expect(decisions.indexOf(match.decision)).toBe(worst);
      const { validUntil } = decide(facts, job, ends.from, book);
      expect(turn?.toISOString() ?? null).toBe(validUntil);
    }),
    { numRuns: 40 },
  );
});
