import type { Bilingual } from '../../manifest.ts';
import type { LawCertainty } from '../certainty.ts';
import type { Amount, Instead, Rule, RuleUnit, RuleVersion, Source, WordList } from '../types.ts';

/*
 * Short forms of the shipped rules. Each fact has its source and how sure it is; what was not read
 * is not written as if it were.
 */

/** A text in both languages. */
export const words = (zh: string, en: string): Bilingual => ({ zh, en });

/** A law, order or standard, whose articles are named by `at`. */
export const lawOf = (zh: string, en: string, number: string | null = null) => ({
  /** @param article as `33` or `97(5)`; null where it is not recorded. */
  at: (article: string | null = null, link: string | null = null): Source => ({
    law: { zh, en },
    number,
    article,
    link,
  }),
});

type Span = { from?: string | undefined; to?: string | undefined };
interface Said {
  source: Source;
  certainty: LawCertainty;
  text: Bilingual;
}

/** A version of a rule; without `from` its first day is not recorded. */
const version = (
  { from, to }: Span,
  said: Said,
  value: RuleVersion['value'],
  instead: Instead | null = null,
): RuleVersion => ({ from: from ?? null, to: to ?? null, ...said, value, instead });

type About = Pick<Rule, 'id' | 'subject' | 'title'>;
const plain = { keeps: null, stricter: null, overridable: null } as const;

/** A version with a number, or, where that is not known, with what counts instead. */
type AmountVersion = Span & Said & ({ amount: number } | { notKnown: Instead });

/**
 * A rule with a number.
 *
 * @param form.fixed a company cannot set another value.
 */
export function amountRule(
  about: About,
  form: {
    unit: RuleUnit;
    bound?: Amount['bound'];
    stricter?: Rule['stricter'];
    keeps?: Rule['keeps'];
    fixed?: true;
  },
  versions: readonly AmountVersion[],
): Rule {
  const { unit, bound = 'exactly', stricter = null, keeps = null, fixed } = form;
  return {
    ...about,
    keeps,
    stricter,
    overridable: fixed ? null : { unit, bound },
    versions: versions.map(({ from, to, source, certainty, text, ...rest }) => {
      const said = { source, certainty, text };
      return 'amount' in rest
        ? version({ from, to }, said, { kind: 'amount', amount: rest.amount, unit, bound })
        : version({ from, to }, said, null, rest.notKnown);
    }),
  };
}

/** A rule with a list of words: id, Chinese, English. */
export function listRule(
  about: About,
  { from, to, ...said }: Span & Said,
  items: readonly (readonly [id: string, zh: string, en: string])[],
  more: { keeps?: Rule['keeps']; later?: readonly (Span & Said & { notKnown: Instead })[] } = {},
): Rule {
  const list: WordList = { kind: 'list', items: items.map(([id, zh, en]) => ({ id, zh, en })) };
  const following = (more.later ?? []).map(({ from: begin, to: end, notKnown, ...next }) =>
    version({ from: begin, to: end }, next, null, notKnown),
  );
  return {
    ...about,
    ...plain,
    keeps: more.keeps ?? null,
    versions: [version({ from, to }, said, list), ...following],
  };
}

/** A duty in words. */
export function dutyRule(about: About, { from, to, ...said }: Span & Said): Rule {
  return { ...about, ...plain, versions: [version({ from, to }, said, { kind: 'duty' })] };
}

/** The source as one line, as it is cited. */
export function citationOf({ law, number, article }: Source, language: 'zh' | 'en'): string {
  const of = number === null ? '' : language === 'zh' ? `（${number}）` : ` (${number})`;
  const at =
    article === null ? '' : language === 'zh' ? `第 ${article} 条` : `, article ${article}`;
  return `${law[language]}${of}${at}`;
}
