import { simplify } from './simplified.ts';

/** Forms of companies that say nothing of which one it is. */
const FORMS =
  /(股份有限公司|有限责任公司|有限公司|公司|集团|\b(co|ltd|limited|inc|llc|corp|corporation|company|gmbh|ag|sa|plc)\b\.?)/gu;

/** Full width, accents, letter case, invisible and traditional characters put aside. */
const plain = (text: string): string =>
  simplify(text.normalize('NFKD').replace(/[\p{Mn}\p{Cf}]/gu, '')).toLowerCase();
const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

/**
 * A name for comparison: spaces, marks, accents, letter case, width and traditional characters do not count. Names in Latin
 * letters are compared whatever the order of their words: "Wang, Fang" is "Fang Wang". Names in other scripts keep theirs.
 */
export function personKey(name: string): string {
  const text = plain(name);
  if (!/^[\p{Script=Latin}\p{N}\p{P}\p{Z}\p{S}\s]*$/u.test(text)) return bare(text);
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join('');
}

/** The same of a company; forms such as 有限公司 and Ltd do not count. */
export function companyKey(name: string): string {
  const text = plain(name);
  // One whose name is its form stays as it is.
  return bare(text.replace(FORMS, ' ')) || bare(text);
}
