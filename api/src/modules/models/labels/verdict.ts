import type { Box, DetectedBox } from '@anshi/contracts';

/** A violation with its verdict, and what was drawn on its snapshot (pixels of the snapshot). */
export interface JudgedViolation {
  id: string;
  rule: string;
  camera: string;
  site: string;
  status: string;
  reason: string | null;
  startedAt: Date;
  track: string;
  box: Box;
  width: number;
  height: number;
  boxes: readonly DetectedBox[];
}

/** The sets, and which classes each labels wherever they are in its pictures. */
export const SETS = {
  helmet: ['person', 'helmet', 'head'],
  vest: ['person', 'vest', 'no_vest'],
  person: ['person'],
} as const;
export type SetName = keyof typeof SETS;
/** In the order of their ids, as the PPE model has them. */
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

/** What a verdict teaches: the part of the picture that is fully known, and what is in it. */
export interface Lesson {
  set: SetName;
  /** The part of the snapshot, whole pixels. */
  crop: Box;
  /** Pixels of the snapshot. */
  labels: { label: ClassName; box: Box }[];
  /** Where somebody else is, whom nobody judged. */
  paintOut: Box[];
  /** The judged person: what is theirs is never painted over. */
  person: Box;
  /** Where faces are: of the judged person, and of others, who are not painted over in front of them. */
  faces: Box[];
}

/** A person lower than this, in pixels, is past reading. */
const MIN_HEIGHT = 40;
/** Boxes of one person overlap at least this much. */
const SAME = 0.5;
/** Somebody who overlaps the judged person this much cannot be painted over. */
const CROWDED = 0.3;
/** The square that the region pass looks at: its side, and how far above the person it begins, as
 * shares of the person's height (`region` of the PPE model's card). */
const REGION = { side: 0.75, above: 0.12 };

const items = {
  'missing-helmet': { set: 'helmet', wrong: 'head', right: 'helmet', zone: [-0.1, 0.4] },
  'missing-vest': { set: 'vest', wrong: 'no_vest', right: 'vest', zone: [0.05, 0.85] },
} as const;

/**
 * What a verdict truly tells. A reviewer judged one person and one thing about them; of everybody
 * else in the picture, and of what else that person wears, nobody said anything:
 *
 * - confirmed (or permitted work, which was seen rightly): the person is one, and the head is bare,
 *   the torso without a vest, as drawn;
 * - dismissed because the thing is worn: the person is one, and the box is of the other class;
 * - dismissed because it is no person: nothing is there;
 * - any other dismissal does not say what is there instead, and teaches nothing.
 *
 * So the picture is the part that the region pass looks at around that person; others in it are
 * painted over, and each set labels only the classes of its item.
 */
export function lessonOf(violation: JudgedViolation): Lesson | Skipped {
  const { status, reason, rule } = violation;
  if (status === 'pending') return 'unreviewed';
  if (reason === 'duplicate') return 'duplicate';
  const isRight = status === 'confirmed' || reason === 'allowed-work';
  const item = items[rule as keyof typeof items];
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
  const heads = within(parts, person, items['missing-helmet'].zone, ['head', 'helmet']);
  const strangersFaces = facesOfOthers(violation, person, heads[0]);

  if (isNobody || !item) {
    const crop = whole(around(person, 0.25), violation);
    const labels = isNobody ? [] : [{ label: 'person' as const, box: clip(person, crop) }];
    return {
      set: 'person' as const,
      crop,
      labels,
      person,
      paintOut: others.map((one) => one.box),
      faces: [...(isNobody ? [] : [faceOf(person, heads[0])]), ...strangersFaces],
    };
  }

  const drawn = within(parts, person, item.zone, [item.wrong, item.right]);
  const judged = drawn.find(({ label }) => label === item.wrong);
  if (!judged) return 'no-box';
  // Two bare heads on one body: one of them is somebody else's.
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
    labels: [
      { label: 'person', box: clip(person, crop) },
      { label, box: clip(judged.box, crop) },
    ],
    paintOut: [...others, ...strangers].map((one) => one.box),
    faces: [faceOf(person, heads[0]), ...strangersFaces],
  };
}

/** The person whom the verdict is about, as the detector drew them in the snapshot. */
function personIn({ boxes, box }: JudgedViolation): Box {
  const people = boxes
    .filter(({ label }) => label === 'person')
    .sort((a, b) => overlap(b.box, box) - overlap(a.box, box));
  const [best] = people;
  return best && overlap(best.box, box) >= SAME ? best.box : box;
}

/** Parts of these classes whose middle lies in a zone of the person's height, the surest first. */
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

/** The square over head and torso that the region pass looks at. */
function regionOf(person: Box): Box {
  const tall = person[3] - person[1];
  const side = REGION.side * tall;
  const left = (person[0] + person[2]) / 2 - side / 2;
  const top = person[1] - REGION.above * tall;
  return [left, top, left + side, top + side];
}

/**
 * The face: the lower part of a head's box, or what lies below a helmet, which stays to be seen;
 * without either, where a standing person's face is.
 */
export function faceOf(person: Box, head: DetectedBox | undefined): Box {
  if (head) {
    const [left, top, right, bottom] = head.box;
    const tall = bottom - top;
    const wide = right - left;
    const [from, to] = head.label === 'helmet' ? [0.75, 1.7] : [0.3, 1.25];
    return [left - 0.1 * wide, top + from * tall, right + 0.1 * wide, top + to * tall];
  }
  const tall = person[3] - person[1];
  const middle = (person[0] + person[2]) / 2;
  return [middle - 0.09 * tall, person[1], middle + 0.09 * tall, person[1] + 0.2 * tall];
}

/**
 * The faces of all but the judged person: nobody is painted over where they stand in front of that
 * person, and of two who stand close together one may be taken for the other. So every head that is
 * not the judged one has a face, and so has every other person, whether their head was found or not.
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
      // As good as the judged one: the same person, drawn twice.
      overlap(box, person) < SAME &&
      within(heads, box, items['missing-helmet'].zone, ['head', 'helmet']).length === 0,
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

/** In whole pixels, within the picture. */
function whole(box: Box, { width, height }: { width: number; height: number }): Box {
  const [left, top, right, bottom] = clip(box, [0, 0, width, height]);
  return [Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)];
}

/** The part of a box that lies in another; empty at its edge where none does. */
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
