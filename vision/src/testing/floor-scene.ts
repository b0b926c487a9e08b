import type { Point } from '@anshi/contracts';
import { type Decision, Identifier } from '../identify/identifier.ts';
import type { FixInput, IdentifyInput, SightingsInput } from '../identify/input.ts';
import type { IdentifySettings } from '../identify/settings.ts';

export type Way = (second: number) => Point;

/** A person of a scene: where they walk, as which track, and which badge follows them. */
export interface Actor {
  readonly track: string;
  readonly camera?: string;
  readonly way: Way;
  /** Seconds in which the camera sees them; left out, always. */
  readonly seen?: (second: number) => boolean;
  /** Track at a second, where the tracker exchanges it. */
  readonly trackAt?: (second: number) => string;
}

export interface Badge {
  readonly badge: string;
  readonly way: Way;
  readonly reader?: string;
  /** Error of the fix at a second, metres. */
  readonly error?: (second: number) => Point;
  /** Error of the clock of the reader, s. */
  readonly clock?: number;
}

const FPS = 5;

/** To and fro along x between two ends at a walking pace, beginning with a shift in seconds. */
export function pacing(y: number, west: number, east: number, shift = 0, speed = 1.2): Way {
  const length = east - west;
  return (second) => {
    const done = ((second + shift) * speed) % (2 * length);
    return [west + (done < length ? done : 2 * length - done), y];
  };
}

export const standing =
  (at: Point): Way =>
  () =>
    at;

/** The inputs of a scene in order of their arrival: frames at 5 a second, fixes once a second. */
export function sceneOf(
  seconds: number,
  actors: readonly Actor[],
  badges: readonly Badge[],
): IdentifyInput[] {
  const inputs: IdentifyInput[] = [];
  const cameras = [...new Set(actors.map(({ camera }) => camera ?? 'hall'))];
  for (let frame = 0; frame < seconds * FPS; frame++) {
    const second = frame / FPS;
    for (const camera of cameras) {
      const people = actors
        .filter((actor) => (actor.camera ?? 'hall') === camera && (actor.seen?.(second) ?? true))
        .map(({ track, trackAt, way }) => ({
          track: trackAt?.(second) ?? track,
          floor: way(second),
          covariance: [0.04, 0, 0.04] as const,
        }));
      inputs.push({
        kind: 'sightings',
        camera,
        at: 1000 * second,
        people,
      } satisfies SightingsInput);
    }
    if (frame % FPS !== 2) continue;
    for (const { badge, way, reader = 'uwb', error, clock = 0 } of badges) {
      const [x, y] = way(second);
      const [dx, dy] = error?.(second) ?? [0, 0];
      inputs.push({
        kind: 'fix',
        badge,
        reader,
        at: 1000 * (second + clock),
        arrivedAt: 1000 * second + 200,
        position: [x + dx, y + dy],
        accuracy: 0.5,
        isZone: false,
      } satisfies FixInput);
    }
  }
  return inputs;
}

/** Plays inputs, with a decision each half second. */
export function play(
  inputs: readonly IdentifyInput[],
  settings: Partial<IdentifySettings> = {},
  identifier = new Identifier(settings),
): { at: number; decision: Decision }[] {
  const decisions: { at: number; decision: Decision }[] = [];
  let at = 0;
  for (const input of inputs) {
    if (input.kind === 'sightings' && input.at >= at + 500) {
      at = input.at;
      decisions.push({ at, decision: identifier.decide() });
    }
    identifier.take(input);
  }
  decisions.push({ at: at + 500, decision: identifier.decide() });
  return decisions;
}

/** State and name of a track at the last decision up to a second. */
export function saidOf(
  decisions: ReturnType<typeof play>,
  track: string,
  second = Number.POSITIVE_INFINITY,
) {
  const last = decisions.filter(({ at }) => at <= 1000 * second).at(-1);
  return last?.decision.identities.find((one) => one.track === track);
}

/** All names that a track ever got. */
export function namesOf(decisions: ReturnType<typeof play>, track: string): string[] {
  const names = decisions.flatMap(({ decision }) =>
    decision.identities.flatMap((one) =>
      one.track === track && one.handle !== null ? [one.handle] : [],
    ),
  );
  return [...new Set(names)];
}
