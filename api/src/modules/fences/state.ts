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
}

/** The column `state` of a track. */
export interface TrackState {
  readonly track: Track;
  /** The intrusions that events were made of, in short. */
  readonly seen: string;
  /** The fence was changed: what does not count any more ends by that. */
  readonly renewed: boolean;
}

export const stateOf = (row: Prisma.FenceTrackModel): TrackState =>
  row.state as unknown as TrackState;
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
  const { intrusions, dueAt } = intrusionsOf(spells, rights, terms, { now, heardAt });
  const right = rights.at(-1);
  const isPresent = spells.at(-1)?.until === null;
  const checkAt = isPresent ? (right?.until ?? null) : null;
  const times = [dueAt, checkAt].filter((one) => one !== null);
  if (isUndecided(spells, rights) || digestOf(intrusions) !== state.seen) times.push(now);
  return { intrusions, dueAt: times.length === 0 ? null : Math.min(...times) };
}
