import { intrusionsOf } from '../fences/intrusions.ts';
import type { Spell } from '../fences/presence.ts';
import { spellsOf } from '../fences/state.ts';
import type { Track } from '../fences/track.ts';
import { type AreaRule, type Driven, refusalsOf } from './ground.ts';
import { ended, type Overspeed, type SpeedState, silentAt, stillState } from './speed.ts';

/** A read at a portal that is not in the log yet. Ms since the epoch. */
export interface PortalRead {
  readonly at: number;
  readonly source: string;
  readonly area: string | null;
  readonly isOut: boolean;
  readonly late: boolean;
}

/** The column `state` of what is known of a tag. Plain data. */
export interface TagTrack {
  /** Of the newest fix on a plan, ms since the epoch. */
  readonly at: number;
  /** Its last place was on the site; null before the first one. */
  readonly isIn: boolean | null;
  /** By restricted area, where anything is known. */
  readonly stays: Readonly<Record<string, Track>>;
  readonly speed: SpeedState;
  readonly reads: readonly PortalRead[];
  /** What events were made of, in short. */
  readonly seen: string;
}

export const newTagTrack = (): TagTrack => ({
  at: 0,
  isIn: null,
  stays: {},
  speed: stillState(),
  reads: [],
  seen: '',
});

/** A stay without the right, or a stretch that was too fast. Ms since the epoch. */
export interface Finding {
  readonly kind: 'area' | 'speed';
  readonly area: string | null;
  readonly from: number;
  readonly until: number | null;
  readonly isOver: boolean;
  readonly topKmh: number | null;
  readonly limitKmh: number | null;
}

/** A return within this continues the same stay, ms. */
const HOLD_MS = 10_000;

/**
 * What a vehicle does that it may not. Pure.
 *
 * @param today by the calendar of the plant.
 * @returns the findings, and when the answer changes without another fix.
 */
export function findingsOf(
  state: TagTrack,
  rules: readonly AreaRule[],
  vehicle: Driven,
  { now, today }: { now: number; today: string },
): { findings: Finding[]; dueAt: number | null } {
  const due: number[] = [];
  const findings: Finding[] = [];
  for (const { area, dwellMs, activeSince } of rules) {
    const track = state.stays[area];
    if (!track || refusalsOf(vehicle, area, today).length === 0) continue;
    // How fast a vehicle drives around an area is not known: only what was heard inside counts.
    const spells = spellsOf(track.now).filter((one: Spell) => one.certainty === 'heard');
    const terms = { side: 'inside', dwellMs, holdMs: HOLD_MS, activeSince } as const;
    const found = intrusionsOf(spells, [{ from: 0, allowed: false }], terms, {
      now,
      heardAt: state.at,
    });
    if (found.dueAt !== null) due.push(found.dueAt);
    for (const { from, until, isOver } of found.intrusions) {
      findings.push({ kind: 'area', area, from, until, isOver, topKmh: null, limitKmh: null });
    }
  }
  const silent = silentAt(state.speed);
  const speed = silent !== null && silent <= now ? ended(state.speed) : state.speed;
  if (speed.now && silent !== null) due.push(silent);
  const stretches: readonly Overspeed[] = speed.now ? [...speed.ended, speed.now] : speed.ended;
  for (const one of stretches) {
    findings.push({ kind: 'speed', ...one, isOver: one.until !== null });
  }
  return { findings, dueAt: due.length === 0 ? null : Math.min(...due) };
}

/** In short, to see whether anything is new. The top speed is told in steps of a kilometre an hour. */
export const digestOf = (findings: readonly Finding[]): string =>
  findings
    .map(
      ({ kind, area, from, until, isOver, topKmh }) =>
        `${kind} ${area} ${from} ${until} ${isOver} ${topKmh === null ? '' : Math.round(topKmh)}`,
    )
    .join();
