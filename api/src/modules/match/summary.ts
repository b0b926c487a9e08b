import type { Bilingual } from '../../platform/manifest.ts';

/** What the matcher says of one place, as it is answered. */
export interface PlaceAnswer {
  decision: string;
  validUntil: string | null;
  reasons: readonly { text: Bilingual; about: { name: Bilingual } | null }[];
}

/** Where a person may work, in short: the file of the person and its document say the same. */
export interface PlacesSummary {
  allowed: number;
  places: number;
  /** The first instant at which one of the allowed places may be lost; null where none is known. */
  until: string | null;
  /** What stands in the way, the most frequent first, each once. */
  missing: Bilingual[];
}

export function summaryOf(items: readonly PlaceAnswer[]): PlacesSummary {
  const allowed = items.filter(({ decision }) => decision === 'allow');
  const until = allowed.flatMap(({ validUntil }) => validUntil ?? []).sort()[0] ?? null;
  const counts = new Map<string, { line: Bilingual; times: number }>();
  for (const { decision, reasons } of items) {
    if (decision === 'allow') continue;
    for (const reason of reasons) {
      const line = lineOf(reason);
      const key = `${line.zh}\n${line.en}`;
      const known = counts.get(key);
      if (known) known.times += 1;
      else counts.set(key, { line, times: 1 });
    }
  }
  const missing = [...counts.values()].sort((a, b) => b.times - a.times).map(({ line }) => line);
  return { allowed: allowed.length, places: items.length, until, missing };
}

/** The sentence of a reason ends with a full stop, which what it is about takes the place of. */
function lineOf({ text, about }: PlaceAnswer['reasons'][number]): Bilingual {
  const [zh, en] = [text.zh.replace(/[.。]$/, ''), text.en.replace(/[.。]$/, '')];
  return about ? { zh: `${zh}：${about.name.zh}`, en: `${en}: ${about.name.en}` } : { zh, en };
}
