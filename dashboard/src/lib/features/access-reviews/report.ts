import type { ReviewDetail } from './reviews-api.ts';

/** A cell by RFC 4180; a leading = + - @ would be a spreadsheet formula. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The report of a review as CSV: grants and decisions. */
export function reportCsv(
  review: ReviewDetail,
  heads: readonly string[],
  roleName: (id: string) => string,
  words: { kept: string; removed: string; undecided: string },
): string {
  const rows = review.cases.map((one) => [
    one.username,
    roleName(one.roleId),
    one.grants.join(' '),
    one.conflicts.join(' '),
    one.lastSignIn ?? '',
    one.decision === null ? words.undecided : one.decision === 'keep' ? words.kept : words.removed,
    one.decidedAt ?? '',
    one.reason ?? '',
  ]);
  return [heads, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}
