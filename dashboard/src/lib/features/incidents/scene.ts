import type { Violation } from '$lib/api/types.ts';
import type { Scene } from './scene-api.ts';

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

/** A badge that was not heard for so long is not shown: where it was then is not known, ms. */
const OLDEST_MS = 60_000;
/** A picture that was taken so long before or after an instant shows it, ms. */
const PICTURE_MS = 1_500;

/** Who was near at an instant (ms): of each the newest position that is not after it. */
export function nearAt(scene: Pick<Scene, 'near'>, at: number): Near[] {
  return (scene.near ?? []).flatMap(({ isPerson, fixes }, n): Near[] => {
    const fix = fixes.findLast((one) => Date.parse(one.at) <= at);
    const age = fix ? at - Date.parse(fix.at) : Number.POSITIVE_INFINITY;
    return fix && age <= OLDEST_MS ? [{ n, isPerson, fix, age }] : [];
  });
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
  | { kind: 'snapshot'; finding: Violation };

/**
 * What a camera has of an instant (ms): the clip that covers it, else a picture of about then; null where nothing was recorded.
 * Recordings exist of findings alone.
 */
export function recordedAt(
  findings: readonly Violation[],
  camera: string,
  at: number,
): Recorded | null {
  const own = findings.filter((one) => one.camera === camera);
  for (const finding of own) {
    const { clip } = finding;
    if (clip && Date.parse(clip.from) <= at && at <= Date.parse(clip.to)) {
      return { kind: 'clip', finding, seconds: (at - Date.parse(clip.from)) / 1_000 };
    }
  }
  const taken = own.find(
    ({ snapshot }) => snapshot && Math.abs(Date.parse(snapshot.takenAt) - at) <= PICTURE_MS,
  );
  return taken ? { kind: 'snapshot', finding: taken } : null;
}
