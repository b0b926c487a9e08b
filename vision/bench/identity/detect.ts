import type { Box, Point } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';
import { sharedArea } from '../../src/boxes.ts';
import type { Hall } from './hall.ts';
import { boxOfPerson, hiddenByMachines, PICTURE, type View } from './view.ts';

/** What a camera shows of a person, and what a detector makes of it. */
export interface Shown {
  readonly person: number;
  readonly trueBox: Box;
  /** Null where the detector missed the person. */
  readonly found: { readonly box: Box; readonly score: number } | null;
}

const LEAST_HEIGHT = 24;
const MISSES = 0.15;
/** Errors of the edges as shares of the height. */
const EDGE = 0.025;

/** People of one frame of one camera: who is in the picture and not hidden, and the detections. */
export function detectAll(
  view: View,
  places: readonly Point[],
  hall: Hall,
  random: Random,
): Shown[] {
  const inPicture = places.flatMap((place, person) => {
    const seen = boxOfPerson(view, place);
    if (!seen) return [];
    const { box, depth } = seen;
    const isIn = box[0] > 2 && box[2] < PICTURE[0] - 2 && box[1] > 2 && box[3] < PICTURE[1] - 2;
    if (!isIn || box[3] - box[1] < LEAST_HEIGHT) return [];
    const hidden = hiddenByMachines(view, place, hall);
    return hidden > 0.6 ? [] : [{ person, box, depth, hidden }];
  });
  inPicture.sort((a, b) => a.depth - b.depth || a.person - b.person);
  return inPicture.flatMap(({ person, box, hidden }, i): Shown[] => {
    const area = (box[2] - box[0]) * (box[3] - box[1]);
    let covered = 0;
    for (const nearer of inPicture.slice(0, i)) {
      covered = Math.max(covered, sharedArea(box, nearer.box) / area);
    }
    if (covered > 0.7) return [];
    return [{ person, trueBox: box, found: find(box, covered, hidden, random) }];
  });
}

function find(box: Box, covered: number, hidden: number, random: Random): Shown['found'] {
  const height = box[3] - box[1];
  const score = 0.85 - 0.5 * covered - 0.3 * hidden + random.normal(0.06);
  const e = () => random.normal(EDGE * height);
  const bottom = e() - (covered > 0.3 || hidden > 0 ? Math.abs(random.normal(0.08 * height)) : 0);
  const found: Box = [box[0] + e() / 2, box[1] + e(), box[2] + e() / 2, box[3] + bottom];
  if (random.chance(MISSES) || score < 0.15) return null;
  return {
    box: found.map((value) => Math.round(10 * value) / 10) as Box,
    score: Math.round(100 * Math.min(0.98, score)) / 100,
  };
}
