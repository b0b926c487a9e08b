import type { Prisma } from '../../generated/prisma/client.ts';
import { type Intrusion, intrusionsOf, type Right, type Terms } from './intrusions.ts';
import type { Presence, Spell } from './presence.ts';
import type { Track } from './track.ts';
import type { FenceCode } from './words.ts';

/** A right as it was decided, for the stay that began at `spell`. Ms since the epoch. */
export interface DecidedRight extends Right {
  readonly spell: number;
  readonly codes: readonly FenceCode[];
  readonly reasons: readonly { code: string; about: string | null }[];
  readonly matchId: string | null;
  /** When it has to be decided again; null for never. */
  readonly until: number | null;
  /** When it ends by what is known, and not only is looked at again; null for never. */
  readonly endsAt: number | null;
}

/** The column `state` of a track. */
export interface TrackState {
  readonly track: Track;
  /** The intrusions that events were made of, in short. */
  readonly seen: string;
  /** What was before does not count: the fence, or its outline, was another one. */
  readonly since: number;
  /** When the fence was changed last. Events of before stay as they were; those that do not count any more end. */
  readonly renewedAt: number;
}

export const newState = (track: Track, since = 0, renewedAt = since): TrackState => ({
  track,
  seen: '',
  since,
  renewedAt,
});

export const stateOf = (row: Pick<Prisma.FenceTrackModel, 'state'>): TrackState => {
  const known = row.state as unknown as TrackState;
  // Rows written by earlier versions have no times.
  return { ...newState(known.track), ...known };
};
export const rightsOf = (row: Pick<Prisma.FenceTrackModel, 'rights'>): DecidedRight[] =>
  row.rights as unknown as DecidedRight[];

/** The stays that may be events; the newest last. */
export const spellsOf = ({ ended, spell, initial }: Presence): Spell[] =>
  spell && !initial ? [...ended, spell] : [...ended];

/** Whether the newest stay still has to be decided. */
export const isUndecided = (spells: readonly Spell[], rights: readonly DecidedRight[]): boolean => {
  const newest = spells.at(-1);
  return newest !== undefined && rights.at(-1)?.spell !== newest.from;
};

export const digestOf = (intrusions: readonly Intrusion[]): string =>
  intrusions.map(({ from, until, isOver }) => `${from} ${until} ${isOver}`).join();

/** The intrusions as they are known, and when the track is to be looked at again. Ms since the epoch. */
export function lookAt(
  state: TrackState,
  rights: readonly DecidedRight[],
  terms: Terms,
  now: number,
): { intrusions: Intrusion[]; dueAt: number | null } {
  const { last } = state.track.now;
  const spells = spellsOf(state.track.now);
  const heardAt = last?.at ?? 0;
  const activeSince = Math.max(terms.activeSince, state.since);
  const counting = { ...terms, activeSince };
  const { intrusions, dueAt } = intrusionsOf(spells, rights, counting, { now, heardAt });
  const right = rights.at(-1);
  const isPresent = spells.at(-1)?.until === null;
  const checkAt = isPresent ? (right?.until ?? null) : null;
  const isNews = isUndecided(spells, rights) || digestOf(intrusions) !== state.seen;
  return { intrusions, dueAt: soonest(dueAt, checkAt, isNews ? now : null) };
}

/** The first of instants; null where there is none. */
export const soonest = (...times: (number | null)[]): number | null => {
  const known = times.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
};
