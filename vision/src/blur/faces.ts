import type { Box, Pose } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';

/** A detection of any part of a person, picture pixels. */
export interface SeenBox {
  readonly label: string;
  readonly box: Box;
  readonly score: number;
}

/** What a detector saw in one picture. */
export interface SeenPeople {
  readonly boxes: readonly SeenBox[];
  readonly poses: readonly (Pick<Pose, 'keypoints'> & { readonly box: Box })[];
}

/** A region to blur, picture pixels; it is not clipped to the picture. */
export interface Face {
  readonly box: Box;
  /** False where no head was seen, and this is where it would be. */
  readonly sure: boolean;
}

/** How much is known of a picture: it stands alone, or others of the same people come before and after it. */
export type FaceSource = 'still' | 'clip';

/**
 * From these scores on a box counts. They are far below those that a rule trusts: a region that is blurred for nothing costs
 * little, a face that is left costs a person. In a clip a face that is missed in one picture is followed through it, and
 * a region that is none joins two people to one.
 */
const LEAST = {
  still: { head: 0.05, person: 0.08 },
  clip: { head: 0.1, person: 0.2 },
  torso: 0.4,
  keypoint: 0.2,
} as const;
/** A person of this score is there, as in the card of the model. */
const TRUSTED = 0.35;
/**
 * Two boxes are drawn on one head where they share this part of the smaller one, and that is not much smaller: a small box
 * may be the head of another person behind.
 */
const ONE_HEAD = 0.85;
const ALIKE = 0.65;
/** A body that no rule trusts, whose head would share this part of one that was drawn, is drawn on that person. */
const WEAK_ON_HEAD = 0.3;
/** A rounded shape that is larger than a box by this share of it on each side has the corners of the box in it. */
const CORNERS = 0.17;
/** Share of a head's box that lies on its person. */
const ON_BODY = 0.5;
/** The face begins so far below the top of the head, in widths of the head: above it is the crown. */
const CROWN = { helmet: 0.55, head: 0.4 } as const;
/** And ends so far below it, also where the model drew the hat or the hair alone. */
const CHIN = { helmet: 1.4, head: 1.55 } as const;
/** Below the chin, in heights of the box. */
const BELOW = 0.1;
/** Indices of COCO's keypoints of the head, and of the shoulders. */
const HEAD_POINTS = [0, 1, 2, 3, 4];
const SHOULDERS = [5, 6] as const;

/**
 * Where faces are in a picture. A head or a helmet that was drawn gives the face below its crown. A
 * person, a torso or a pose without one gives the place where the head is, larger, because less is
 * known, and without a crown: there is no helmet to be judged.
 */
export function facesIn({ boxes, poses }: SeenPeople, source: FaceSource): Face[] {
  const least = LEAST[source];
  const heads = distinctHeads(boxes.filter((one) => isHead(one) && one.score >= least.head));
  const people = boxes.filter(({ label, score }) => label === 'person' && score >= least.person);
  const torsos = boxes.filter(
    ({ label, score }) => (label === 'vest' || label === 'no_vest') && score >= LEAST.torso,
  );
  const faces: Face[] = heads.map((head) => ({ box: faceOfHead(head), sure: true }));
  const bodies = [
    ...people.filter(({ box }) => !heads.some((head) => isHeadOf(head.box, box))),
    ...torsos.filter(
      ({ box }) => !people.some((one) => sharedArea(one.box, box) > ON_BODY * boxArea(box)),
    ),
  ];
  for (const body of bodies) {
    const place = body.label === 'person' ? headOfBody(body.box) : headAbove(body.box);
    if (!heads.some((head) => isOfHead(place, head.box, body.score))) {
      faces.push({ box: place, sure: false });
    }
  }
  for (const pose of poses) {
    const place = faceOfPose(pose);
    if (place) faces.push({ box: place, sure: true });
  }
  return faces;
}

/** Of boxes that are drawn on one head, the one with the highest score. */
function distinctHeads(heads: readonly SeenBox[]): SeenBox[] {
  const kept: SeenBox[] = [];
  for (const head of [...heads].sort((a, b) => b.score - a.score)) {
    const isDrawn = ({ box }: SeenBox) => {
      const [smaller, larger] = [boxArea(box), boxArea(head.box)].sort((a, b) => a - b);
      return smaller! > ALIKE * larger! && sharedArea(box, head.box) > ONE_HEAD * smaller!;
    };
    if (!kept.some(isDrawn)) kept.push(head);
  }
  return kept;
}

/** Whether the place where the head of a body would be is that of a head that was drawn. */
function isOfHead(place: Box, head: Box, score: number): boolean {
  const shared = sharedArea(head, place);
  if (score >= TRUSTED) return shared > ON_BODY * boxArea(head);
  return shared > WEAK_ON_HEAD * Math.min(boxArea(head), boxArea(place));
}

const isHead = ({ label }: SeenBox) => label === 'head' || label === 'helmet';

/** The face below the crown of a head or a helmet. */
export function faceOfHead({ label, box }: Pick<SeenBox, 'label' | 'box'>): Box {
  const [left, top, right, bottom] = box;
  const [width, height] = [right - left, bottom - top];
  const kind = label === 'helmet' ? 'helmet' : 'head';
  // A box that is wide for its height is a hat or hair alone; one that is narrow is a head that is turned.
  const measure = Math.max(width, 0.62 * height);
  const from = top + Math.min(CROWN[kind] * measure, 0.8 * height);
  const to = Math.max(bottom + BELOW * height, top + CHIN[kind] * measure);
  return [left, from, right, to];
}

/** Whether a head lies where that of a body would be. */
function isHeadOf(head: Box, body: Box): boolean {
  const [x, y] = [(head[0] + head[2]) / 2, (head[1] + head[3]) / 2];
  const [width, height] = [body[2] - body[0], body[3] - body[1]];
  const isAside = x < body[0] - 0.1 * width || x > body[2] + 0.1 * width;
  return !isAside && y > body[1] - 0.1 * height && y < body[1] + 0.4 * height;
}

/** Where the head of a body is, of which only the whole was seen. */
function headOfBody([left, top, right, bottom]: Box): Box {
  const [width, height] = [right - left, bottom - top];
  // Lying: the head is at either end. The rounded shape of a region reaches the corners of the box.
  if (width > 1.15 * height) {
    const [x, y] = [CORNERS * width, CORNERS * height];
    return [left - x, top - y, right + x, bottom + y];
  }
  const middle = (left + right) / 2;
  // Of one that is cut off at the waist, or that crouches, the head is a larger part.
  const tall = Math.min(0.6 * height, Math.max(0.2 * height, 0.62 * width));
  const wide = Math.min(width, Math.max(0.55 * width, 0.26 * height));
  return [middle - wide / 2, top - 0.03 * height, middle + wide / 2, top + tall];
}

/** Where the head above a torso is. */
function headAbove([left, top, right, bottom]: Box): Box {
  const [width, height] = [right - left, bottom - top];
  const middle = (left + right) / 2;
  const wide = 0.8 * Math.min(width, height);
  return [middle - wide / 2, top - 0.75 * wide, middle + wide / 2, top + 0.15 * height];
}

/** The face of a pose: around nose, eyes and ears, as large as its shoulders say. */
function faceOfPose({ keypoints, box }: SeenPeople['poses'][number]): Box | null {
  const points = HEAD_POINTS.map((at) => keypoints[at]!).filter(([, , s]) => s >= LEAST.keypoint);
  if (points.length < 2) return null;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [a, b] = [keypoints[SHOULDERS[0]]!, keypoints[SHOULDERS[1]]!];
  const shoulders = Math.hypot(a[0] - b[0], a[1] - b[1]);
  const spread = Math.max(...xs) - Math.min(...xs);
  // From the side the shoulders are no measure; the height of the body is one.
  const side = Math.max(0.4 * shoulders, 1.15 * spread, 0.07 * (box[3] - box[1]));
  const x = (Math.max(...xs) + Math.min(...xs)) / 2;
  const y = ys.reduce((sum, one) => sum + one, 0) / ys.length;
  return [x - 0.65 * side, y - 0.3 * side, x + 0.65 * side, y + 0.85 * side];
}
