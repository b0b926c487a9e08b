import { dayAfter, lastDay, type QualificationFact } from './state.ts';

/** A moment at the plant: its instant and its day, `YYYY-MM-DD`. */
interface Moment {
  now: Date;
  today: string;
}

const NO_END = '9999-12-31';
const endOf = (one: QualificationFact): string => lastDay(one) ?? NO_END;

/** Whether it is suspended at an instant. */
const isSuspended = ({ suspensions }: QualificationFact, now: Date): boolean =>
  suspensions.some(
    ({ from, until }) =>
      Date.parse(from) <= now.getTime() && (until === null || now.getTime() < Date.parse(until)),
  );

/** Whether there is no day between the end of one and the beginning of another that has not begun. */
const follows = (other: QualificationFact, end: string, today: string): boolean =>
  other.validFrom <= today || (end < NO_END && other.validFrom <= dayAfter(end));

/**
 * Whether another one of the same person takes the place of one that ends: of the same category, at least of
 * its level, not suspended, with a later last day, and begun or beginning by the day after the end.
 */
export function replaces(
  other: QualificationFact,
  one: QualificationFact,
  { now, today }: Moment,
): boolean {
  const end = endOf(one);
  return (
    other.id !== one.id &&
    other.type === one.type &&
    other.category === one.category &&
    (other.level ?? 0) >= (one.level ?? 0) &&
    !isSuspended(other, now) &&
    endOf(other) > end &&
    follows(other, end, today)
  );
}

/**
 * The one whose end is to be told, of those of a person that can stand for each other: the one with the latest
 * last day (the earlier of term and review) that counts without a gap from today. Suspended ones are left out
 * while another one is there. Of medical checks the newest decides, whatever the older ones say.
 *
 * @param facts at least one.
 */
export function deciding<Fact extends QualificationFact>(
  facts: readonly Fact[],
  { now, today }: Moment,
): Fact {
  const isFitness = facts[0]!.type === 'fitness';
  const free = isFitness ? [] : facts.filter((one) => !isSuspended(one, now));
  const left = [...(free.length > 0 ? free : facts)].sort(
    (a, b) => a.validFrom.localeCompare(b.validFrom) || a.id.localeCompare(b.id),
  );
  const [first, ...rest] = left;
  let best = first!;
  for (const next of rest) {
    if (!follows(next, endOf(best), today)) continue;
    if (isFitness || isLonger(next, best)) best = next;
  }
  return best;
}

/** Of two that end on the same day, the one of the higher level, then the newer one. */
function isLonger(a: QualificationFact, b: QualificationFact): boolean {
  if (endOf(a) !== endOf(b)) return endOf(a) > endOf(b);
  if (a.level !== b.level) return (a.level ?? 0) > (b.level ?? 0);
  return a.id > b.id;
}
