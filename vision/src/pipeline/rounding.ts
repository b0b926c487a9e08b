import type { Box } from '@anshi/contracts';
import type { SeenPerson } from '../replay/place.ts';

/** Hundredths of a pixel and ten-thousandths of a score are far below what a model knows. */
const PIXELS = 100;
const SCORES = 10_000;

const pixel = (value: number): number => Math.round(value * PIXELS) / PIXELS;
const share = (value: number): number => Math.round(value * SCORES) / SCORES;
const rounded = ([left, top, right, bottom]: Box): Box => [
  pixel(left),
  pixel(top),
  pixel(right),
  pixel(bottom),
];

/**
 * What was seen, in numbers that are short to write. Rounded before it is judged, so that what is recorded
 * is exactly what was judged.
 */
export function roundedPerson(seen: SeenPerson): SeenPerson {
  const { track, box, score, velocity, equipment, pose } = seen;
  return {
    track,
    box: rounded(box),
    score: share(score),
    ...(velocity && { velocity: [pixel(velocity[0]), pixel(velocity[1])] }),
    equipment,
    pose: pose && {
      score: share(pose.score),
      keypoints: pose.keypoints.map(([x, y, s]) => [pixel(x), pixel(y), share(s)]),
    },
  };
}
