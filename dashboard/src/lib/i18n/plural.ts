const plural = new Intl.PluralRules('en');

/** A number with its English noun: 1 person, 3 people. */
export function count(n: number, one: string, other: string): string {
  return `${n} ${plural.select(n) === 'one' ? one : other}`;
}
