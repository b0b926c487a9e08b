import type { MatchJob, MatchPerson } from '../../../api/src/modules/match/input.ts';
import type { Override } from '../../../api/src/platform/rules/types.ts';

/** One question with its answer. */
export interface MatchCase {
  readonly id: string;
  readonly person: MatchPerson;
  readonly job: MatchJob;
  readonly at: string;
  readonly timeZone?: string;
  readonly overrides?: readonly Override[];
  readonly decision: 'allow' | 'hold' | 'deny';
  readonly codes: readonly string[];
}

const ids = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** A different ULID for each case. */
const personId = (n: number) => `01JDN4S5D0000000000000${ids[n >> 5]}${ids[n & 31]}00`;
const AT = '2026-11-28T10:00:00+08:00';

export const welding = {
  id: 'c-welding',
  kind: 'special-work',
  category: 'welding',
  issuedOn: '2024-03-01',
  validFrom: '2024-03-01',
  validUntil: '2030-02-28',
  reviewedOn: null,
  reviewBy: '2027-02-28',
  reviewExtended: false,
  checkedAt: '2024-03-05T09:00:00+08:00',
  suspended: [],
  revokedAt: null,
} as const satisfies MatchPerson['certificates'][number];

type Certificate = MatchPerson['certificates'][number];
export const certificate = (changes: Partial<Certificate>): Partial<MatchPerson> => ({
  certificates: [{ ...welding, ...changes }],
});

export const welder: Omit<MatchPerson, 'id'> = {
  kind: 'employee',
  bornOn: '1990-05-05',
  admitted: [{ from: '2020-01-01T00:00:00+08:00', until: null }],
  posts: [{ post: 'welder', from: '2020-01-01T00:00:00+08:00', until: null }],
  certificates: [welding],
  skills: [{ skill: 'mag-welding', level: 3, from: '2022-01-01', until: null, suspended: [] }],
  fitness: [{ result: 'fit', notFor: [], on: '2026-03-01', until: '2027-02-28' }],
  trainings: [{ course: 'workshop-entry', passedOn: '2026-01-10', until: '2027-01-09' }],
  worked: [{ category: 'welding', on: '2026-11-20' }],
  retests: [],
  operated: [{ machine: 'welder-1', hours: 120, on: '2026-11-20' }],
  violations: [],
  permits: [],
};
const work: MatchJob = {
  id: 'weld-frame',
  area: 'hall-a',
  machine: 'welder-1',
  kinds: ['employee', 'contractor'],
  posts: ['welder'],
  certificates: [{ kind: 'special-work', category: 'welding' }],
  skills: [{ skill: 'mag-welding', level: 2 }],
  exposures: ['welding-fume'],
  fitness: true,
  trainings: ['workshop-entry'],
  permit: null,
  leastAge: 18,
  leastHours: null,
  byPost: [],
};
export const permit = {
  id: 'p-1',
  kind: 'hot-work',
  area: 'hall-a',
  from: '2026-11-28T08:00:00+08:00',
  until: '2026-11-28T16:00:00+08:00',
  suspended: [],
  closedAt: null,
} as const satisfies MatchPerson['permits'][number];
export const hotWork: Partial<MatchJob> = { permit: 'hot-work' };

/**
 * Collects the cases of a file, each with its own person.
 *
 * @param from number of the first person; the numbers of two files must not overlap.
 */
export function caseList(from: number) {
  const cases: MatchCase[] = [];
  const ask = (
    id: string,
    [decision, ...codes]: readonly [MatchCase['decision'], ...string[]],
    person: Partial<MatchPerson> = {},
    job: Partial<MatchJob> = {},
    more: Partial<Pick<MatchCase, 'at' | 'timeZone' | 'overrides'>> = {},
  ): void => {
    cases.push({
      id,
      person: { ...welder, id: personId(from + cases.length), ...person },
      job: { ...work, ...job },
      at: AT,
      ...more,
      decision,
      codes,
    });
  };
  return { cases, ask };
}
