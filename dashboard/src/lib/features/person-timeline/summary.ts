import type { Bilingual } from '$lib/format/names.ts';

/** What the matcher says of one place. */
export interface PlaceAnswer {
  decision: string;
  validUntil: string | null;
  reasons: readonly { text: Bilingual; about: { name: Bilingual } | null }[];
}

/** The first instant at which one of the allowed places may be lost; null where none is known. */
export const nextChange = (items: readonly PlaceAnswer[]): string | null =>
  items
    .flatMap(({ decision, validUntil }) =>
      decision === 'allow' && validUntil !== null ? [validUntil] : [],
    )
    .sort()[0] ?? null;

/** What stands in the way, the most frequent first, each once. */
export function missingOf(
  items: readonly PlaceAnswer[],
  inWords: (text: Bilingual) => string,
): string[] {
  const counts = new Map<string, number>();
  for (const { decision, reasons } of items) {
    if (decision === 'allow') continue;
    for (const { text, about } of reasons) {
      // The sentence of a reason ends with a full stop, which what it is about takes the place of.
      const reason = inWords(text).replace(/[.。]$/, '');
      const line = about ? `${reason}: ${inWords(about.name)}` : reason;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([line]) => line);
}
