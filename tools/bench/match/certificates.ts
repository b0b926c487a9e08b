import type { Override } from '../../../api/src/platform/rules/types.ts';
import { caseList, certificate, welding } from './base.ts';

const { cases, ask } = caseList(200);

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

/** Certificates, their terms by law, absence and violations. */
export const certificates = cases;
