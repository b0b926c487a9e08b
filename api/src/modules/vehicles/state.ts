import { intrusionsOf, type Right } from '../fences/intrusions.ts';
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
  /** By restricted area, and {@link ANYWHERE}: whether the vehicle may be there, as it changed. Null in rows of before. */
  readonly rights?: Readonly<Record<string, readonly Right[]>>;
  readonly reads: readonly PortalRead[];
  /** By portal: its last read within the last half minute, ms since the epoch. */
  readonly readAt?: Readonly<Record<string, number>>;
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
  /** It ended because the vehicle may be there, and not because it left. */
  readonly byRight: boolean;
  readonly topKmh: number | null;
  readonly limitKmh: number | null;
}

/** A return within this continues the same stay, ms. */
const HOLD_MS = 10_000;
/** Changes that are kept for each area. */
const MOST_RIGHTS = 50;
/** The right to be used at all, among those of areas. */
export const ANYWHERE = '';

/**
 * The rights with what holds now. The first one counts for before, too: until then nothing is known of another one. A later
 * one counts from now on: what was allowed then is no event later.
 */
export function rightsAt(
  known: TagTrack['rights'],
  rules: readonly AreaRule[],
  vehicle: Driven,
  { now, today }: { now: number; today: string },
): Record<string, readonly Right[]> {
  const restricted = rules.filter((rule) => rule.restricted).map(({ area }) => area);
  return Object.fromEntries(
    [ANYWHERE, ...restricted].map((key): [string, readonly Right[]] => {
      const allowed = refusalsOf(vehicle, key === ANYWHERE ? null : key, today).length === 0;
      const before = known?.[key] ?? [];
      if (before.at(-1)?.allowed === allowed) return [key, before];
      const from = before.length === 0 ? 0 : now;
      return [key, [...before, { from, allowed }].slice(-MOST_RIGHTS)];
    }),
  );
}

/** Whether it held at an instant, ms since the epoch. */
export const wasAllowed = (rights: readonly Right[], at: number): boolean =>
  (rights.findLast(({ from }) => from <= at) ?? rights[0])?.allowed ?? true;

/**
 * What a vehicle does that it may not, by the rights of the state. Pure.
 *
 * @returns the findings, and when the answer changes without another fix.
 */
export function findingsOf(
  state: TagTrack,
  rules: readonly AreaRule[],
  now: number,
): { findings: Finding[]; dueAt: number | null } {
  const due: number[] = [];
  const findings: Finding[] = [];
  for (const { area, restricted, dwellMs, activeSince } of rules) {
    const track = state.stays[area];
    if (!track || !restricted) continue;
    // How fast a vehicle drives around an area is not known: only what was heard inside counts.
    const spells = spellsOf(track.now).filter((one: Spell) => one.certainty === 'heard');
    const terms = { side: 'inside', dwellMs, holdMs: HOLD_MS, activeSince } as const;
    const rights = state.rights?.[area] ?? [];
    const found = intrusionsOf(spells, rights, terms, { now, heardAt: state.at });
    if (found.dueAt !== null) due.push(found.dueAt);
    for (const { from, until, byRight, ...one } of found.intrusions) {
      const isOver = one.isOver || byRight;
      const speed = { topKmh: null, limitKmh: null };
      findings.push({ kind: 'area', area, from, until, isOver, byRight, ...speed });
    }
  }
  const silent = silentAt(state.speed);
  const speed = silent !== null && silent <= now ? ended(state.speed) : state.speed;
  if (speed.now && silent !== null) due.push(silent);
  const stretches: readonly Overspeed[] = speed.now ? [...speed.ended, speed.now] : speed.ended;
  for (const one of stretches) {
    findings.push({ kind: 'speed', ...one, isOver: one.until !== null, byRight: false });
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
