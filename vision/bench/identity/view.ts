import type { Box, Point } from '@anshi/contracts';
import type { Hall } from './hall.ts';

export const PICTURE: readonly [number, number] = [1280, 720];

type Vector = readonly [number, number, number];

/** A pinhole camera on a wall. Metres; x east, y north, z up. */
export interface View {
  readonly id: string;
  readonly eye: Vector;
  readonly right: Vector;
  readonly down: Vector;
  readonly ahead: Vector;
  /** Pixels. */
  readonly focal: number;
}

const EYE_HEIGHT = 6;
const PERSON = { height: 1.72, width: 0.5 };

/** Cameras in the corners, in a large hall also on the long walls; each looks at the middle of its part. */
export function viewsOf({ size: [width, depth] }: Hall): View[] {
  const spots: [string, Point, Point][] = [
    ['south-west', [0.3, 0.3], [0.42 * width, 0.45 * depth]],
    ['north-east', [width - 0.3, depth - 0.3], [0.58 * width, 0.55 * depth]],
  ];
  if (width > 20) {
    spots.push(['south-east', [width - 0.3, 0.3], [0.58 * width, 0.45 * depth]]);
    spots.push(['north-west', [0.3, depth - 0.3], [0.42 * width, 0.55 * depth]]);
  }
  return spots.map(([id, [x, y], at]) => viewOf(id, [x, y, EYE_HEIGHT], [at[0], at[1], 1]));
}

function viewOf(id: string, eye: Vector, at: Vector): View {
  const ahead = unit([at[0] - eye[0], at[1] - eye[1], at[2] - eye[2]]);
  const right = unit([ahead[1], -ahead[0], 0]);
  const down: Vector = [
    ahead[1] * right[2] - ahead[2] * right[1],
    ahead[2] * right[0] - ahead[0] * right[2],
    ahead[0] * right[1] - ahead[1] * right[0],
  ];
  const focal = PICTURE[0] / 2 / Math.tan((42 * Math.PI) / 180);
  return { id, eye, right, down, ahead, focal };
}

/** Pixels and depth in metres; undefined behind the camera. */
export function seenAt(view: View, [x, y, z]: Vector): { at: Point; depth: number } | undefined {
  const d: Vector = [x - view.eye[0], y - view.eye[1], z - view.eye[2]];
  const depth = dot(d, view.ahead);
  if (depth < 0.5) return undefined;
  return {
    at: [
      PICTURE[0] / 2 + (view.focal * dot(d, view.right)) / depth,
      PICTURE[1] / 2 + (view.focal * dot(d, view.down)) / depth,
    ],
    depth,
  };
}

/** Box of a person who stands at a place, whether or not it is in the picture. */
export function boxOfPerson(view: View, [x, y]: Point): { box: Box; depth: number } | undefined {
  const foot = seenAt(view, [x, y, 0]);
  const head = seenAt(view, [x, y, PERSON.height]);
  if (!foot || !head) return undefined;
  const half = (PERSON.width / 2) * (view.focal / foot.depth);
  const [middle] = foot.at;
  return {
    box: [middle - half, Math.min(head.at[1], foot.at[1]), middle + half, foot.at[1]],
    depth: foot.depth,
  };
}

/** Share of a standing person that machines hide, 0 to 1 in fifths. */
export function hiddenByMachines(view: View, [x, y]: Point, { machines }: Hall): number {
  let hidden = 0;
  for (let i = 0; i < 5; i++) {
    const z = (PERSON.height * (i + 0.5)) / 5;
    if (machines.some((machine) => isBetween(view.eye, [x, y, z], machine))) hidden++;
  }
  return hidden / 5;
}

function isBetween(eye: Vector, to: Vector, machine: Hall['machines'][number]): boolean {
  let enter = 0;
  let leave = 1;
  const sides = [
    [eye[0], to[0], machine.west, machine.east],
    [eye[1], to[1], machine.south, machine.north],
    [eye[2], to[2], 0, machine.height],
  ] as const;
  for (const [from, end, low, high] of sides) {
    const span = end - from;
    if (Math.abs(span) < 1e-9) {
      if (from < low || from > high) return false;
      continue;
    }
    const [a, b] = [(low - from) / span, (high - from) / span];
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter < leave;
}

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
