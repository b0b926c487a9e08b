import type { MatchJob, MatchPerson } from '../../api/src/modules/match/input.ts';
import type { Override } from '../../api/src/platform/rules/types.ts';

/*
 * Cases of the matcher whose answers were written by hand from the rules of law and of the design, without its
 * code. Times are in China (+08:00); a last day counts to its end.
 */

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

const welding = {
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
const certificate = (changes: Partial<Certificate>): Partial<MatchPerson> => ({
  certificates: [{ ...welding, ...changes }],
});

const welder: Omit<MatchPerson, 'id'> = {
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
};
const permit = {
  id: 'p-1',
  kind: 'hot-work',
  area: 'hall-a',
  from: '2026-11-28T08:00:00+08:00',
  until: '2026-11-28T16:00:00+08:00',
  suspended: [],
  closedAt: null,
} as const satisfies MatchPerson['permits'][number];
const hotWork: Partial<MatchJob> = { permit: 'hot-work' };

const cases: MatchCase[] = [];
function ask(
  id: string,
  [decision, ...codes]: readonly [MatchCase['decision'], ...string[]],
  person: Partial<MatchPerson> = {},
  job: Partial<MatchJob> = {},
  more: Partial<Pick<MatchCase, 'at' | 'timeZone' | 'overrides'>> = {},
): void {
  cases.push({
    id,
    person: { ...welder, id: personId(cases.length), ...person },
    job: { ...work, ...job },
    at: AT,
    ...more,
    decision,
    codes,
  });
}

ask('all in order', ['allow']);
ask('left yesterday', ['deny', 'not-admitted'], {
  admitted: [{ from: '2020-01-01T00:00:00+08:00', until: '2026-11-28T00:00:00+08:00' }],
});
ask('begins tomorrow', ['deny', 'not-admitted'], {
  admitted: [{ from: '2026-11-29T00:00:00+08:00', until: null }],
});
ask('came back', ['allow'], {
  admitted: [
    { from: '2020-01-01T00:00:00+08:00', until: '2023-01-01T00:00:00+08:00' },
    { from: '2025-01-01T00:00:00+08:00', until: null },
  ],
});
ask('a visitor', ['deny', 'kind-not-allowed'], { kind: 'visitor' });
ask('18 today', ['allow'], { bornOn: '2008-11-28' });
ask('18 tomorrow', ['deny', 'age-below'], { bornOn: '2008-11-29' });
ask('age not known', ['hold', 'age-unknown'], { bornOn: null });
ask('another post', ['deny', 'other-post'], {
  posts: [{ post: 'fitter', from: '2020-01-01T00:00:00+08:00', until: null }],
});
ask('moved from the post at midnight', ['deny', 'other-post'], {
  posts: [
    { post: 'welder', from: '2020-01-01T00:00:00+08:00', until: '2026-11-28T00:00:00+08:00' },
  ],
});
ask('no certificate', ['deny', 'certificate-missing'], { certificates: [] });
ask(
  'certificate of electricians',
  ['deny', 'certificate-other-category'],
  certificate({ category: 'low-voltage-electrics' }),
);
ask('a guardian is no welder', ['deny', 'certificate-missing'], certificate({ kind: 'guardian' }));
ask('not checked', ['deny', 'certificate-unchecked'], certificate({ checkedAt: null }));
ask(
  'checked later today',
  ['deny', 'certificate-unchecked'],
  certificate({ checkedAt: '2026-11-28T11:00:00+08:00' }),
);
ask(
  'valid from tomorrow',
  ['deny', 'certificate-not-yet'],
  certificate({ validFrom: '2026-11-29' }),
);
ask(
  'last minute of the last day',
  ['allow'],
  certificate({ validUntil: '2026-11-28' }),
  {},
  { at: '2026-11-28T23:59:59+08:00' },
);
ask(
  'midnight after the last day',
  ['deny', 'certificate-over'],
  certificate({ validUntil: '2026-11-28' }),
  {},
  { at: '2026-11-29T00:00:00+08:00' },
);
ask(
  'the same instant further west',
  ['allow'],
  certificate({ validUntil: '2026-11-28' }),
  {},
  { at: '2026-11-29T00:00:00+08:00', timeZone: 'Europe/Berlin' },
);
ask(
  'midnight further west',
  ['deny', 'certificate-over'],
  certificate({ validUntil: '2026-11-28' }),
  {},
  { at: '2026-11-28T23:00:00Z', timeZone: 'Europe/Berlin' },
);
ask(
  'suspended',
  ['deny', 'certificate-suspended'],
  certificate({ suspended: [{ from: '2026-11-01T00:00:00+08:00', until: null }] }),
);
ask(
  'suspension over',
  ['allow'],
  certificate({
    suspended: [{ from: '2026-11-01T00:00:00+08:00', until: '2026-11-28T10:00:00+08:00' }],
  }),
);
ask(
  'revoked',
  ['deny', 'certificate-revoked'],
  certificate({ revokedAt: '2026-11-28T09:59:00+08:00' }),
);
ask('revoked later', ['allow'], certificate({ revokedAt: '2026-11-28T10:01:00+08:00' }));
ask('revoked, with a new one', ['allow'], {
  certificates: [{ ...welding, id: 'old', revokedAt: '2025-01-01T00:00:00+08:00' }, welding],
});
ask('review overdue', ['deny', 'review-overdue'], certificate({ reviewBy: '2026-11-27' }));
ask('last day of the review', ['allow'], certificate({ reviewBy: '2026-11-28' }));
ask(
  'order 30: six years without a printed day',
  ['deny', 'certificate-over'],
  certificate({
    issuedOn: '2020-11-28',
    validFrom: '2020-11-28',
    validUntil: null,
    reviewedOn: '2026-01-10',
    reviewBy: null,
  }),
);
ask(
  'order 30: last day of six years',
  ['allow'],
  certificate({
    issuedOn: '2020-11-29',
    validFrom: '2020-11-29',
    validUntil: null,
    reviewedOn: '2026-01-10',
    reviewBy: null,
  }),
);
ask(
  'order 30: no review for three years',
  ['deny', 'review-overdue'],
  certificate({
    issuedOn: '2023-11-28',
    validFrom: '2023-11-28',
    validUntil: '2029-11-27',
    reviewBy: null,
  }),
);
ask(
  'order 30: longer interval of review',
  ['allow'],
  certificate({
    issuedOn: '2021-11-29',
    validFrom: '2021-11-29',
    validUntil: '2027-11-28',
    reviewBy: null,
    reviewExtended: true,
  }),
);
ask(
  'order 19: the printed day counts',
  ['allow'],
  certificate({
    issuedOn: '2026-06-01',
    validFrom: '2026-06-01',
    validUntil: '2032-05-31',
    reviewBy: null,
  }),
);
ask(
  'order 19: no printed day',
  ['deny', 'certificate-end-unknown'],
  certificate({
    issuedOn: '2026-06-01',
    validFrom: '2026-06-01',
    validUntil: null,
    reviewBy: null,
  }),
);
ask(
  'last day of order 30',
  ['allow'],
  certificate({
    issuedOn: '2026-05-31',
    validFrom: '2026-05-31',
    validUntil: null,
    reviewBy: null,
  }),
);
const stricter: Override = {
  id: 'o-1',
  rule: 'special-work-validity',
  value: { kind: 'amount', amount: 2, unit: 'years', bound: 'at-most' },
  from: '2026-01-01',
  until: null,
  reason: 'Company rule',
};
ask('two years by the company', ['deny', 'certificate-over'], {}, {}, { overrides: [stricter] });
ask(
  'before the company’s rule',
  ['allow'],
  {},
  {},
  { overrides: [{ ...stricter, from: '2026-12-01' }] },
);
ask('off the trade for six months', ['deny', 'retest-needed'], {
  worked: [{ category: 'welding', on: '2026-05-28' }],
});
ask('one day less', ['allow'], { worked: [{ category: 'welding', on: '2026-05-29' }] });
ask(
  'six months from 31 August',
  ['deny', 'retest-needed'],
  {
    worked: [{ category: 'welding', on: '2025-08-31' }],
    fitness: [{ result: 'fit', notFor: [], on: '2025-11-01', until: '2026-10-31' }],
  },
  {},
  { at: '2026-02-28T10:00:00+08:00' },
);
ask('retest passed', ['allow'], {
  worked: [{ category: 'welding', on: '2026-01-28' }],
  retests: [{ category: 'welding', on: '2026-11-01' }],
});
ask('retest in another trade', ['deny', 'retest-needed'], {
  worked: [{ category: 'welding', on: '2026-01-28' }],
  retests: [{ category: 'low-voltage-electrics', on: '2026-11-01' }],
});
ask('work never recorded', ['allow'], { worked: [] });
const violation = (at: string, category: string | null = 'welding') => ({ at, category });
ask('two violations', ['hold', 'review-fails'], {
  violations: [violation('2025-01-01T08:00:00+08:00'), violation('2026-01-01T08:00:00+08:00')],
});
ask('one violation', ['allow'], { violations: [violation('2026-01-01T08:00:00+08:00')] });
ask('two before the review', ['allow'], {
  ...certificate({ reviewedOn: '2026-02-01' }),
  violations: [violation('2025-01-01T08:00:00+08:00'), violation('2026-01-01T08:00:00+08:00')],
});
ask('two, one of another trade', ['allow'], {
  violations: [
    violation('2025-01-01T08:00:00+08:00'),
    violation('2026-01-01T08:00:00+08:00', null),
  ],
});
ask('no skill', ['deny', 'skill-missing'], { skills: [] });
ask('level too low', ['deny', 'skill-level-low'], {
  skills: [{ skill: 'mag-welding', level: 1, from: '2022-01-01', until: null, suspended: [] }],
});
ask('skill ended', ['deny', 'skill-not-valid'], {
  skills: [
    { skill: 'mag-welding', level: 3, from: '2022-01-01', until: '2026-11-27', suspended: [] },
  ],
});
ask('lower level valid, higher ended', ['deny', 'skill-level-low'], {
  skills: [
    { skill: 'mag-welding', level: 3, from: '2022-01-01', until: '2026-11-27', suspended: [] },
    { skill: 'mag-welding', level: 1, from: '2022-01-01', until: null, suspended: [] },
  ],
});
ask('no medical check', ['hold', 'fitness-missing'], { fitness: [] });
ask('medical check over', ['hold', 'fitness-missing'], {
  fitness: [{ result: 'fit', notFor: [], on: '2025-11-28', until: '2026-11-27' }],
});
ask('unfit after fit', ['deny', 'not-fit'], {
  fitness: [...welder.fitness, { result: 'unfit', notFor: [], on: '2026-10-01', until: null }],
});
ask('restricted for the exposure', ['deny', 'not-fit'], {
  fitness: [{ result: 'restricted', notFor: ['welding-fume'], on: '2026-10-01', until: null }],
});
ask('restricted for another', ['allow'], {
  fitness: [{ result: 'restricted', notFor: ['noise'], on: '2026-10-01', until: null }],
});
ask('no training', ['deny', 'training-missing'], { trainings: [] });
ask('training over', ['deny', 'training-over'], {
  trainings: [{ course: 'workshop-entry', passedOn: '2025-01-10', until: '2026-01-09' }],
});
ask('permit in force', ['allow'], { permits: [permit] }, hotWork);
ask('no permit', ['deny', 'permit-missing'], {}, hotWork);
ask(
  'permit for another area',
  ['deny', 'permit-missing'],
  { permits: [{ ...permit, area: 'hall-b' }] },
  hotWork,
);
ask(
  'permit of another kind',
  ['deny', 'permit-missing'],
  { permits: [{ ...permit, kind: 'confined-space' }] },
  hotWork,
);
ask('permit over', ['deny', 'permit-over'], { permits: [permit] }, hotWork, {
  at: '2026-11-28T16:00:00+08:00',
});
ask('last second of the permit', ['allow'], { permits: [permit] }, hotWork, {
  at: '2026-11-28T15:59:59+08:00',
});
ask('permit not begun', ['deny', 'permit-not-yet'], { permits: [permit] }, hotWork, {
  at: '2026-11-28T07:59:59+08:00',
});
ask(
  'permit closed early',
  ['deny', 'permit-over'],
  { permits: [{ ...permit, closedAt: '2026-11-28T09:00:00+08:00' }] },
  hotWork,
);
ask(
  'permit suspended',
  ['deny', 'permit-suspended'],
  { permits: [{ ...permit, suspended: [{ from: '2026-11-28T09:00:00+08:00', until: null }] }] },
  hotWork,
);
ask('too few hours', ['hold', 'hours-too-few'], {}, { leastHours: 121 });
ask('hours enough', ['allow'], {}, { leastHours: 120 });
ask(
  'hours on another machine',
  ['hold', 'hours-too-few'],
  {},
  { machine: 'welder-2', leastHours: 1 },
);
ask('deny beats hold', ['deny', 'certificate-missing', 'fitness-missing'], {
  certificates: [],
  fitness: [],
});
ask(
  'forklift',
  ['allow'],
  { certificates: [{ ...welding, kind: 'special-equipment', category: 'forklift' }] },
  { certificates: [{ kind: 'special-equipment', category: 'forklift' }] },
);
ask(
  'forklift without a last day',
  ['deny', 'certificate-end-unknown'],
  {
    certificates: [
      { ...welding, kind: 'special-equipment', category: 'forklift', validUntil: null },
    ],
  },
  { certificates: [{ kind: 'special-equipment', category: 'forklift' }] },
);
ask(
  'nothing asked',
  ['allow'],
  { certificates: [], skills: [], fitness: [], trainings: [] },
  {
    posts: [],
    certificates: [],
    skills: [],
    exposures: [],
    fitness: false,
    trainings: [],
    leastAge: null,
  },
);

/** All cases, each with its own person. */
export const matchCases: readonly MatchCase[] = cases;
