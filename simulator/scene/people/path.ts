import { wrapAngle } from '../floor.ts';
import type { Act, FloorPoint, WayStep, WorkerSpec } from '../types.ts';

/** The state of a worker at one moment. */
export interface PathState {
  readonly x: number;
  readonly y: number;
  /** Radians from east, counter-clockwise. */
  readonly heading: number;
  /** Metres a second. */
  readonly speed: number;
  /** Cycles of two steps since the start. */
  readonly phase: number;
  /** 1 walking, 0 standing. */
  readonly walking: number;
  readonly act: Act;
}

const RATE = 100;
const STEP = 1 / RATE;
const ACCELERATION = 1.8;
const DECELERATION = 2.2;
const TURN_RATE = 2.6;
/** A through point counts as reached within this distance, a stop within the smaller one. */
const REACHED = 0.35;
const STOPPED = 0.06;
/** Metres covered in one cycle by a body of 1.78 m at full stride. */
export const STRIDE = 1.36;

const limit = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));

/** A worker's whole path, computed at 100 steps per second with eased speed and turns. */
export class WalkedPath {
  readonly #states: PathState[];

  constructor(spec: WorkerSpec, duration: number) {
    this.#states = walk(spec, duration);
  }

  /** The state at a time in seconds, clamped at the ends. */
  at(time: number): PathState {
    const index = limit(Math.round(time * RATE), 0, this.#states.length - 1);
    return this.#states[index]!;
  }
}

function walk(spec: WorkerSpec, duration: number): PathState[] {
  const states: PathState[] = [];
  const stride = (STRIDE * spec.looks.height) / 1.78;
  const moving: Act = spec.carriesBox ? 'carry' : 'walk';
  const idle: Act = spec.carriesBox ? 'carry' : 'stand';
  const before: WayStep = { wait: spec.startsAt, act: idle, face: spec.face };
  const way: WayStep[] = spec.startsAt > 0 ? [before, ...spec.way] : [...spec.way];
  let [x, y] = spec.start;
  let heading = spec.face;
  let speed = 0;
  let phase = 0;
  let walking = 0;
  let next = 0;
  let waited = 0;
  let act: Act = idle;

  for (let t = 0; t <= duration; t += STEP) {
    const step = way[next];
    let wanted = 0;
    let course = heading;
    if (step && 'wait' in step) {
      act = step.act;
      course = step.face ?? heading;
      waited += STEP;
      if (waited >= step.wait) {
        next++;
        waited = 0;
      }
    } else if (step) {
      const following = way[next + 1];
      const stops = !following || 'wait' in following;
      const left = distance([x, y], step.to);
      course = Math.atan2(step.to[1] - y, step.to[0] - x);
      wanted = stops ? Math.min(spec.speed, 0.15 + left * 1.6) : spec.speed;
      if (left < (stops ? STOPPED : REACHED)) next++;
      act = moving;
    } else {
      act = idle;
    }
    speed += limit(wanted - speed, -DECELERATION * STEP, ACCELERATION * STEP);
    const turn = wrapAngle(course - heading) * 4 * STEP;
    heading = wrapAngle(heading + limit(turn, -TURN_RATE * STEP, TURN_RATE * STEP));
    x += Math.cos(course) * speed * STEP;
    y += Math.sin(course) * speed * STEP;
    phase += (speed * STEP) / stride;
    walking += (Math.min(1, speed / (spec.speed * 0.7)) - walking) * Math.min(1, STEP * 8);
    states.push({ x, y, heading, speed, phase, walking, act });
  }
  return states;
}

function distance(a: FloorPoint, b: FloorPoint): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}
