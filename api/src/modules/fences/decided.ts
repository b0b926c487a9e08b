import type { Spell } from './presence.ts';
import { KNOWN_MS } from './presence.ts';
import type { DecidedRight } from './state.ts';

/** A right as it was decided now. */
export type Decided = Omit<DecidedRight, 'from' | 'spell'>;

/** Decisions of one stay that are kept; each is another one than that before it. */
const MOST = 200;

/**
 * Adds a decision to those of before. Pure.
 *
 * A right that ends inside ends when it was known to end; one that ended without notice ends when that was found. The first
 * decision counts from the begin of its stay on.
 *
 * @param now ms since the epoch.
 */
export function withDecision(
  rights: readonly DecidedRight[],
  decided: Decided,
  stay: Pick<Spell, 'from'>,
  now: number,
): DecidedRight[] {
  const last = rights.at(-1);
  const isFirst = last?.spell !== stay.from;
  if (!isFirst && last.allowed === decided.allowed) {
    return kept([...rights.slice(0, -1), { ...last, ...decided }], stay, now);
  }
  const endedAt = last?.endsAt ?? null;
  const turned = endedAt !== null && endedAt <= now ? Math.max(endedAt, last?.from ?? 0) : now;
  const from = isFirst ? stay.from : turned;
  return kept([...rights, { ...decided, from, spell: stay.from }], stay, now);
}

/**
 * Those that say something of stays which are known. All of the present stay are: without the right of before, a refusal
 * would count from the begin of the stay on.
 */
function kept(rights: readonly DecidedRight[], stay: Pick<Spell, 'from'>, now: number) {
  const oldest = now - 2 * KNOWN_MS;
  const known = rights.filter(
    ({ spell }, i) => spell >= oldest || spell === stay.from || i === rights.length - 1,
  );
  if (known.length <= MOST) return known;
  const newest = known.slice(-MOST);
  return newest.slice(newest.findIndex(({ allowed }) => allowed));
}
