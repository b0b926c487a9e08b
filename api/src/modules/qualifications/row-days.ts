import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Row } from './records.ts';
import type { Days } from './terms.ts';

type Columns = Pick<Row, keyof Days>;

/** The days of a row as text, and back. */
export const daysOf = (row: Columns): Days => ({
  issuedOn: dayText(row.issuedOn),
  validFrom: dayText(row.validFrom),
  validUntil: dayText(row.validUntil),
  reviewedOn: dayText(row.reviewedOn),
  reviewDueOn: dayText(row.reviewDueOn),
  reviewExtendedUntil: dayText(row.reviewExtendedUntil),
});
export const dates = (days: Days) => ({
  issuedOn: dayDate(days.issuedOn),
  validFrom: dayDate(days.validFrom),
  validUntil: dayDate(days.validUntil),
  reviewedOn: dayDate(days.reviewedOn),
  reviewDueOn: dayDate(days.reviewDueOn),
  reviewExtendedUntil: dayDate(days.reviewExtendedUntil),
});
