import type { Box } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { Face } from './faces.ts';

/** The faces that were seen at one time of a clip. */
export interface FaceSample {
  /** Seconds from the start of the clip. */
  readonly t: number;
  readonly faces: readonly Face[];
}

interface Knot extends Face {
  readonly t: number;
}

/** One face through a clip: where it was seen, in the order of time. */
export interface FaceTrack {
  readonly knots: readonly Knot[];
}

/** A face that is seen again within this time is the same one; in between it is interpolated, seconds. */
const LONGEST_GAP = 1.6;
/** So long before it was first seen and after it was last seen a face is blurred, too, seconds. */
const BEYOND = 0.6;
/** Two regions of one picture that share this part of the smaller one are of one face. */
const SAME_FACE = 0.4;
/**
 * How far a face may be from where it is expected: sizes of its box, and the same for a second. Of one
 * that was seen once it is not known whether it walks; a walk is seven sizes a second.
 */
const REACH = 0.9;
const REACH_A_SECOND = { once: 8, often: 4 };
const MOST_GROWTH = 1.7;

/** Margins around a face, as shares of its size. */
const MARGIN = 0.04;
const UNSURE = 0.1;
/** More for each second since it was seen, and to the next time that it is. */
const STALE_A_SECOND = 0.5;
/** A share of the way between two knots: people do not move evenly. */
const WAY = 0.15;
/** Not more than this: further away it would be another one's. */
const MOST_WIDENED = 0.7;
/** Above the face is the crown: it is widened less there. */
const UPWARDS = 0.1;

/**
 * Joins the faces of samples to tracks. A face may be in two tracks, which costs nothing; what must not
 * happen is that one is in none.
 *
 * @param samples in the order of time.
 */
export function faceTracks(samples: readonly FaceSample[]): FaceTrack[] {
  const tracks: { knots: Knot[] }[] = [];
  for (const { t, faces } of samples) {
    const open = tracks.filter(({ knots }) => t - knots.at(-1)!.t <= LONGEST_GAP);
    const left = new Set(joined(faces));
    const pairs = open
      .flatMap((track) =>
        [...left].map((face) => ({ track, face, off: off(track.knots, face, t) })),
      )
      .filter((pair) => Number.isFinite(pair.off))
      .sort((a, b) => a.off - b.off);
    const taken = new Set<object>();
    for (const { track, face } of pairs) {
      if (taken.has(track) || !left.has(face)) continue;
      taken.add(track);
      left.delete(face);
      track.knots.push({ ...face, t });
    }
    for (const face of left) tracks.push({ knots: [{ ...face, t }] });
  }
  return tracks;
}

/** One region of each face of a picture. */
function joined(faces: readonly Face[]): Face[] {
  const found: Face[] = [];
  for (const face of faces) {
    const at = found.findIndex(
      ({ box }) =>
        sharedArea(box, face.box) > SAME_FACE * Math.min(boxArea(box), boxArea(face.box)),
    );
    const other = found[at];
    if (!other) found.push(face);
    else found[at] = { box: union(other.box, face.box), sure: other.sure || face.sure };
  }
  return found;
}

/** Distance of a face from a track, in sizes; Infinity where it is another's. */
function off(knots: readonly Knot[], face: Face, t: number): number {
  const last = knots.at(-1)!;
  const passed = t - last.t;
  const size = Math.max(sizeOf(last.box), sizeOf(face.box));
  const growth = size / Math.max(1, Math.min(sizeOf(last.box), sizeOf(face.box)));
  if (passed <= 0 || growth > MOST_GROWTH) return Number.POSITIVE_INFINITY;
  const [x, y] = middleOf(face.box);
  const reach = REACH + REACH_A_SECOND[knots.length === 1 ? 'once' : 'often'] * passed;
  const from = [middleOf(last.box), middleOf(movedTo(knots, t))];
  const distance = Math.min(...from.map(([a, b]) => Math.hypot(a - x, b - y))) / size;
  return distance <= reach ? distance : Number.POSITIVE_INFINITY;
}

/** Where the last box of a track is at a later time, by its last motion. */
function movedTo(knots: readonly Knot[], t: number): Box {
  const last = knots.at(-1)!;
  const before = knots.at(-2);
  if (!before) return last.box;
  return moved(last.box, before, last, Math.min(BEYOND, t - last.t));
}

function moved(box: Box, a: Knot, b: Knot, seconds: number): Box {
  const [ax, ay] = middleOf(a.box);
  const [bx, by] = middleOf(b.box);
  const share = seconds / Math.max(0.05, b.t - a.t);
  const [dx, dy] = [(bx - ax) * share, (by - ay) * share];
  return [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
}

/**
 * The region of a face at a time of the clip: interpolated between the times at which it was seen,
 * continued beyond them, and wider the less is known.
 *
 * @param slack seconds by which the time may be wrong.
 * @returns null where the track is over, or has not begun.
 */
export function faceAt({ knots }: FaceTrack, t: number, slack: number): Box | null {
  const first = knots[0]!;
  const last = knots.at(-1)!;
  if (t < first.t) {
    if (first.t - t > BEYOND) return null;
    const next = knots[1];
    const box = next ? moved(first.box, first, next, t - first.t) : first.box;
    return widened(union(box, first.box), first.sure, first.t - t);
  }
  if (t >= last.t) {
    if (t - last.t > BEYOND) return null;
    const before = knots.at(-2);
    const box = before ? moved(last.box, before, last, t - last.t) : last.box;
    return widened(union(box, last.box), last.sure, t - last.t);
  }
  const at = indexAfter(knots, t);
  const [a, b] = [knots[at - 1]!, knots[at]!];
  const share = (t - a.t) / (b.t - a.t);
  const mix = (i: 0 | 1 | 2 | 3) => a.box[i] + share * (b.box[i] - a.box[i]);
  const [ax, ay] = middleOf(a.box);
  const [bx, by] = middleOf(b.box);
  const stale = Math.min(t - a.t, b.t - t);
  const lost = WAY + slack / Math.max(0.05, b.t - a.t);
  const way = [Math.abs(ax - bx) * lost, Math.abs(ay - by) * lost] as const;
  return widened([mix(0), mix(1), mix(2), mix(3)], a.sure && b.sure, stale, way);
}

function indexAfter(knots: readonly Knot[], t: number): number {
  let [low, high] = [1, knots.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (knots[middle]!.t > t) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * @param way pixels on each side, across and down, beside the shares of the size: of a person who walks past, the crown
 *   stays as open as of one who stands.
 */
function widened(
  box: Box,
  isSure: boolean,
  stale: number,
  way: readonly [across: number, down: number] = [0, 0],
): Box {
  const size = sizeOf(box);
  const share = MARGIN + (isSure ? 0 : UNSURE) + STALE_A_SECOND * stale;
  const most = MOST_WIDENED * size;
  const [across, down] = way.map((more) => Math.min(most, share * size + more));
  const up = Math.min(most, UPWARDS * share * size + way[1]);
  return [box[0] - across!, box[1] - up, box[2] + across!, box[3] + down!];
}

const sizeOf = ([left, top, right, bottom]: Box) => Math.max(right - left, bottom - top);
const middleOf = ([left, top, right, bottom]: Box): [number, number] => [
  (left + right) / 2,
  (top + bottom) / 2,
];
const union = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];
