import { CELL, CELL_GATE, MACHINES } from '../hall/plan.ts';
import type { Scenario, WorkerSpec } from '../types.ts';
import { looks } from './wardrobe.ts';

const NORTH = Math.PI / 2;
const WEST = Math.PI;

/**
 * One scene around the robot cell, seen by two cameras. All but W6 enter from the strip along the
 * south wall, which neither camera sees, and return there.
 */
const workers: readonly WorkerSpec[] = [
  {
    id: 'W1',
    looks: looks.whiteHelmetLimeVest,
    start: [8.4, 1.2],
    face: NORTH,
    startsAt: 0.3,
    speed: 1.25,
    way: [{ to: [9.6, 5.4] }, { to: [12.4, 6.3] }, { to: [13.8, 5.2] }, { to: [13.7, 1] }],
  },
  {
    id: 'W2',
    looks: looks.bareHeadOrangeVest,
    start: [15.5, 1.2],
    face: NORTH,
    startsAt: 5.6,
    speed: 1.15,
    way: [
      { to: [15.2, 5] },
      { to: [13.8, 6.4] },
      { to: [10.8, 6.7] },
      { to: [8.9, 5.6] },
      { to: [8.2, 1] },
    ],
  },
  {
    id: 'W3',
    looks: looks.yellowHelmetOrangeVest,
    start: [11.9, 1.2],
    face: NORTH,
    startsAt: 0.2,
    speed: 1.35,
    way: [
      { to: [12.1, 7.6] },
      { to: [11.9, 9.4] },
      { to: [11.15, 11.65] },
      { wait: 3.4, act: 'work', face: NORTH },
      { to: [12, 9.3] },
      { to: [12.2, 7.4] },
      { to: [12.4, 1] },
    ],
  },
  {
    id: 'W4',
    looks: looks.redHelmetNoVest,
    start: [13.4, 1.2],
    face: NORTH,
    startsAt: 1,
    speed: 1.2,
    way: [
      { to: [14, 5.6] },
      { to: [15.5, 8] },
      { wait: 4.6, act: 'work', face: 0 },
      { to: [14.6, 5.6] },
      { to: [14, 1] },
    ],
  },
  {
    id: 'W5',
    looks: looks.whiteHelmetGreyJacket,
    start: [10.4, 1.2],
    face: NORTH,
    startsAt: 5.6,
    speed: 1.15,
    carriesBox: true,
    way: [{ to: [10.2, 5.2] }, { to: [10.7, 7.9] }, { to: [13.4, 7.9] }, { to: [13.2, 1] }],
  },
  {
    id: 'W6',
    looks: looks.yellowHelmetBlueJacket,
    start: [7.95, 10.85],
    face: WEST,
    startsAt: 0,
    speed: 1,
    way: [{ wait: 60, act: 'work', face: WEST }],
  },
];

/** Common parts of the clips of the main floor. */
export const mainFloor = {
  width: 1280,
  height: 720,
  fps: 12,
  duration: 20,
  focus: [11.8, 7.8],
  machines: MACHINES,
  lines: [CELL_GATE],
  ppeArea: [
    [7, 4.9],
    [16.2, 4.9],
    [16.2, 9.1],
    [7, 9.1],
  ],
  calibration: [
    [9.5, 4.9],
    [14, 4.9],
    [CELL.west, CELL.south],
    [CELL.east, CELL.south],
    [CELL.west, CELL.north],
    [CELL.east, CELL.north],
    [12, 7.7],
  ],
  workers,
} satisfies Omit<Scenario, 'name' | 'camera'>;
