/** What is wrong with a fix. It is stored as it came, and does not move the badge, except where noted. */
export const fixFlags = ['late', 'double', 'impossible', 'ahead', 'off-plan'] as const;
export type FixFlag = (typeof fixFlags)[number];

/** Where a fix is: on a plan in metres, or on the earth in degrees, longitude first. */
export interface FixPlace {
  /** Null for a fix by GPS. */
  readonly floorPlan: string | null;
  readonly x: number;
  readonly y: number;
  /** Radius that holds 95 %, metres. */
  readonly radius: number;
  /** Outside of the plan beyond its error. */
  readonly isOff: boolean;
  /** The innermost area, and all that it may be in. */
  readonly area: string | null;
  readonly areas: readonly string[];
  /** The read of a way out. */
  readonly isOut: boolean;
  /** The field of a reader: the badge is somewhere in it. */
  readonly isZone?: boolean;
  /** The read of a portal: kept as an area and a time, without a point. */
  readonly isPortal?: boolean;
  /** Brought to the plan from the earth: as fast, and as inaccurate, as a fix by GPS may be. */
  readonly isEarth?: boolean;
}

/** A fix of one badge as it is judged. Times are ms since the epoch. */
export interface Fix {
  readonly at: number;
  /** By our clock. */
  readonly receivedAt: number;
  /** What a clock said that is ahead; `at` is the time of reception then. */
  readonly claimedAt: number | null;
  /** The same fix came before, in this process. */
  readonly isDouble: boolean;
  readonly source: string;
  /** Null where it is not known: a reader without a place. It is a sign of the badge, and moves nothing. */
  readonly place: FixPlace | null;
  /** Percent. */
  readonly battery: number | null;
}

/** What is known of a badge. */
export interface TagState {
  /** The time of the newest fix, not after its reception: what waited somewhere was heard then. */
  heardAt: number;
  /** Time of the place; null before the first. */
  at: number | null;
  source: string;
  place: Omit<FixPlace, 'isOff' | 'isOut' | 'isZone' | 'isPortal' | 'isEarth'> | null;
  /** Since when it is in its area, or outside of all. */
  areaSince: number | null;
  isOut: boolean;
  /** The last position that the interval kept. */
  keptAt: number | null;
  /** Seconds between those, newest last. */
  intervals: number[];
  suspect: { x: number; y: number; plan: string | null; at: number; times: number } | null;
  battery: number | null;
}

export interface Judged {
  readonly fix: Fix;
  readonly flags: FixFlag[];
  /** It is kept for the term of the history. */
  readonly kept: boolean;
  /** It is the place of the badge from its time on. */
  readonly moves: boolean;
}

/** A fix that arrives later than this after its time is late, ms. */
const LATE_MS = 60_000;
/** Clocks of readers differ: what is so much older than the newest is out of order, ms. */
const ORDER_MS = 5_000;
/** The fastest on a floor (a forklift), and of a vehicle by GPS, metres a second. */
const FASTEST = { plan: 10, earth: 70 } as const;
/** How far clocks of two readers may be apart when two of their fixes are compared, seconds. */
const SKEW_SECONDS = 2;
/** This many consecutive fixes that agree with each other override the last place. */
const BELIEVED = 3;
/** A change of area is kept at most so often, ms. */
const AREA_MS = 5_000;
/** How many intervals are remembered: half an hour and more. */
const INTERVALS = 60;
const LONGEST_INTERVAL = 86_400;
/** Upper limit of the stated radius that is tolerated for jumps and places off the plan, metres. */
export const MOST_EXCUSED = { plan: 50, earth: 200 } as const;
/** Hold time after an exit read during which reads of other readers do not bring the badge back, ms. */
const OUT_MS = 10_000;
/** Our own clock may have been ahead when the state was written, ms. */
const OWN_CLOCK_MS = 10_000;

/**
 * Judges fixes of one badge in the order of their times. Pure: the same state and fixes give the same.
 *
 * @param state null for a badge that was never heard.
 * @param keepMs one position of such an interval is kept, and each at which the area changes.
 * @param goneMs who was not heard for so long was away: that is no interval.
 */
export function judgeFixes(
  state: TagState | null,
  fixes: readonly Fix[],
  { keepMs, goneMs }: { keepMs: number; goneMs: number },
): { state: TagState; judged: Judged[] } {
  const next: TagState = state ? { ...state, intervals: [...state.intervals] } : unknownTag();
  const ordered = [...fixes].sort((a, b) => a.at - b.at);
  const judged = ordered.map((fix): Judged => {
    const flags: FixFlag[] = [];
    if (next.at !== null && next.at > fix.receivedAt + OWN_CLOCK_MS) next.at = null;
    const isOld = next.at !== null && fix.at < next.at;
    if (fix.isDouble) flags.push('double');
    if (fix.claimedAt !== null) flags.push('ahead');
    if (fix.receivedAt - fix.at > LATE_MS || (isOld && fix.at < (next.at ?? 0) - ORDER_MS)) {
      flags.push('late');
    }
    if (fix.place?.isOff) flags.push('off-plan');
    else if (fix.place && !isOld && !fix.isDouble && isImpossible(next, fix.at, fix.place)) {
      flags.push('impossible');
    }
    next.heardAt = Math.max(next.heardAt, Math.min(fix.at, fix.receivedAt));
    if (fix.battery !== null && !isOld) next.battery = fix.battery;
    const isPossible = !flags.includes('off-plan') && !flags.includes('impossible');
    const moves =
      fix.place !== null && !isOld && !fix.isDouble && isPossible && !isLeaving(next, fix);
    const due = moves && isDue(next, fix.at, keepMs, goneMs);
    // A change of area is kept, too, without moving the interval.
    const changed = moves && fix.place !== null && moveTo(next, fix.at, fix.place);
    if (moves || next.source === '') next.source = fix.source;
    if (moves) next.at = fix.at;
    // What is late or ahead, and in its order, is kept like the others; what cannot move the badge is kept.
    return { fix, flags, moves, kept: due || changed || (flags.length > 0 && !moves) };
  });
  return { state: next, judged };
}

const unknownTag = (): TagState => ({
  heardAt: 0,
  at: null,
  source: '',
  place: null,
  areaSince: null,
  isOut: false,
  keptAt: null,
  intervals: [],
  suspect: null,
  battery: null,
});

/** Read at an exit within the hold time, and still in range of another reader. */
const isLeaving = (next: TagState, { at, place }: Fix): boolean =>
  next.isOut && next.at !== null && place?.isOut === false && at - next.at < OUT_MS;

/** Whether the interval is over; notes how long it was. */
function isDue(next: TagState, at: number, keepMs: number, goneMs: number): boolean {
  const { keptAt } = next;
  // A clock that was ahead when the last one was kept keeps nothing back.
  if (keptAt !== null && at - keptAt < keepMs && at >= keptAt) return false;
  const ms = keptAt === null ? null : at - keptAt;
  const wasAway = next.isOut || ms === null || ms < 0 || ms > goneMs;
  if (!wasAway && ms !== null) {
    next.intervals.push(Math.min(LONGEST_INTERVAL, Math.round(ms / 1000)));
    next.intervals.splice(0, next.intervals.length - INTERVALS);
  }
  next.keptAt = at;
  return true;
}

/** @returns whether it is in another area than before, and that is worth a position. */
function moveTo(next: TagState, at: number, place: FixPlace): boolean {
  const { isOut, floorPlan, x, y, radius, area, areas } = place;
  const isOther = next.place === null || next.place.area !== place.area;
  const isSoon = next.areaSince !== null && at - next.areaSince < AREA_MS;
  next.place = { floorPlan, x, y, radius, area, areas };
  next.isOut = isOut;
  if (isOther) next.areaSince = at;
  return isOther && !isSoon;
}

/** Too far from the last place for the time between. Several that agree with each other are believed. */
function isImpossible(next: TagState, at: number, place: FixPlace): boolean {
  const last = next.place;
  if (!last || next.at === null || last.floorPlan !== place.floorPlan) {
    next.suspect = null;
    return false;
  }
  const most = isOfEarth(place) ? MOST_EXCUSED.earth : MOST_EXCUSED.plan;
  const error = Math.min(last.radius, most) + Math.min(place.radius, most);
  if (isReachable(last, place, at - next.at, error)) {
    next.suspect = null;
    return false;
  }
  const known = next.suspect?.plan === place.floorPlan ? next.suspect : null;
  // Already judged by another process: a repeated message is no second observation.
  if (known !== null && at <= known.at) return true;
  const agrees =
    known !== null && isReachable(known, place, at - known.at, 2 * Math.min(place.radius, most));
  const times = agrees ? known.times + 1 : 1;
  if (times >= BELIEVED) {
    next.suspect = null;
    return false;
  }
  next.suspect = { x: place.x, y: place.y, plan: place.floorPlan, at, times };
  return true;
}

function isReachable(
  from: { x: number; y: number },
  to: Pick<FixPlace, 'x' | 'y' | 'floorPlan' | 'isEarth'>,
  ms: number,
  error: number,
): boolean {
  const seconds = Math.abs(ms) / 1000 + SKEW_SECONDS;
  const fastest = isOfEarth(to) ? FASTEST.earth : FASTEST.plan;
  return metresBetween(from, to) <= fastest * seconds + error;
}

const isOfEarth = (place: Pick<FixPlace, 'floorPlan' | 'isEarth'>) =>
  place.floorPlan === null || place.isEarth === true;

/** Degrees are laid on a plane: good enough to tell a jump. */
function metresBetween(
  from: { x: number; y: number },
  to: { x: number; y: number; floorPlan: string | null },
): number {
  if (to.floorPlan !== null) return Math.hypot(to.x - from.x, to.y - from.y);
  const perDegree = 111_320;
  const east = (to.x - from.x) * perDegree * Math.cos((to.y * Math.PI) / 180);
  return Math.hypot(east, (to.y - from.y) * perDegree);
}

/** The intervals of a badge in short. */
export interface Measured {
  /** Seconds; null before the second kept position. */
  readonly median: number | null;
  /** Share of those over the limit. */
  readonly lateShare: number | null;
  readonly count: number;
}

/** @param latestSeconds the longest interval that is in time. */
export function measure(intervals: readonly number[], latestSeconds: number): Measured {
  const sorted = [...intervals].sort((a, b) => a - b);
  const count = sorted.length;
  if (count === 0) return { median: null, lateShare: null, count };
  const middle = Math.floor(count / 2);
  const [low, high] = [sorted[middle - 1] as number, sorted[middle] as number];
  return {
    median: count % 2 === 0 ? (low + high) / 2 : high,
    lateShare: sorted.filter((one) => one > latestSeconds).length / count,
    count,
  };
}
