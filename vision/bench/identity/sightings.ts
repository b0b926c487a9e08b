import { assign } from '../../src/assign.ts';
import { iou } from '../../src/boxes.ts';
import type { TrackIdentity } from '../../src/identify/identity.ts';
import type { SightingsInput } from '../../src/identify/input.ts';
import type { TruthFile, World } from './data.ts';
import type { Said } from './run.ts';

/** A person of the truth who is followed by a track, at one moment, with what was said of the track. */
export interface Sighting {
  readonly at: number;
  readonly camera: string;
  readonly track: string;
  readonly person: string;
  readonly floor: readonly [number, number];
  readonly identity: TrackIdentity | undefined;
  /** The name at that moment, and the one that its segment got within a minute. */
  readonly live: string | null;
  readonly settled: string | null;
}

/** Least overlap of a track's box with that of a person. */
const OVERLAP = 0.3;
const SETTLED_MS = 60_000;
const SAME_MOMENT_MS = 250;

/** Matches tracks with the truth, and looks up what was said of them. */
export function sightingsOf(
  frames: readonly SightingsInput[],
  said: readonly Said[],
  truth: TruthFile,
): Sighting[] {
  const byCamera = new Map<string, SightingsInput[]>();
  for (const frame of frames) {
    const list = byCamera.get(frame.camera);
    if (list) list.push(frame);
    else byCamera.set(frame.camera, [frame]);
  }
  const names = namesOf(said);
  const sightings: Sighting[] = [];
  const inTime = truth.frames
    .map((frame) => ({ ...frame, ms: Date.parse(frame.at) }))
    .sort((a, b) => a.ms - b.ms);
  let next = 0;
  for (const { camera, ms, people } of inTime) {
    const frame = nearest(byCamera.get(camera) ?? [], ms);
    if (!frame) continue;
    while (next < said.length && said[next]!.at <= ms) next++;
    const then = said[next];
    const pairs = assign(
      people.length,
      frame.people.length,
      (p, t) => 1 - iou(people[p]!.box, frame.people[t]!.box!),
      1 - OVERLAP,
    );
    for (const [p, t] of pairs) {
      const { track, floor } = frame.people[t]!;
      const identity = then?.identities.find((one) => one.camera === camera && one.track === track);
      const isThen = identity !== undefined && identity.since <= ms;
      const live = isThen ? identity.handle : null;
      const later =
        isThen && identity.segment !== null
          ? names.get(identity.segment)?.find(({ at }) => at >= ms && at <= ms + SETTLED_MS)
          : undefined;
      sightings.push({
        at: ms,
        camera,
        track,
        person: people[p]!.person,
        floor,
        identity,
        live,
        settled: live ?? later?.handle ?? null,
      });
    }
  }
  return sightings;
}

/** When which name was first said of each segment. */
function namesOf(said: readonly Said[]): Map<number, { at: number; handle: string }[]> {
  const names = new Map<number, { at: number; handle: string }[]>();
  for (const { at, identities } of said) {
    for (const { segment, handle } of identities) {
      if (segment === null || handle === null) continue;
      const known = names.get(segment) ?? [];
      if (known.at(-1)?.handle !== handle) names.set(segment, [...known, { at, handle }]);
    }
  }
  return names;
}

function nearest(frames: readonly SightingsInput[], at: number): SightingsInput | undefined {
  let low = 0;
  let high = frames.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  const found = [frames[low - 1], frames[low]]
    .filter((frame) => frame !== undefined)
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
  return found && Math.abs(found.at - at) <= SAME_MOMENT_MS ? found : undefined;
}

/** Who is bound to a badge, and who wears which, at a moment. */
export class Owners {
  readonly #world: Pick<World, 'people' | 'truth'>;
  readonly #agreed: ReadonlySet<string>;
  readonly #worn: { badge: string; person: string; from: number; to: number }[];
  readonly #bindings: { badge: string; person: string; since: number; until: number }[];
  readonly #swaps: { at: number; badges: readonly string[]; inView: boolean }[];

  constructor(world: Pick<World, 'people' | 'truth'>) {
    this.#world = world;
    this.#agreed = new Set(
      this.#world.people.people
        .filter(
          ({ consents }) =>
            consents.includes('badge-tracking') && consents.includes('video-identity'),
        )
        .map(({ id }) => id),
    );
    this.#worn = world.truth.worn.map(({ badge, person, from, to }) => ({
      badge,
      person,
      from: Date.parse(from),
      to: Date.parse(to),
    }));
    this.#bindings = world.people.bindings.map(({ badge, person, since, until }) => ({
      badge,
      person,
      since: Date.parse(since),
      until: until === null ? Number.POSITIVE_INFINITY : Date.parse(until),
    }));
    this.#swaps = world.truth.swaps.map(({ at, badges, inView }) => ({
      at: Date.parse(at),
      badges,
      inView,
    }));
  }

  get swaps() {
    return this.#swaps;
  }

  hasAgreed(person: string): boolean {
    return this.#agreed.has(person);
  }

  /** Whom a name means, by the binding. */
  boundTo(badge: string, at: number): string | undefined {
    return this.#bindings.find((one) => one.badge === badge && one.since <= at && at < one.until)
      ?.person;
  }

  wornBy(person: string, at: number): string[] {
    return this.#worn
      .filter((one) => one.person === person && one.from <= at && at < one.to)
      .map(({ badge }) => badge);
  }

  swapOf(badge: string, at: number): { inView: boolean } | undefined {
    return this.#swaps.find((swap) => swap.badges.includes(badge) && swap.at <= at);
  }

  /** Whether a person agreed and wears the own badge, and no other one. */
  isPlain(person: string, at: number): boolean {
    if (!this.#agreed.has(person)) return false;
    const worn = this.wornBy(person, at);
    return worn.length === 1 && this.boundTo(worn[0]!, at) === person;
  }
}
