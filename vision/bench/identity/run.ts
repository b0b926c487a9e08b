import { Identifier } from '../../src/identify/identifier.ts';
import type { HandOver, TrackIdentity } from '../../src/identify/identity.ts';
import type { FixInput, SightingsInput } from '../../src/identify/input.ts';
import type { IdentifySettings } from '../../src/identify/settings.ts';
import { FloorLocator, standingAt } from '../../src/locate/floor-locator.ts';
import { isAtEdge } from '../../src/naming/camera-sightings.ts';
import { Tracker } from '../../src/track/tracker.ts';
import type { DetectionLine, PeopleFile, World } from './data.ts';

/** Foot points are off by this share of the height, at least 2 pixels, as the worker takes it. */
const FOOT_NOISE = 0.04;
/** Names are decided once in this time, ms. */
const DECIDE_MS = 500;
/** Frames are analysed this long after they were taken, ms. */
const ANALYSIS_MS = 200;

/** The frames of all cameras through the real tracker and locator, in order of time. */
export function trackAll({
  cameras,
  detections,
}: Pick<World, 'cameras' | 'detections'>): SightingsInput[] {
  const parts = new Map(
    cameras.cameras.map((camera) => [
      camera.id,
      {
        // Thresholds of the shipped model.
        tracker: new Tracker({ prefix: camera.id, trust: 0.4, begin: 0.45, lostSeconds: 2.5 }),
        locator: new FloorLocator(camera.calibration ?? []),
        picture: camera.picture,
      },
    ]),
  );
  const frames: SightingsInput[] = [];
  for (const line of inOrder(detections)) {
    const part = parts.get(line.camera);
    if (!part) continue;
    const at = Date.parse(line.at);
    const people = part.tracker.update(at, line.people).flatMap(({ track, box }) => {
      const noise = Math.max(2, FOOT_NOISE * (box[3] - box[1]));
      const foot: [number, number] = [(box[0] + box[2]) / 2, box[3]];
      const floor = standingAt(part.locator, foot, [noise, noise]);
      const isCut = isAtEdge(box, part.picture);
      return floor ? [{ track, floor: floor.at, covariance: floor.covariance, box, isCut }] : [];
    });
    frames.push({ kind: 'sightings', camera: line.camera, at, people });
  }
  return frames;
}

function inOrder(detections: readonly DetectionLine[]): DetectionLine[] {
  return [...detections].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Badges that may be used: bound to a person who agreed to badge tracking and to identity in video. */
export function usableBadges({ people, bindings }: PeopleFile): Set<string> {
  const agreed = new Set(
    people
      .filter(
        ({ consents }) =>
          consents.includes('badge-tracking') && consents.includes('video-identity'),
      )
      .map(({ id }) => id),
  );
  return new Set(bindings.filter(({ person }) => agreed.has(person)).map(({ badge }) => badge));
}

/** Fixes of the badges that may be used; consent decides before identification. */
export function fixesOf({ positions, people }: Pick<World, 'positions' | 'people'>): FixInput[] {
  const usable = usableBadges(people);
  return positions
    .filter(({ location }) => usable.has(location.provider_id) && location.crs === 'local')
    .map(({ arrivedAt, location }): FixInput => {
      const isZone = location.provider_type === 'rfid';
      return {
        kind: 'fix',
        badge: location.provider_id,
        reader: location.source,
        at: Date.parse(location.timestamp_generated),
        arrivedAt: Date.parse(arrivedAt),
        position: [location.position.coordinates[0], location.position.coordinates[1]],
        accuracy: location.accuracy ?? (isZone ? 2 : 1),
        isZone,
      };
    })
    .sort((a, b) => a.arrivedAt - b.arrivedAt);
}

/** What was said at one moment. */
export interface Said {
  readonly at: number;
  readonly identities: readonly TrackIdentity[];
  readonly handOvers: readonly HandOver[];
  /** ms that it took. */
  readonly ms: number;
}

/** Gives frames and fixes to identification in the order in which a worker gets them. */
export function identifyAll(
  frames: readonly SightingsInput[],
  fixes: readonly FixInput[],
  people: PeopleFile,
  settings: Partial<IdentifySettings> = {},
): { said: Said[]; clocks: Identifier['clocks'] } {
  const identifier = new Identifier(settings);
  const usable = usableBadges(people);
  const all = Math.max(1, people.people.length);
  const bound = new Set(people.bindings.map(({ person }) => person));
  const worn = people.bindings.filter(({ badge }) => usable.has(badge)).length;
  identifier.take({
    kind: 'shares',
    unseenBadge: (bound.size - worn) / all,
    noBadge: (all - bound.size) / all,
  });
  const said: Said[] = [];
  let fix = 0;
  let decideAt = Number.NEGATIVE_INFINITY;
  for (const frame of frames) {
    const now = frame.at + ANALYSIS_MS;
    for (; fix < fixes.length && fixes[fix]!.arrivedAt <= now; fix++) identifier.take(fixes[fix]!);
    if (frame.at >= decideAt + DECIDE_MS) {
      decideAt = frame.at;
      const began = performance.now();
      const { identities, handOvers } = identifier.decide();
      said.push({ at: frame.at, identities, handOvers, ms: performance.now() - began });
    }
    identifier.take(frame);
  }
  return { said, clocks: identifier.clocks };
}
