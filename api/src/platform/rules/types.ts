import type { Bilingual } from '../manifest.ts';
import type { LawCertainty } from './certainty.ts';

/** What the rules are about. */
export const subjects = [
  'special-work',
  'training',
  'drills',
  'special-equipment',
  'hazards',
  'privacy',
] as const;
export type Subject = (typeof subjects)[number];

export const units = ['hours', 'days', 'months', 'years', 'times', 'yuan'] as const;
export type RuleUnit = (typeof units)[number];
export const bounds = ['exactly', 'at-least', 'at-most'] as const;

/** A number with its unit, such as "at most 2 years". */
export interface Amount {
  kind: 'amount';
  amount: number;
  unit: RuleUnit;
  bound: (typeof bounds)[number];
}
/** A list of the law, such as the reasons to withdraw a certificate. */
export interface WordList {
  kind: 'list';
  items: readonly (Bilingual & { id: string })[];
}
/** A duty in words, without a number. */
export interface Duty {
  kind: 'duty';
}
export type RuleValue = Amount | WordList | Duty;

/** What counts while the value of a rule is not known. */
export interface Instead {
  id: 'certificate-date' | 'issuing-authority';
  text: Bilingual;
}

/** Where a version is from. */
export interface Source {
  law: Bilingual;
  /** The number of the order, notice or standard; null for a law that is known by its name. */
  number: string | null;
  /** As `33` or `97(5)`; null where the article is not recorded. */
  article: string | null;
  link: string | null;
}

/** One version of a rule. Days are calendar days in the time zone of the plant. */
export interface RuleVersion {
  /** The first day; null where it is not recorded, for the first version only. */
  from: string | null;
  /** The last day; null while it is in force. */
  to: string | null;
  source: Source;
  certainty: LawCertainty;
  /** What it asks, in words that are ours. */
  text: Bilingual;
  /** Null where it is not known: nothing is invented, and `instead` counts. */
  value: RuleValue | null;
  instead: Instead | null;
}

/**
 * A rule of law. Its id is never used again for another rule and never removed: what is abolished
 * ends with the last day of its last version.
 */
export interface Rule {
  id: string;
  subject: Subject;
  title: Bilingual;
  /** `issued`: what was issued under a version keeps its terms until it is renewed. */
  keeps: 'issued' | null;
  /** The direction in which a company is stricter than the law; null where neither is. */
  stricter: 'more' | 'less' | null;
  /** The unit of an override; null where a company cannot set another value. */
  overridable: { unit: RuleUnit; bound: Amount['bound'] } | null;
  /** The oldest first, without overlaps. */
  versions: readonly RuleVersion[];
}

/** A company's own value, from its first to its last day. */
export interface Override {
  id: string;
  rule: string;
  value: Amount;
  from: string;
  /** The last day; null for no end; the day before `from` where it was withdrawn before it began. */
  until: string | null;
  reason: string;
}

/** All rules as they are for one company. */
export interface RuleBook {
  rules: readonly Rule[];
  overrides: readonly Override[];
  /** IANA time zone of the plant: days begin at its midnight. */
  timeZone: string;
}
