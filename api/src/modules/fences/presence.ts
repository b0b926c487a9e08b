import { between, depthIn, metresAround, type Polygon, sharesInside } from './geometry.ts';

/** Which side of the border a fence watches. */
export type Side = 'inside' | 'outside';

/** An area as a fence watches it; metres of its plan. */
export interface Watched {
  readonly polygon: Polygon;
  readonly side: Side;
}

/** A fix as a fence reads it. */
export interface Reading {
  /** Ms since the epoch. */
  readonly at: number;
  readonly source: string;
  /** Null on another plan. The radius holds 95 %; metres. */
  readonly place: { readonly x: number; readonly y: number; readonly radius: number } | null;
  /** Read by a reader at that place: no error of minutes or of a reflection. */
  readonly sure: boolean;
}

/** A stay on the watched side. Ms since the epoch. */
export interface Spell {
  from: number;
  /** Null while it lasts, as far as it was heard. */
  until: number | null;
  /** When there was evidence enough. */
  confirmedAt: number;
  /** `crossed`: no fix was inside, and no way around could be walked in the time. */
  certainty: 'heard' | 'crossed';
}

/** What is known of one badge at one fence. Plain data. */
export interface Presence {
  last: Reading | null;
  /** Evidence for the other state than the present one, and since when it rises. */
  evidence: number;
  since: number | null;
  /** The present stay on the watched side; null on the other side. */
  spell: Spell | null;
  /** Not heard on the other side yet: a badge that never came has not left. */
  initial: boolean;
  /** Stays that are over, of the last minutes. */
  ended: Spell[];
}

/*
 * Evidence is a cumulative sum (Page, Continuous inspection schemes, Biometrika 1954) of weights between -1 and 1, limited
 * so that a fix far off counts no more than another one. Chosen by the fewest wrong and doubled events on the seeds 11, 12
 * and 13 of `bench fences`; a share of 0.35 with 1.45 found and notified earlier, and was wrong more often.
 */
/** At this share of the radius from the border a fix has its full weight. */
const FULL = 0.5;
/** Taken off each fix, so that what is at the border stays what it was. */
const DRIFT = 0.25;
/** So much evidence changes the state: three clear fixes a second apart, or two with longer gaps. */
const ENOUGH = 1.7;
/** The error of a locating system lasts for seconds: within one, two fixes are not two witnesses. */
const APART_MS = 1_000;
/** Those after a longer gap have an error of their own, and count more. */
const [LONE_MS, LONE] = [4_000, 1.5];
/** Of a read at a reader: one is enough. */
const SURE = 2.5;
/** Radii below that are not believed, metres. */
const LEAST_RADIUS = 0.3;
/** The fastest walk around an area, metres a second; and the slowest walk that counts as a straight way. */
const [FASTEST, SLOWEST] = [2.5, 0.6];
/** A gap between fixes over which a crossing is looked for, ms. */
const [LEAST_GAP, MOST_GAP] = [1_500, 30_000];
/** Stays that are over are known for so long, ms. */
export const KNOWN_MS = 15 * 60_000;

/** Before the first fix. A badge that is watched outside is outside until it is heard inside. */
export const nowhere = (side: Side): Presence => ({
  last: null,
  evidence: 0,
  since: null,
  spell: side === 'outside' ? { from: 0, until: null, confirmedAt: 0, certainty: 'heard' } : null,
  initial: side === 'outside',
  ended: [],
});

/** Whether nothing is known that a fresh start would not know as well: that a badge came, to leave later, is known. */
export const isNothing = ({ evidence, spell, initial, ended }: Presence, side: Side): boolean =>
  evidence === 0 && ended.length === 0 && (side === 'inside' ? spell === null : initial);

/**
 * Takes the next fix in the order of time. Pure.
 *
 * @throws RangeError for one that is older than the last.
 */
export function step(presence: Presence, reading: Reading, watched: Watched): Presence {
  const { last } = presence;
  if (last && reading.at < last.at) throw new RangeError('fixes have to be in the order of time');
  const next: Presence = {
    ...presence,
    last: reading,
    ended: presence.ended.filter(({ until }) => (until ?? 0) > reading.at - KNOWN_MS),
  };
  const weight = weightOf(reading, watched);
  const gap = last ? reading.at - last.at : 0;
  const share = last ? (gap > LONE_MS ? LONE : Math.min(1, gap / APART_MS)) : 1;
  const towards = next.spell ? -weight : weight;
  const evidence = Math.max(0, next.evidence + (reading.sure ? SURE : share) * (towards - DRIFT));
  next.since = evidence === 0 ? null : (next.since ?? reading.at);
  next.evidence = evidence;
  if (evidence >= ENOUGH) {
    const since = next.since ?? reading.at;
    if (next.spell) {
      if (!next.initial) next.ended = [...next.ended, { ...next.spell, until: since }];
      next.spell = null;
      next.initial = false;
    } else {
      next.spell = { from: since, until: null, confirmedAt: reading.at, certainty: 'heard' };
    }
    next.evidence = 0;
    next.since = null;
  } else if (last && !presence.spell && presence.evidence === 0 && evidence === 0) {
    const crossed = crossedBetween(last, reading, watched);
    if (crossed) next.ended = [...next.ended, crossed];
  }
  return next;
}

/** From -1, clearly on the other side, to 1, clearly on the watched side. */
function weightOf({ place }: Reading, { polygon, side }: Watched): number {
  const sign = side === 'inside' ? 1 : -1;
  if (place === null) return -sign;
  const depth = depthIn(polygon, [place.x, place.y]) / Math.max(place.radius, LEAST_RADIUS);
  return sign * Math.max(-1, Math.min(1, depth / FULL));
}

/** A way through the area between two fixes that are clearly outside, where no way around could be walked. */
function crossedBetween(last: Reading, reading: Reading, watched: Watched): Spell | null {
  const ms = reading.at - last.at;
  const [a, b] = [last.place, reading.place];
  if (watched.side === 'outside' || !a || !b || ms < LEAST_GAP || ms > MOST_GAP) return null;
  if (weightOf(last, watched) > -1 || weightOf(reading, watched) > -1) return null;
  const [from, to] = [[a.x, a.y] as const, [b.x, b.y] as const];
  const inside = sharesInside(watched.polygon, from, to);
  if (!inside) return null;
  // The error of both shortens the way that was walked at least.
  const error = a.radius + b.radius;
  const seconds = ms / 1_000;
  if (between(from, to) / seconds < SLOWEST) return null;
  if ((metresAround(watched.polygon, from, to) - error) / seconds < FASTEST) return null;
  if ((between(from, to) - error) / seconds > FASTEST) return null;
  return {
    from: last.at + inside.enter * ms,
    until: last.at + inside.leave * ms,
    confirmedAt: reading.at,
    certainty: 'crossed',
  };
}
