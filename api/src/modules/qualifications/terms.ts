import { DateTime } from 'luxon';
import { type FieldError, fieldError } from '../../platform/http/field-errors.ts';
import { ruleAt } from '../../platform/rules/rule-at.ts';
import { shifted, termEnd } from '../../platform/rules/term-end.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import { dayAfter, type QualificationType } from './state.ts';

/** The days of a qualification. */
export interface Days {
  issuedOn: string | null;
  validFrom: string;
  validUntil: string | null;
  reviewedOn: string | null;
  reviewDueOn: string | null;
  /** Until when the authority agreed to the longer interval of review; null where it did not. */
  reviewExtendedUntil: string | null;
}

type Fault = FieldError & { field: keyof Days };

/** Types whose certificates an authority issues: the day of issue says which law they follow. */
const issued: readonly QualificationType[] = ['special-work', 'special-equipment'];

/** Days from the issue to the beginning: a renewal is issued before the old one ends. */
const MOST_WAIT = 180;

/**
 * The days of a qualification by the rules of law, or what is wrong with them.
 *
 * - The dates on the certificate count. What it does not say follows from the rule where that has a
 *   number: order 30 for special work issued up to 2026-05-31, which keeps its terms until it is renewed.
 * - Where the law's interval is not known, nothing is invented: the date has to be entered.
 * - A date beyond what the law gives is refused. A later review is what the authority extended, under order 30 alone.
 */
export function termsOf(
  book: RuleBook,
  type: QualificationType,
  days: Days,
  now: Date,
): { days: Days; faults: Fault[] } {
  const faults: Fault[] = [];
  const wrong = (field: keyof Days, zh: string, en: string) =>
    faults.push({ ...fieldError(field, zh, en), field });
  const { issuedOn, validFrom, reviewedOn, reviewExtendedUntil: extended } = days;
  let { validUntil, reviewDueOn } = days;
  const today = DateTime.fromJSDate(now, { zone: book.timeZone }).toISODate() as string;
  if (issued.includes(type) && issuedOn === null) {
    wrong(
      'issuedOn',
      '须填写发证日期：它决定适用的规定',
      'the day of issue says which law applies',
    );
    return { days, faults };
  }
  if (issued.includes(type) && issuedOn !== null && validFrom > dayAfter(issuedOn, MOST_WAIT)) {
    wrong(
      'validFrom',
      `晚于发证日期超过 ${MOST_WAIT} 天：换证须按自己的发证日期登记`,
      `lies more than ${MOST_WAIT} days after issuedOn: a renewal is entered with its own day of issue`,
    );
  }
  const future = ['晚于今天', 'lies in the future'] as const;
  if (issuedOn !== null && issuedOn > today) wrong('issuedOn', ...future);
  if (reviewedOn !== null && reviewedOn > today) wrong('reviewedOn', ...future);
  const years = (id: string): number | null => {
    const facts = issuedOn === null ? {} : { issuedOn };
    const { value } = ruleAt(book, id, now, facts);
    return value?.kind === 'amount' && value.unit === 'years' ? value.amount : null;
  };
  if (type === 'special-work') {
    const validity = years('special-work-validity');
    if (validity === null && validUntil === null) {
      wrong(
        'validUntil',
        '法定期限不明：请填写证书上印的日期',
        'the interval of the law is not known: enter the date that is printed on the certificate',
      );
    }
    if (validity !== null) {
      validUntil ??= termEnd(validFrom, validity, 'years');
      if (validUntil > yearsAfter(validFrom, validity)) {
        wrong(
          'validUntil',
          `法定有效期为自起始日起 ${validity} 年`,
          `the law gives ${validity} years from validFrom`,
        );
      }
    }
    const review = years('special-work-review-interval');
    const longest = years('special-work-review-interval-extended');
    const base = reviewedOn ?? validFrom;
    if (extended !== null) {
      const fault = extensionFault(extended, base, { review, longest });
      if (fault) wrong('reviewExtendedUntil', ...fault);
      reviewDueOn = extended;
    }
    if (review !== null) {
      if (reviewDueOn === null && validUntil !== null) {
        const due = termEnd(base, review, 'years');
        reviewDueOn = due < validUntil ? due : null;
      }
      if (extended === null && reviewDueOn !== null && reviewDueOn > yearsAfter(base, review)) {
        wrong(
          'reviewDueOn',
          `法定每 ${review} 年复审一次；经发证机关同意延长的，请填写“复审延长至”`,
          `the law asks for a review every ${review} years; what the authority extended is entered as such`,
        );
      }
    }
  }
  if (type !== 'special-work' && extended !== null) {
    wrong('reviewExtendedUntil', '仅用于特种作业操作证', 'is of a special-work certificate only');
  }
  if (type === 'special-equipment') {
    const review = years('equipment-operator-review');
    const base = reviewedOn ?? validFrom;
    if (review !== null) {
      validUntil ??= termEnd(base, review, 'years');
      if (validUntil > yearsAfter(base, review)) {
        wrong(
          'validUntil',
          `法定每 ${review} 年复审一次`,
          `the law asks for a review every ${review} years`,
        );
      }
    } else if (validUntil === null) {
      wrong(
        'validUntil',
        '请填写证书上印的日期',
        'enter the date that is printed on the certificate',
      );
    }
  }
  if (type === 'fitness' && validUntil === null) {
    wrong('validUntil', '须填写结论有效至何日', 'until when the result counts is needed');
  }
  const before = ['早于起始日', 'lies before validFrom'] as const;
  if (validUntil !== null && validUntil < validFrom) wrong('validUntil', ...before);
  if (reviewDueOn !== null && reviewDueOn < validFrom) wrong('reviewDueOn', ...before);
  const last = { validUntil, reviewDueOn, reviewExtendedUntil: extended };
  return { days: { issuedOn, validFrom, reviewedOn, ...last }, faults };
}

/**
 * What is wrong with a review that the authority extended, in zh and en; null where nothing is.
 *
 * @param base the last review, else the first day.
 * @param years of the usual and of the longest interval; null where the law knows none.
 */
function extensionFault(
  until: string,
  base: string,
  { review, longest }: { review: number | null; longest: number | null },
): readonly [zh: string, en: string] | null {
  if (review === null || longest === null) {
    return ['按此发证日期，规定中没有复审延长', 'the law of this day of issue knows no extension'];
  }
  if (until <= termEnd(base, review, 'years')) {
    return ['不晚于一般复审期限，不是延长', 'is no later than the usual review'];
  }
  if (until <= yearsAfter(base, longest)) return null;
  return [
    `法定最长延至每 ${longest} 年复审一次`,
    `the law asks for a review every ${longest} years at most`,
  ];
}

const yearsAfter = (day: string, years: number) => shifted(day, years, 'years');
