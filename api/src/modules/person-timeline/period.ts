import { DateTime } from 'luxon';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';

/** Where no first day is given. */
const USUAL_MONTHS = 12;

export interface Period {
  from: Date;
  /** Exclusive. */
  until: Date;
  /** YYYY-MM-DD */
  firstDay: string;
  /** YYYY-MM-DD, inclusive. */
  lastDay: string;
}

export const refusal = (field: string, zh: string, en: string): Problem =>
  new Problem('person-file.fields', undefined, { errors: [fieldError(field, zh, en)] });

/**
 * Whole days at the plant.
 *
 * @param given days YYYY-MM-DD.
 * @throws Problem `person-file.fields` where the last day is before the first one, or in the future.
 */
export function periodOf(
  given: { from: string | null; until: string | null },
  now: Date,
  zone: string,
): Period {
  const last =
    given.until === null
      ? DateTime.fromJSDate(now, { zone }).startOf('day')
      : DateTime.fromISO(given.until, { zone });
  const first =
    given.from === null
      ? last.minus({ months: USUAL_MONTHS })
      : DateTime.fromISO(given.from, { zone });
  // What will be is not on record, and a paper must not seem to say it.
  if (last > DateTime.fromJSDate(now, { zone }))
    throw refusal('until', '晚于今天', 'lies in the future');
  if (first > last) throw refusal('until', '早于开始日期', 'is before the first day');
  return {
    from: first.toJSDate(),
    until: last.plus({ days: 1 }).toJSDate(),
    firstDay: first.toISODate() as string,
    lastDay: last.toISODate() as string,
  };
}
