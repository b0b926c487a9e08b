import { iou } from '../boxes.ts';
import { expectationOf, type Moment, mayBeExchanged } from './exchange.ts';
import type { Sighting } from './input.ts';
import type { IdentifySettings } from './settings.ts';

/** A track as far as contacts depend on it. */
interface ContactTrack {
  readonly track: string;
  readonly at: number;
  /** The oldest first; one moment at least. */
  readonly recent: readonly Moment[];
  readonly isPart?: boolean;
}

/**
 * Pairs of tracks that the tracker may exchange in this frame.
 *
 * @param people of the frame.
 * @param tracks as they were before it.
 * @param withinMs a track that is not seen may come back as another one for so long.
 */
export function contactsOf(
  people: readonly Sighting[],
  tracks: ReadonlyMap<string, ContactTrack>,
  at: number,
  { settings, withinMs }: { settings: IdentifySettings; withinMs: number },
): [string, string][] {
  const found: [string, string][] = [];
  for (const [i, one] of people.entries()) {
    for (let j = i + 1; j < people.length; j++) {
      const other = people[j]!;
      if (isContact(one, other, settings)) found.push([one.track, other.track]);
    }
  }
  const seen = new Map(people.map((person) => [person.track, person]));
  const expected = new Map(
    [...tracks.values()]
      .filter((one) => !one.isPart && at - one.at <= withinMs)
      .map((one) => [one.track, expectationOf(one.recent, at)]),
  );
  for (const [track, expectation] of expected) {
    const person = seen.get(track);
    for (const other of people) {
      if (other.track === track || tracks.get(other.track)?.isPart) continue;
      const ofOther = expected.get(other.track);
      if (mayBeExchanged(expectation, person, ofOther, other)) found.push([track, other.track]);
    }
  }
  return found;
}

function isContact(
  one: Sighting,
  other: Sighting,
  { overlap, touching }: Pick<IdentifySettings, 'overlap' | 'touching'>,
): boolean {
  // The tracker works in the picture: who is near on the floor and beside each other in the picture is not exchanged.
  if (one.box && other.box) {
    // Most are beside each other: that is told without the areas.
    if (one.box[0] > other.box[2] || other.box[0] > one.box[2]) return false;
    return iou(one.box, other.box) > overlap;
  }
  return Math.hypot(one.floor[0] - other.floor[0], one.floor[1] - other.floor[1]) < touching;
}
