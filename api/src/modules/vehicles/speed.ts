/*
 * The speed of a vehicle from positions with errors. The speed over the last seconds is the slope by Theil and Sen (Sen,
 * JASA 63, 1968) of each axis: a fix far off does not move it. Over the limit is what exceeds it by three standard errors,
 * in several fixes one after the other. On a curve the slope is less than the way that was driven: it is never more.
 */

/** A fix of a vehicle. Metres of a plan, the radius holds 95 %; ms since the epoch. */
export interface SpeedFix {
  readonly at: number;
  /** Which system located it: the clocks and the errors of two differ. */
  readonly source: string;
  readonly plan: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** What counts there, km/h; null for no limit. */
  readonly limit: number | null;
  /** The area that the limit is of; null for that of the vehicle. */
  readonly area: string | null;
}

/** A stretch driven too fast. Ms since the epoch, km/h. */
export interface Overspeed {
  from: number;
  /** Null while it lasts. */
  until: number | null;
  topKmh: number;
  limitKmh: number;
  area: string | null;
}

/** Plain data. */
export interface SpeedState {
  readonly fixes: readonly SpeedFix[];
  /** What exceeds the limit and is not believed yet: how many fixes. */
  readonly rising: (Overspeed & { count: number }) | null;
  /** When the present stretch exceeded the limit last. */
  readonly overAt: number;
  readonly now: Overspeed | null;
  /** Those of the last minutes that are over. */
  readonly ended: readonly Overspeed[];
}

export const stillState = (): SpeedState => ({
  fixes: [],
  rising: null,
  overAt: 0,
  now: null,
  ended: [],
});

/** The speed is that of so long, ms; with fewer fixes than that, of the last ones, up to a minute. */
const [WINDOW_MS, LONGEST_MS] = [8_000, 60_000];
const [LEAST_FIXES, MOST_FIXES] = [4, 24];
const LEAST_SPAN_MS = 3_000;
/** After a gap nothing is known of the way, ms. */
const GAP_MS = 20_000;
/** A radius of 95 % has so many standard deviations; one below that is not believed, metres. */
const [DEVIATIONS, LEAST_RADIUS] = [2.45, 0.3];
/** The error of a locating system lasts for seconds: so many ms apart two fixes are two witnesses. */
const APART_MS = 2_000;
const ERRORS = 3;
/** So many fixes, and so long, over the limit. */
const [BELIEVED, BELIEVED_MS] = [3, 2_000];
/** So long without being over the limit ends it, ms. */
const SLOWED_MS = 3_000;
/** Stretches that are over are known for so long, ms. */
export const KNOWN_MS = 15 * 60_000;
const KMH = 3.6;

/** Takes the next fix. Pure; one that is not newer than the last changes nothing. */
export function drive(state: SpeedState, fix: SpeedFix): SpeedState {
  const last = state.fixes.at(-1);
  if (last && fix.at <= last.at) return state;
  if (last && (last.plan !== fix.plan || fix.at - last.at > GAP_MS)) {
    return { ...stillState(), fixes: [fix], ended: endedOf(ended(state), fix.at) };
  }
  const fixes = inWindow([...state.fixes, fix]);
  const next = { ...state, fixes, ended: endedOf(state, fix.at) };
  const speed = speedOf(fixes.filter(({ source }) => source === fix.source));
  // A vehicle that slows down at a border was fast before it: the highest limit of the way counts.
  const limit = fixes.some((one) => one.limit === null)
    ? null
    : Math.max(...fixes.map((one) => one.limit ?? 0));
  const isOver =
    speed !== null && limit !== null && (speed.metres - ERRORS * speed.error) * KMH > limit;
  if (!isOver) {
    const isSlow = state.now !== null && fix.at - state.overAt >= SLOWED_MS;
    return isSlow ? { ...ended(next), rising: null } : { ...next, rising: null };
  }
  const kmh = speed.metres * KMH;
  if (state.now) {
    const now = { ...state.now, topKmh: Math.max(state.now.topKmh, kmh) };
    return { ...next, now, overAt: fix.at };
  }
  const begun = state.rising ?? {
    from: fix.at,
    until: null,
    topKmh: kmh,
    limitKmh: limit,
    area: fix.area,
    count: 0,
  };
  const { count, ...stretch } = { ...begun, topKmh: Math.max(begun.topKmh, kmh) };
  if (count + 1 < BELIEVED || fix.at - stretch.from < BELIEVED_MS) {
    return { ...next, rising: { ...stretch, count: count + 1 } };
  }
  return { ...next, rising: null, now: stretch, overAt: fix.at };
}

/** The present stretch as it is once nothing was heard for too long; null without one. Ms since the epoch. */
export const silentAt = ({ now, fixes }: SpeedState): number | null =>
  now === null ? null : (fixes.at(-1)?.at ?? 0) + GAP_MS;

/** Ends the present stretch at its last fix that was too fast. */
export const ended = (state: SpeedState): SpeedState =>
  state.now
    ? { ...state, now: null, ended: [...state.ended, { ...state.now, until: state.overAt }] }
    : state;

const endedOf = ({ ended: known }: SpeedState, at: number): Overspeed[] =>
  known.filter(({ until }) => (until ?? 0) > at - KNOWN_MS);

function inWindow(fixes: readonly SpeedFix[]): SpeedFix[] {
  const newest = fixes.at(-1)?.at ?? 0;
  const young = fixes.filter(({ at }) => at >= newest - WINDOW_MS);
  const enough =
    young.length >= LEAST_FIXES + 1
      ? young
      : fixes.filter(({ at }) => at >= newest - LONGEST_MS).slice(-LEAST_FIXES - 1);
  return enough.slice(-MOST_FIXES);
}

/** Metres a second, and the standard error of that; null where too little is known. */
export function speedOf(fixes: readonly SpeedFix[]): { metres: number; error: number } | null {
  const [first, last] = [fixes[0], fixes.at(-1)];
  if (!first || !last || fixes.length < LEAST_FIXES) return null;
  const span = last.at - first.at;
  if (span < LEAST_SPAN_MS) return null;
  const pairs = fixes.flatMap((a, i) =>
    fixes.slice(i + 1).flatMap((b) => (b.at - a.at >= span / 3 ? [[a, b] as const] : [])),
  );
  const slope = (axis: 'x' | 'y') =>
    median(pairs.map(([a, b]) => ((b[axis] - a[axis]) * 1_000) / (b.at - a.at)));
  const radius = Math.max(LEAST_RADIUS, median(fixes.map((one) => one.radius)));
  const witnesses = Math.max(2, Math.min(fixes.length, span / APART_MS + 1));
  // Of a straight line through `witnesses` points that are evenly apart.
  const error = ((radius / DEVIATIONS) * Math.sqrt(12 / witnesses) * 1_000) / span;
  return { metres: Math.hypot(slope('x'), slope('y')), error };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}
