import { expect, it } from 'vitest';
import { reportCsv } from './report.ts';
import type { ReviewDetail } from './reviews-api.ts';

it('the report of a review is quoted correctly, and contains no spreadsheet formulas', () => {
  const one = {
    userId: '1',
    username: '=cmd',
    roleId: 'head',
    grants: ['user:read@all'],
    conflicts: [],
    lastSignIn: null,
    decision: 'remove' as const,
    decidedBy: 'x',
    decidedAt: '2026-11-25T00:00:00Z',
    reason: 'left, "for good"',
  };
  const review = { cases: [one] } as unknown as ReviewDetail;
  const words = { kept: 'kept', removed: 'removed', undecided: 'open' };
  expect(reportCsv(review, ['a'], () => 'Head', words).split('\r\n')[1]).toBe(
    `'=cmd,Head,user:read@all,,,removed,2026-11-25T00:00:00Z,"left, ""for good"""`,
  );
});
