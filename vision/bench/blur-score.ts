import type { Box } from '@anshi/contracts';
import { isPainted } from '../src/blur/paint.ts';
import { boxArea, iou } from '../src/boxes.ts';
import type { PpeCard } from '../src/detect/model-card.ts';
import type { Detection } from '../src/frame.ts';

/** Heads that are lower are not counted, pixels. */
export const LEAST_HEAD = 20;
/** Share of a face that has to be painted. */
const PAINTED = 0.5;
/** Least IoU of a labelled head with what the detector drew. */
const SAME = 0.3;

/** A labelled head: `helmet` or `head`, picture pixels. */
export interface LabelledHead {
  readonly label: string;
  readonly box: Box;
}

/** Counts of a set or a clip. */
export interface BlurScore {
  heads: number;
  readable: number;
  judged: number;
  judgedSame: number;
  pixels: number;
  paintedPixels: number;
  pictures: number;
  cpuMs: number;
}

export const noScore = (): BlurScore => ({
  heads: 0,
  readable: 0,
  judged: 0,
  judgedSame: 0,
  pixels: 0,
  paintedPixels: 0,
  pictures: 0,
  cpuMs: 0,
});

/** Sums of scores, and the figures of a result. */
export class BlurTally {
  readonly score: BlurScore;

  constructor(score = noScore()) {
    this.score = { ...score };
  }

  add(other: BlurScore): void {
    for (const key of Object.keys(this.score) as (keyof BlurScore)[]) this.score[key] += other[key];
  }

  get figures(): Record<string, number> {
    const { heads, readable, judged, judgedSame, pixels, paintedPixels, pictures, cpuMs } =
      this.score;
    return {
      heads,
      readable,
      ...(heads > 0 && { readableShare: readable / heads }),
      judged,
      judgedSame,
      ...(judged > 0 && { judgedShare: judgedSame / judged }),
      painted: paintedPixels / Math.max(1, pixels),
      pictures,
      cpuMs: cpuMs / Math.max(1, pictures),
    };
  }
}

/** The faces that a label may stand for: below the crown of a whole head, and below a hat. */
function facesOf([left, top, right, bottom]: Box): Box[] {
  const [width, height] = [right - left, bottom - top];
  const part = (from: number, to: number): Box => [
    left + 0.1 * width,
    top + from * height,
    right - 0.1 * width,
    top + to * height,
  ];
  const whole = part(0.45, 1);
  return height < 0.95 * width ? [whole, part(0.85, 1.45)] : [whole];
}

/** Whether the face of a labelled head can be read, by all that its label may stand for. */
export function isReadable(head: LabelledHead, painted: readonly Box[], size: Size): boolean {
  return facesOf(head.box).every((face) => {
    const within = clipped(face, size);
    const shown = boxArea(within);
    return shown > 0 && coveredArea(within, painted) < PAINTED * shown;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const clipped = ([left, top, right, bottom]: Box, { width, height }: Size): Box => [
  Math.max(0, left),
  Math.max(0, top),
  Math.min(width, right),
  Math.min(height, bottom),
];

/** Area of a box that the regions cover together, by samples of a grid. */
function coveredArea([left, top, right, bottom]: Box, painted: readonly Box[]): number {
  const side = 16;
  let covered = 0;
  for (let i = 0; i < side * side; i++) {
    const x = left + ((right - left) * ((i % side) + 0.5)) / side;
    const y = top + ((bottom - top) * (Math.floor(i / side) + 0.5)) / side;
    if (painted.some((one) => isPainted(one, x, y))) covered++;
  }
  return (covered / (side * side)) * (right - left) * (bottom - top);
}

/** What a detector says of a head: `helmet`, `head`, or null for nothing. */
export function judgedAs(card: PpeCard, found: readonly Detection[], head: Box): string | null {
  const same = found
    .filter(
      ({ label, score, box }) =>
        (label === 'helmet' || label === 'head') &&
        score >= card.thresholds[label]!.trust &&
        iou(box, head) >= SAME,
    )
    .sort((a, b) => b.score - a.score);
  return same[0]?.label ?? null;
}

/** Adds the heads of one picture. */
export function scorePicture(
  score: BlurScore,
  card: PpeCard,
  picture: Size & {
    readonly heads: readonly LabelledHead[];
    readonly painted: readonly Box[];
    readonly before: readonly Detection[];
    readonly after: readonly Detection[];
  },
): void {
  const { width, height } = picture;
  score.pictures++;
  score.pixels += width * height;
  score.paintedPixels += coveredArea([0, 0, width, height], picture.painted);
  for (const head of picture.heads) {
    if (head.box[3] - head.box[1] < LEAST_HEAD) continue;
    score.heads++;
    if (isReadable(head, picture.painted, picture)) score.readable++;
    const judged = judgedAs(card, picture.before, head.box);
    if (judged === null) continue;
    score.judged++;
    if (judgedAs(card, picture.after, head.box) === judged) score.judgedSame++;
  }
}
