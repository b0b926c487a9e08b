import type { Moment } from './exchange.ts';
import type { Sighting } from './input.ts';

/**
 * Longest time in which an unread track is not taken for a person, ms. Of 101 tracks on which something was read at some
 * time, 99 were read within 1 s (decision 127).
 */
const UNREAD_MS = 1_500;

/** A new track on which nothing of a person was read yet: it may be a part of a person, or a thing. */
export interface Newcomer {
  /** Where it was since it was first seen, the oldest first. */
  readonly moments: readonly [Moment, ...Moment[]];
  /** Tracks with which it may have been exchanged. */
  readonly met: Set<string>;
}

/**
 * A new track with one more sighting; undefined where it is taken for a person from now on: something of a person was read
 * on it, it comes in at the edge of the picture, or it stays.
 *
 * @param before undefined in its first frame.
 * @param at ms.
 */
export function newcomerOf(
  before: Newcomer | undefined,
  sighting: Sighting,
  at: number,
): Newcomer | undefined {
  if (sighting.isCut || !sighting.isUnread) return undefined;
  const moment = { at, sighting };
  const moments: Newcomer['moments'] = before ? [...before.moments, moment] : [moment];
  if (at - moments[0].at >= UNREAD_MS) return undefined;
  return { moments, met: before?.met ?? new Set() };
}

/** What is known of a track that may be new. */
interface MaybeNew {
  newcomer?: Newcomer | undefined;
}

/**
 * Leaves out the pairs with a newcomer: they count once it is taken for a person.
 *
 * @param pairs tracks that may be exchanged in this frame.
 * @param seen tracks of this frame, with those that are new now.
 * @param tracks as they were before this frame.
 * @returns pairs that count in this frame.
 */
export function countedPairs(
  pairs: readonly (readonly [string, string])[],
  seen: ReadonlyMap<string, Newcomer | undefined>,
  tracks: ReadonlyMap<string, MaybeNew>,
): [string, string][] {
  const newcomerAt = (track: string) =>
    seen.has(track) ? seen.get(track) : tracks.get(track)?.newcomer;
  const counted: [string, string][] = [];
  for (const [one, other] of pairs) {
    const [a, b] = [newcomerAt(one), newcomerAt(other)];
    a?.met.add(other);
    b?.met.add(one);
    if (!a && !b) counted.push([one, other]);
  }
  for (const [track, newcomer] of seen) {
    const met = newcomer ? undefined : tracks.get(track)?.newcomer?.met;
    for (const other of met ?? []) {
      if (tracks.has(other) && !newcomerAt(other)) counted.push([other, track]);
    }
  }
  return counted;
}
