import type { Box, DetectedBox } from '@anshi/contracts';

/** A violation with its verdict, and the detections on its snapshot (snapshot pixels). */
export interface JudgedViolation {
  id: string;
  rule: string;
  /** The missing item; null for rules other than `missing-ppe`. */
  item: string | null;
  camera: string;
  site: string;
  status: string;
  reason: string | null;
  startedAt: Date;
  tracks: readonly string[];
  box: Box;
  width: number;
  height: number;
  boxes: readonly DetectedBox[];
}

/** The sets, and the classes that each labels exhaustively. */
export const SETS = {
  helmet: ['person', 'helmet', 'head'],
  vest: ['person', 'vest', 'no_vest'],
  person: ['person'],
} as const;
export type SetName = keyof typeof SETS;
/** In the id order of the PPE model. */
export const CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest'] as const;
export type ClassName = (typeof CLASSES)[number];

/** Why a verdict makes no labelled picture. */
export type Skipped =
  | 'unreviewed'
  | 'duplicate'
  | 'unclear'
  | 'no-box'
  | 'crowded'
  | 'small'
  | 'left-out'
  | 'refused'
  | 'no-picture'
  | 'alike';

/** The training content of a verdict: the part of the picture with known labels. */
export interface Lesson {
  set: SetName;
  /** The part of the snapshot, in integer pixels. */
  crop: Box;
  /** Snapshot pixels. */
  labels: { label: ClassName; box: Box }[];
  /** Unreviewed people. */
  paintOut: Box[];
  /** The reviewed person, who is never painted over; not cut at the crop. Of `not-a-person`, the place that was taken for one. */
  person: Box;
  /** What the reviewer said of the item: the state of this person in a set of an item, else null. */
  state: { item: 'helmet' | 'vest'; is: 'worn' | 'missing' } | null;
  /** Faces of the reviewed person, and of others who are not painted over in front of them. */
  faces: Box[];
}

/** People below this height in pixels are not readable. */
const MIN_HEIGHT = 40;
/** Least IoU of boxes of one person. */
const SAME = 0.5;
/** People with this overlap with the reviewed person cannot be painted over. */
const CROWDED = 0.3;
/**
 * The crop of the region pass: its side, and its offset above the person, as shares of the person's
 * height (`region` of the PPE model's card).
 */
const REGION = { side: 0.75, above: 0.12 };

/** The items that have a set of their own. */
const items = {
  helmet: { set: 'helmet', wrong: 'head', right: 'helmet', zone: [-0.1, 0.4] },
  vest: { set: 'vest', wrong: 'no_vest', right: 'vest', zone: [0.05, 0.85] },
} as const;

/**
 * The ground truth in a verdict. A reviewer judged one person and one item; other people in the
 * picture, and other items of that person, are unknown:
 *
 * - confirmed (or permitted work, which was detected correctly): the person is one, and the head is
 * bare or the torso without a vest, as detected;
 * - dismissed because the item is worn: the person is one, and the box has the other class;
 * - dismissed because it is no person: there are no objects;
 * - any other dismissal does not say what is there, and is not used.
 *
 * So the picture is the crop of that person; others in it are painted over, and each set labels
 * only the classes of its item.
 */
export function lessonOf(violation: JudgedViolation): Lesson | Skipped {
  const { status, reason } = violation;
  if (status === 'pending') return 'unreviewed';
  if (reason === 'duplicate') return 'duplicate';
  const isRight = status === 'confirmed' || reason === 'allowed-work';
  const item = items[violation.item as keyof typeof items];
  const isNobody = reason === 'not-a-person';
  const isWorn = reason === 'item-worn' && item !== undefined;
  if (!isRight && !isNobody && !isWorn) return 'unclear';

  const person = personIn(violation);
  if (person[3] - person[1] < MIN_HEIGHT) return 'small';
  const others = violation.boxes.filter(
    (one) => one.label === 'person' && overlap(one.box, person) < SAME,
  );
  if (others.some((one) => overlap(one.box, person) > CROWDED)) return 'crowded';
  const parts = violation.boxes.filter(({ label }) => label !== 'person');
  const heads = within(parts, person, items.helmet.zone, ['head', 'helmet']);
  const strangersFaces = facesOfOthers(violation, person, heads[0]);

  if (isNobody || !item) {
    const crop = whole(around(person, 0.25), violation);
    const labels = isNobody ? [] : [{ label: 'person' as const, box: clip(person, crop) }];
    return {
      set: 'person' as const,
      crop,
      labels,
      person,
      state: null,
      paintOut: others.map((one) => one.box),
      faces: [...(isNobody ? [] : [faceOf(person, heads[0])]), ...strangersFaces],
    };
  }

  const drawn = within(parts, person, item.zone, [item.wrong, item.right]);
  const judged = drawn.find(({ label }) => label === item.wrong);
  if (!judged) return 'no-box';
  // Of two bare heads on one body, one belongs to another person.
  if (drawn.some((one) => one.label === item.wrong && overlap(one.box, judged.box) < CROWDED)) {
    return 'crowded';
  }
  const crop = whole(regionOf(person), violation);
  const label = isWorn ? item.right : item.wrong;
  const strangers = parts.filter(
    (one) => !isInside(middleOf(one.box), person) && one !== judged && !heads.includes(one),
  );
  return {
    set: item.set,
    crop,
    person,
    state: { item: item.set, is: isWorn ? 'worn' : 'missing' },
    labels: [
      { label: 'person', box: clip(person, crop) },
      { label, box: clip(judged.box, crop) },
    ],
    paintOut: [...others, ...strangers].map((one) => one.box),
    faces: [faceOf(person, heads[0]), ...strangersFaces],
  };
}

/** The person of the verdict, as detected in the snapshot. */
function personIn({ boxes, box }: JudgedViolation): Box {
  const people = boxes
    .filter(({ label }) => label === 'person')
    .sort((a, b) => overlap(b.box, box) - overlap(a.box, box));
  const [best] = people;
  return best && overlap(best.box, box) >= SAME ? best.box : box;
}

/** Parts of these classes with their centre in a zone of the person's height, best first. */
function within(
  parts: readonly DetectedBox[],
  person: Box,
  [from, to]: readonly [number, number],
  labels: readonly string[],
): DetectedBox[] {
  const tall = person[3] - person[1];
  const wide = person[2] - person[0];
  return parts
    .filter(({ label, box }) => {
      const [x, y] = middleOf(box);
      return (
        labels.includes(label) &&
        x >= person[0] - 0.1 * wide &&
        x <= person[2] + 0.1 * wide &&
        y >= person[1] + from * tall &&
        y <= person[1] + to * tall
      );
    })
    .sort((a, b) => b.score - a.score);
}

/** The crop of head and torso in the region pass. */
function regionOf(person: Box): Box {
  const tall = person[3] - person[1];
  const side = REGION.side * tall;
  const left = (person[0] + person[2]) / 2 - side / 2;
  const top = person[1] - REGION.above * tall;
  return [left, top, left + side, top + side];
}

/** Helmets that are drawn as whole heads are higher than this share of their width, hats alone lower. */
const WHOLE_HEAD = 0.85;

/** From where to where a face reaches in a box of this shape, in shares of its height from the top. */
function faceIn(label: string, tallness: number): [number, number] {
  if (label !== 'helmet') return [0.3, 1.25];
  return tallness < WHOLE_HEAD ? [0.75, 1.7] : [0.45, 1.15];
}

/**
 * The face: the lower part of a head's box, also of one with a helmet, which stays visible; below the box where the
 * detector draws the hat alone; without either, the usual place of a standing person's face.
 */
export function faceOf(person: Box, head: DetectedBox | undefined): Box {
  if (head) {
    const [left, top, right, bottom] = head.box;
    const tall = bottom - top;
    const wide = right - left;
    const [from, to] = faceIn(head.label, tall / wide);
    return [left - 0.1 * wide, top + from * tall, right + 0.1 * wide, top + to * tall];
  }
  const tall = person[3] - person[1];
  const middle = (person[0] + person[2]) / 2;
  return [middle - 0.09 * tall, person[1], middle + 0.09 * tall, person[1] + 0.2 * tall];
}

/**
 * The faces of all but the reviewed person: others are not painted over in front of that person,
 * and of two people close together the wrong one may be matched. So every other head is pixelated,
 * and every other person, whether their head was detected or not.
 */
function facesOfOthers(
  { boxes }: JudgedViolation,
  person: Box,
  own: DetectedBox | undefined,
): Box[] {
  const heads = boxes.filter(
    ({ label, box }) =>
      (label === 'head' || label === 'helmet') && (!own || overlap(box, own.box) < CROWDED),
  );
  const headless = boxes.filter(
    ({ label, box }) =>
      label === 'person' &&
      // A duplicate box of the reviewed person.
      overlap(box, person) < SAME &&
      within(heads, box, items.helmet.zone, ['head', 'helmet']).length === 0,
  );
  return [
    ...heads.map((head) => faceOf(person, head)),
    ...headless.map(({ box }) => faceOf(box, undefined)),
  ];
}

const around = ([left, top, right, bottom]: Box, share: number): Box => {
  const x = share * (right - left);
  const y = share * (bottom - top);
  return [left - x, top - y, right + x, bottom + y];
};

/** In integer pixels, within the picture. */
function whole(box: Box, { width, height }: { width: number; height: number }): Box {
  const [left, top, right, bottom] = clip(box, [0, 0, width, height]);
  return [Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)];
}

/** The intersection of a box with another; empty where they do not overlap. */
export function clip(box: Box, frame: Box): Box {
  const x = (value: number) => Math.min(frame[2], Math.max(frame[0], value));
  const y = (value: number) => Math.min(frame[3], Math.max(frame[1], value));
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

const area = ([left, top, right, bottom]: Box) =>
  Math.max(0, right - left) * Math.max(0, bottom - top);
const middleOf = ([left, top, right, bottom]: Box): [number, number] => [
  (left + right) / 2,
  (top + bottom) / 2,
];
const isInside = ([x, y]: [number, number], [left, top, right, bottom]: Box) =>
  x >= left && x <= right && y >= top && y <= bottom;

/** Intersection over union. */
export function overlap(a: Box, b: Box): number {
  const shared = area(clip(a, b));
  const both = area(a) + area(b) - shared;
  return both > 0 ? shared / both : 0;
}
