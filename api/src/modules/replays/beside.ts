import type { ReplayedRecord, ReplayResult } from '@anshi/contracts';
import type { RecordedFinding } from './schema.ts';

/** Two records are of one act where they are no further apart, ms. */
const APART_MS = 2_000;

type Recorded = Omit<RecordedFinding, 'draft' | 'watched'>;
type Span = Pick<ReplayedRecord, 'startedAt' | 'confirmedAt' | 'endedAt'>;

const beginOf = ({ startedAt }: Span) => Date.parse(startedAt);
const endOf = ({ endedAt, confirmedAt }: Span) => Date.parse(endedAt ?? confirmedAt);

const isAlike = (one: Recorded, other: ReplayedRecord): boolean =>
  one.ruleId === other.ruleId &&
  one.item === other.item &&
  beginOf(one) <= endOf(other) + APART_MS &&
  beginOf(other) <= endOf(one) + APART_MS;

/**
 * What was recorded beside what a draft would have: of one rule and item at the same time, each with one at
 * most. The same judge gives the same ids, so these go first.
 */
export function besideDraft(
  recorded: readonly Recorded[],
  { records, watched }: Pick<ReplayResult, 'records' | 'watched'>,
): RecordedFinding[] {
  const open = new Set(records);
  const found = new Map<string, string>();
  const take = (one: Recorded, other: ReplayedRecord | undefined) => {
    if (!other) return;
    open.delete(other);
    found.set(one.id, other.id);
  };
  for (const one of recorded)
    take(
      one,
      records.find(({ id }) => id === one.id),
    );
  for (const one of recorded) {
    if (found.has(one.id)) continue;
    const apart = (other: ReplayedRecord) =>
      Math.abs(Date.parse(other.confirmedAt) - Date.parse(one.confirmedAt));
    const like = [...open].filter((other) => isAlike(one, other));
    take(one, like.sort((a, b) => apart(a) - apart(b))[0]);
  }
  return recorded.map((one) => ({
    ...one,
    draft: found.get(one.id) ?? null,
    watched: watched.some(({ from, to }) => from <= one.confirmedAt && one.confirmedAt <= to),
  }));
}
