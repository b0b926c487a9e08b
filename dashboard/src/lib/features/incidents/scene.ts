import type { Violation } from '$lib/api/types.ts';
import type { Scene, SceneClip } from './scene-api.ts';

export type Fix = NonNullable<Scene['near']>[number]['fixes'][number];
/** A person near at an instant. */
export interface Near {
  /** The same person at each instant. */
  n: number;
  isPerson: boolean;
  fix: Fix;
  /** How old the position was at the instant, ms. */
  age: number;
}

/** A vehicle near at an instant. */
export interface NearVehicle extends Omit<NonNullable<Scene['vehicles']>[number], 'fixes'> {
  fix: Fix;
  /** How old the position was at the instant, ms. */
  age: number;
}

/** A badge that was not heard for so long is not shown: where it was then is not known, ms. */
const OLDEST_MS = 60_000;
/** A picture that was taken so long before or after an instant shows it, ms. */
const PICTURE_MS = 1_500;

/** Who was near at an instant (ms): of each the newest position that is not after it. */
export const nearAt = (scene: Pick<Scene, 'near'>, at: number): Near[] =>
  (scene.near ?? []).flatMap(({ isPerson, fixes }, n): Near[] =>
    newestAt(fixes, at).map((newest) => ({ n, isPerson, ...newest })),
  );

/** The same of vehicles. */
export const vehiclesAt = (scene: Pick<Scene, 'vehicles'>, at: number): NearVehicle[] =>
  (scene.vehicles ?? []).flatMap(({ fixes, ...one }): NearVehicle[] =>
    newestAt(fixes, at).map((newest) => ({ ...one, ...newest })),
  );

/** The newest position that is not after the instant, ms; none where it is too old. */
function newestAt(fixes: readonly Fix[], at: number): { fix: Fix; age: number }[] {
  const fix = fixes.findLast((one) => Date.parse(one.at) <= at);
  const age = fix ? at - Date.parse(fix.at) : Number.POSITIVE_INFINITY;
  return fix && age <= OLDEST_MS ? [{ fix, age }] : [];
}

/** The instant after which positions were left out, as there are too many; null for none. */
export const leftOutAfter = ({ near, more }: Pick<Scene, 'near' | 'more'>): string | null =>
  more
    ? ((near ?? [])
        .flatMap(({ fixes }) => fixes.at(-1)?.at ?? [])
        .sort()
        .at(-1) ?? null)
    : null;

/** The floor plans that the incident touches, that of the act first. */
export const plansOf = ({ acts, areas }: Pick<Scene, 'acts' | 'areas'>): string[] => [
  ...new Set([
    ...acts.map(({ floorPlan }) => floorPlan),
    ...areas.flatMap(({ floorPlan }) => floorPlan ?? []),
  ]),
];

/** What a camera recorded of an instant. */
export type Recorded =
  | { kind: 'clip'; finding: Violation; seconds: number }
  /** A clip that was asked for beside those of findings. */
  | { kind: 'scene'; url: string; seconds: number }
  | { kind: 'snapshot'; finding: Violation };

const covers = (clip: Span, at: number): boolean =>
  Date.parse(clip.from) <= at && at <= Date.parse(clip.to);
const secondsOf = (clip: Span, at: number): number => (at - Date.parse(clip.from)) / 1_000;
interface Span {
  from: string;
  to: string;
}

/**
 * What a camera has of an instant (ms): the clip of a finding that covers it, else one that was asked for, else a picture
 * of about then; null where nothing was recorded.
 */
export function recordedAt(
  findings: readonly Violation[],
  clips: readonly SceneClip[],
  camera: string,
  at: number,
): Recorded | null {
  const own = findings.filter((one) => one.camera === camera);
  for (const finding of own) {
    const { clip } = finding;
    if (clip && covers(clip, at)) return { kind: 'clip', finding, seconds: secondsOf(clip, at) };
  }
  for (const { camera: of, clip } of clips) {
    if (of === camera && clip && covers(clip, at)) {
      return { kind: 'scene', url: clip.url, seconds: secondsOf(clip, at) };
    }
  }
  const taken = own.find(
    ({ snapshot }) => snapshot && Math.abs(Date.parse(snapshot.takenAt) - at) <= PICTURE_MS,
  );
  return taken ? { kind: 'snapshot', finding: taken } : null;
}

/** From the begin of the first clip to the end of the last one of some cameras, ms; null where there is none. */
export function playSpan(
  findings: readonly Violation[],
  clips: readonly SceneClip[],
  cameras: readonly string[],
): { from: number; to: number } | null {
  const spans = [...findings, ...clips].flatMap(({ camera, clip }) =>
    clip && cameras.includes(camera) ? [clip] : [],
  );
  if (spans.length === 0) return null;
  return {
    from: Math.min(...spans.map(({ from }) => Date.parse(from))),
    to: Math.max(...spans.map(({ to }) => Date.parse(to))),
  };
}

/** Whether something of the clips is still to come. */
export const isComing = ({ state }: Pick<SceneClip, 'state'>): boolean =>
  state === 'ordered' || state === 'worker-away' || state === 'being-made';
