import { createHash } from 'node:crypto';
import type { RuleBook } from '../../platform/rules/types.ts';

/** What the checks ask beside the rules of special work. */
const ASKED_TOO: readonly string[] = ['retraining-machines-after'];

/** A book that is on record is looked for again after so long: one that no decision uses may have been purged. */
const KEPT_MS = 600_000;

export type RuleBooks = ReturnType<typeof createRuleBooks>;

/**
 * The book of the matcher, with its digest. They are computed once for the same law, overrides and time zone: gates ask
 * two hundred times a second. For one database and one company.
 */
export function createRuleBooks() {
  let last: { rules: RuleBook['rules']; key: string; book: RuleBook } | null = null;
  const digests = new WeakMap<RuleBook, { digest: string; text: string }>();
  const keptUntil = new Map<string, number>();
  return {
    /** The rules that the matcher asks, of all that there are. */
    ofMatcher({ rules, overrides, timeZone }: RuleBook): RuleBook {
      const key = JSON.stringify([overrides, timeZone]);
      if (last?.rules === rules && last.key === key) return last.book;
      const own = rules.filter(
        ({ id, subject }) => subject === 'special-work' || ASKED_TOO.includes(id),
      );
      const ids = new Set(own.map(({ id }) => id));
      const mine = overrides.filter(({ rule }) => ids.has(rule));
      const book = { rules: own, overrides: mine, timeZone };
      last = { rules, key, book };
      return book;
    },

    /** Its digest, its text, and whether it was found on record lately. */
    of(book: RuleBook): { digest: string; text: string; isKept(): boolean } {
      let found = digests.get(book);
      if (!found) {
        const text = JSON.stringify(book);
        found = { text, digest: createHash('sha256').update(text).digest('hex') };
        digests.set(book, found);
      }
      const { digest, text } = found;
      return { digest, text, isKept: () => (keptUntil.get(digest) ?? 0) > Date.now() };
    },

    /** It was read from the database, so that it is committed. */
    keep(digest: string): void {
      keptUntil.set(digest, Date.now() + KEPT_MS);
    },
  };
}
