import { CELL, HALL } from '../hall/plan.ts';
import { type Random, seededRandom } from '../random.ts';
import type { Appearance, CameraSpec, FloorPoint, Scenario, WorkerSpec } from '../types.ts';

/** Maximum number of workers: the number of feet in the hall's shaders. */
const MOST_WORKERS = 8;
const MARGIN = 1.2;

const HELMETS = [0xe8e6df, 0xf0c419, 0xb5281e, 0x1f4f9c, 0xe0641a, 0x2f8a46];
const VESTS = [0xd8ea1e, 0xff5a10, 0xc8e020, 0xff7a1a];
const SKINS = [0xd9a98a, 0xc08a68, 0x9a6a4a, 0x6b4630, 0xe0b898];
const HAIRS = [0x15100c, 0x2b1d12, 0x6b5a48, 0x8d8d8a, 0x4a2f1c];
const CLOTHS = [0x24344f, 0x6a6f73, 0x2f3336, 0x5b6570, 0x7a3b2e, 0x4a4f3a, 0x8a8f94, 0x20252c];

/** One in this many scenarios has machines only, as negative examples. */
const EMPTY_EVERY = 4;

/**
 * A random scenario for training pictures: camera, people and their clothes, derived from the seed.
 * The cameras and paths of the clips are not used. Every fourth has no people and shows the robot
 * cell, whose arm is the most frequent false detection.
 */
export function trainingScenario(seed: number): Scenario {
  const random = seededRandom(seed * 7919 + 17);
  for (let i = 0; i < 8; i++) random();
  const isEmpty = seed % EMPTY_EVERY === 0;
  const focus: FloorPoint = isEmpty
    ? [between(random, CELL.west, CELL.east), between(random, CELL.south, CELL.north)]
    : [between(random, 5, HALL.width - 5), between(random, 3.5, 12)];
  return {
    name: `training-${seed}`,
    width: 1280,
    height: 720,
    fps: 1,
    duration: 24,
    camera: cameraOn(random, focus),
    focus,
    machines: [],
    lines: [],
    ppeArea: [],
    calibration: [],
    workers: isEmpty
      ? []
      : Array.from({ length: MOST_WORKERS }, (_, i) => worker(random, i, focus)),
    parts: true,
  };
}

const between = (random: Random, low: number, high: number) => low + (high - low) * random();
const oneOf = <T>(random: Random, things: readonly T[]): T =>
  things[Math.floor(random() * things.length)]!;

/** Aims at the focus from a pole or a wall, near or far. */
function cameraOn(random: Random, focus: FloorPoint): CameraSpec {
  const distance = between(random, 4, 11);
  const height = between(random, 2.2, 5.5);
  let position: FloorPoint = focus;
  for (let tries = 0; tries < 50; tries++) {
    const angle = between(random, 0, 2 * Math.PI);
    position = [focus[0] + Math.cos(angle) * distance, focus[1] + Math.sin(angle) * distance];
    if (isInHall(position)) break;
  }
  if (!isInHall(position)) position = [HALL.width / 2, MARGIN];
  const [dx, dy] = [focus[0] - position[0], focus[1] - position[1]];
  const aim = Math.atan2(height - 1, Math.hypot(dx, dy));
  return {
    position: [...position, height],
    yawDeg: (Math.atan2(dy, dx) * 180) / Math.PI + between(random, -6, 6),
    pitchDeg: (aim * 180) / Math.PI + between(random, -4, 4),
    fovDeg: between(random, 32, 62),
  };
}

const isInHall = ([x, y]: FloorPoint) =>
  x > MARGIN && x < HALL.width - MARGIN && y > MARGIN && y < HALL.depth - MARGIN;

function placeNear(random: Random, [x, y]: FloorPoint, radius: number): FloorPoint {
  const place: FloorPoint = [
    x + between(random, -radius, radius),
    y + between(random, -radius, radius),
  ];
  return [
    Math.min(HALL.width - MARGIN, Math.max(MARGIN, place[0])),
    Math.min(HALL.depth - MARGIN, Math.max(MARGIN, place[1])),
  ];
}

function worker(random: Random, index: number, focus: FloorPoint): WorkerSpec {
  const stays = random() < 0.35;
  const start = placeNear(random, focus, 4.5);
  const carriesBox = random() < 0.15;
  const face = between(random, -Math.PI, Math.PI);
  const act = carriesBox ? 'carry' : oneOf(random, ['stand', 'work'] as const);
  return {
    id: `T${index + 1}`,
    looks: appearance(random),
    start,
    face,
    startsAt: 0,
    speed: between(random, 0.9, 1.5),
    carriesBox,
    way: stays
      ? [{ wait: 60, act, face }]
      : Array.from({ length: 8 }, () => ({ to: placeNear(random, focus, 4.5) })),
  };
}

function appearance(random: Random): Appearance {
  const skin = oneOf(random, SKINS);
  const isHelmeted = random() < 0.5;
  const isVested = random() < 0.5;
  const sleeve = oneOf(random, [1, 1, 0.5]);
  return {
    height: between(random, 1.6, 1.92),
    skin,
    hair: oneOf(random, HAIRS),
    top: oneOf(random, CLOTHS),
    trousers: oneOf(random, CLOTHS),
    // Bodies of the same girth share their geometry, which takes seconds to build.
    girth: oneOf(random, [0, 0.015]),
    sleeve,
    ...(isHelmeted && { helmet: oneOf(random, HELMETS) }),
    ...(isVested && { vest: oneOf(random, VESTS) }),
  };
}
