import type { Point } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import { Doubt } from './doubt.ts';
import { expectationOf, MOTION_MS, type Moment, mayBeExchanged } from './exchange.ts';
import type { Sighting, SightingsInput } from './input.ts';
import { partsOf } from './parts.ts';
import { type Beginning, Segment } from './segment.ts';
import type { IdentifySettings } from './settings.ts';
import { Vanished } from './vanished.ts';

/** A person who vanished may come out in the place of another one for this long, ms. */
const VANISHED_MS = 1_500;
/** The clock of a camera was set back, and is no late frame, ms. */
const SET_BACK_MS = 5_000;
/** After two people were too near to each other the tracker settles for this long, ms. */
const CONTACT_MS = 400;
/** Longest time at the edge of the picture that counts as coming in, ms. */
const EDGE_MS = 3_000;

/** A track of one camera as it goes on. */
interface Followed {
  readonly track: string;
  /** Null while the tracker may exchange it with another one. */
  segment: Segment | null;
  last: Sighting;
  at: number;
  /** When it was too near to another one last, ms. */
  contactAt: number;
  /** Where it was in the last {@link MOTION_MS}, the oldest first. */
  readonly recent: readonly Moment[];
  /** Seen once, inside of the box of another person: a part of that person that was taken for one. */
  isPart?: boolean;
  /** When the track was first seen, if it has been alone at the edge of the picture since then, ms. */
  readonly edgeFrom?: number | undefined;
  /** What it is in, or came out of last. */
  doubt?: Doubt | undefined;
}

/** A track that has no segment now, because two people are too near to each other in the picture. */
export interface Unclear {
  readonly camera: string;
  readonly track: string;
  readonly at: number;
  readonly floor: Point;
}

interface Contact {
  readonly overlap: number;
  readonly touching: number;
}

/** Cuts the tracks of all cameras into segments that are surely of one person each. */
export class Segments {
  readonly #settings: IdentifySettings;
  readonly #cameras = new Map<string, { at: number; tracks: Map<string, Followed> }>();
  #count = 0;
  readonly #vanished: Vanished;

  constructor(settings: IdentifySettings) {
    this.#settings = settings;
    this.#vanished = new Vanished(settings);
  }

  /** A frame that is not later than the last one of its camera changes nothing; a clock that was set back is followed. */
  take({ camera, at, people }: SightingsInput): void {
    let view = this.#cameras.get(camera);
    if (!view) {
      view = { at: Number.NEGATIVE_INFINITY, tracks: new Map() };
      this.#cameras.set(camera, view);
    }
    if (at < view.at - SET_BACK_MS) this.#forgetTracks(view.tracks);
    else if (at <= view.at) return;
    view.at = at;
    const { tracks } = view;
    const parts = partsOf(people, tracks);
    const whole = people.filter((person) => !parts.includes(person));
    const near = this.#contacts(whole, tracks, at);
    const inContact = new Set(near.flat());
    const doubts = enter(near, tracks);
    for (const { track, isCut } of whole) if (isCut) doubtOf(track, doubts, tracks).open();
    for (const person of parts) {
      const contactAt = Number.NEGATIVE_INFINITY;
      const { track } = person;
      const recent = [{ at, sighting: person }];
      tracks.set(track, {
        track,
        segment: null,
        last: person,
        at,
        contactAt,
        recent,
        isPart: true,
      });
    }
    for (const person of whole) {
      const known = tracks.get(person.track);
      const recent = [
        ...(known?.recent.filter((one) => at - one.at <= MOTION_MS) ?? []),
        { at, sighting: person },
      ];
      const variance = (person.covariance[0] + person.covariance[2]) / 2;
      const contactAt =
        inContact.has(person.track) || person.isCut
          ? at
          : (known?.contactAt ?? Number.NEGATIVE_INFINITY);
      if (at - contactAt <= CONTACT_MS) {
        if (known?.segment) {
          // Leaving the picture alone is no contact with another person.
          const wasNear = at - known.contactAt <= CONTACT_MS;
          if (inContact.has(person.track) || wasNear) known.segment.contactAt = at;
          this.#end(known.segment);
        }
        tracks.set(person.track, {
          track: person.track,
          segment: null,
          last: person,
          at,
          contactAt,
          recent,
          edgeFrom: this.#edgeFrom(known, person, at, inContact),
          doubt:
            doubts.get(person.track) ??
            known?.doubt ??
            this.#vanished.near(camera, at, person.floor),
        });
        continue;
      }
      const beginning = known ? this.#break(known, person, at, variance) : 'new-track';
      let segment = known?.segment ?? null;
      if (beginning !== undefined || !segment) {
        if (segment) {
          this.#end(segment);
          if (beginning === 'gap') doubtOf(person.track, doubts, tracks);
        }
        const doubt = known ? known.doubt : this.#vanished.near(camera, at, person.floor);
        segment = this.#begin(camera, person, at, beginning ?? 'possible-swap');
        segment.seenFrom = this.#edgeFrom(known, person, at, inContact) ?? at;
        if (doubt && !doubt.isEmpty) segment.origin = doubt.leave(segment);
      }
      segment.move(at, person.floor, variance);
      tracks.set(person.track, {
        track: person.track,
        segment,
        last: person,
        at,
        contactAt,
        recent,
      });
    }
    for (const [track, followed] of tracks) {
      if (at - followed.at <= Math.max(VANISHED_MS, this.#settings.gapMs)) continue;
      if (followed.segment) this.#end(followed.segment);
      if (!followed.isPart) {
        this.#vanished.add(camera, whomOf(followed), followed.at, followed.last.floor);
      }
      tracks.delete(track);
    }
  }

  /**
   * The segment of a track at a time, ms: null in a doubt, undefined where the track is not in sight. Where frames
   * were left out up to that time, the track may be another person by then: that is a doubt, too.
   */
  of(camera: string, track: string, at: number): Segment | null | undefined {
    const followed = this.#cameras.get(camera)?.tracks.get(track);
    return followed && at - followed.at > this.#settings.gapMs ? null : followed?.segment;
  }

  /** Newest time that all cameras have reached which still send, ms. */
  get reached(): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const { at } of this.#cameras.values()) newest = Math.max(newest, at);
    let least = newest;
    for (const { at } of this.#cameras.values()) {
      // A camera that stopped does not hold the others up.
      if (at >= newest - 3_000) least = Math.min(least, at);
    }
    return least;
  }

  /** Segments of people in sight, in the order of their beginning. */
  get open(): Segment[] {
    const open: Segment[] = [];
    for (const { tracks } of this.#cameras.values()) {
      for (const { segment } of tracks.values()) if (segment) open.push(segment);
    }
    return open.sort((a, b) => a.number - b.number);
  }

  /** Tracks that are too near to each other now. */
  get unclear(): Unclear[] {
    const unclear: Unclear[] = [];
    for (const [camera, { tracks }] of this.#cameras) {
      for (const { segment, track, at, last, isPart } of tracks.values()) {
        if (!segment && !isPart) unclear.push({ camera, track, at, floor: last.floor });
      }
    }
    return unclear.sort((a, b) =>
      a.camera === b.camera ? (a.track < b.track ? -1 : 1) : a.camera < b.camera ? -1 : 1,
    );
  }

  #begin(camera: string, { track, floor }: Sighting, at: number, beginning: Beginning): Segment {
    return new Segment({ number: ++this.#count, camera, track, at, floor, beginning });
  }

  /** When a track was first seen, if it has been alone at the edge of the picture since then; else undefined. */
  #edgeFrom(
    known: Followed | undefined,
    person: Sighting,
    at: number,
    inContact: ReadonlySet<string>,
  ): number | undefined {
    const { track, isCut, covariance } = person;
    if (inContact.has(track)) return undefined;
    if (!known) return isCut ? at : undefined;
    const { edgeFrom } = known;
    const isOver = known.segment !== null || at - known.at > this.#settings.gapMs;
    const variance = (covariance[0] + covariance[2]) / 2;
    if (isOver || edgeFrom === undefined || this.#isJump(known, person, at, variance))
      return undefined;
    return at - edgeFrom <= EDGE_MS ? edgeFrom : undefined;
  }

  #forgetTracks(tracks: Map<string, Followed>): void {
    for (const { segment } of tracks.values()) if (segment) this.#end(segment);
    tracks.clear();
  }

  #end(segment: Segment): void {
    segment.isClosed = true;
  }

  /** Why the track does not go on as the same person; undefined where it does. */
  #break(known: Followed, person: Sighting, at: number, variance: number): Beginning | undefined {
    if (!known.segment) return undefined;
    if (at - known.at > this.#settings.gapMs) return 'gap';
    return this.#isJump(known, person, at, variance) ? 'jump' : undefined;
  }

  /** Whether a track moved farther since its last sighting than a person can. */
  #isJump(known: Followed, person: Sighting, at: number, variance: number): boolean {
    const [x, y] = known.last.floor;
    const metres = Math.hypot(person.floor[0] - x, person.floor[1] - y);
    const error = 3 * Math.sqrt(variance + (known.segment?.variance ?? variance)) + 0.5;
    return metres > (this.#settings.fastest * (at - known.at)) / 1000 + error;
  }

  /** Pairs of tracks that the tracker may exchange in this frame. */
  #contacts(
    people: readonly Sighting[],
    tracks: ReadonlyMap<string, Followed>,
    at: number,
  ): [string, string][] {
    const { overlap, touching } = this.#settings;
    const found: [string, string][] = [];
    const limits = { overlap, touching };
    for (const [i, one] of people.entries()) {
      for (let j = i + 1; j < people.length; j++) {
        const other = people[j]!;
        if (!isContact(one, other, limits)) continue;
        found.push([one.track, other.track]);
      }
    }
    const seen = new Map(people.map((person) => [person.track, person]));
    const expected = new Map(
      [...tracks.values()]
        .filter((one) => !one.isPart && at - one.at <= VANISHED_MS)
        .map((one) => [one.track, expectationOf(one.recent, at)]),
    );
    for (const [track, expectation] of expected) {
      const person = seen.get(track);
      for (const other of people) {
        if (other.track === track || tracks.get(other.track)?.isPart) continue;
        const ofOther = expected.get(other.track);
        if (!mayBeExchanged(expectation, person, ofOther, other)) continue;
        found.push([track, other.track]);
        // It may come back as the other one.
        const vanished = person ? undefined : tracks.get(track);
        if (vanished) vanished.contactAt = at;
      }
    }
    return found;
  }
}

function isContact(one: Sighting, other: Sighting, { overlap, touching }: Contact): boolean {
  // The tracker works in the picture: who is near on the floor and beside each other in the picture is not exchanged.
  if (one.box && other.box) {
    // Most are beside each other: that is told without the areas.
    if (one.box[0] > other.box[2] || other.box[0] > one.box[2]) return false;
    return iou(one.box, other.box) > overlap;
  }
  return Math.hypot(one.floor[0] - other.floor[0], one.floor[1] - other.floor[1]) < touching;
}

/** The doubt of a track in this frame, which its segment ends in. */
function doubtOf(
  track: string,
  doubts: Map<string, Doubt>,
  tracks: ReadonlyMap<string, Followed>,
): Doubt {
  const followed = tracks.get(track);
  let doubt = doubts.get(track);
  if (!doubt) {
    // Who came out of a doubt and comes near to others again begins another one.
    doubt = followed?.segment || !followed?.doubt ? new Doubt() : followed.doubt;
    doubts.set(track, doubt);
  }
  if (!followed) return doubt;
  followed.doubt = doubt;
  if (followed.segment) {
    doubt.enter(followed.segment);
    followed.segment.into = doubt;
  }
  return doubt;
}

/** Puts those who are near to each other into one doubt. */
function enter(
  near: readonly (readonly [string, string])[],
  tracks: ReadonlyMap<string, Followed>,
): Map<string, Doubt> {
  const doubts = new Map<string, Doubt>();
  for (const [one, other] of near)
    doubtOf(one, doubts, tracks).join(doubtOf(other, doubts, tracks));
  return doubts;
}

/** Whom a track may be that is not seen any more. */
function whomOf({ segment, doubt }: Followed): Doubt {
  if (!segment && doubt) return doubt;
  const whom = new Doubt();
  if (segment) whom.enter(segment);
  return whom;
}
