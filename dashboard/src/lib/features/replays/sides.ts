import type { DraftTest, RecordedFinding, ReplayedRecord } from './replays-api.ts';

/** What a draft finds beside what was recorded. */
export interface Sides {
  both: { record: ReplayedRecord; finding: RecordedFinding }[];
  /** Only by the draft. */
  more: ReplayedRecord[];
  /** Recorded, and not by the draft. */
  fewer: RecordedFinding[];
}

/** Each side oldest first; without the findings, which not all may see, everything is of the draft. */
export function sidesOf({ result, recorded }: Pick<DraftTest, 'result' | 'recorded'>): Sides {
  const records = result?.records ?? [];
  const found = new Map((recorded ?? []).flatMap((one) => (one.draft ? [[one.draft, one]] : [])));
  return {
    both: records.flatMap((record) => {
      const finding = found.get(record.id);
      return finding ? [{ record, finding }] : [];
    }),
    more: records.filter(({ id }) => !found.has(id)),
    fewer: (recorded ?? []).filter(({ draft }) => draft === null),
  };
}

/** Seconds in which observations are there. */
export const watchedSeconds = (watched: readonly { from: string; to: string }[]): number =>
  watched.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 1000, 0);
