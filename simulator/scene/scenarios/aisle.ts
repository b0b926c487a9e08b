import { AISLE, AISLE_LINE } from '../hall/plan.ts';
import type { Scenario, WorkerSpec } from '../types.ts';
import { looks } from './wardrobe.ts';

const NORTH = Math.PI / 2;
const SOUTH = -Math.PI / 2;
/** Northbound people keep to the east, southbound ones to the west. */
const NORTHBOUND = 24.8;
const SOUTHBOUND = 23.8;

const workers: readonly WorkerSpec[] = [
  {
    id: 'A1',
    looks: looks.whiteHelmetLimeVest,
    start: [NORTHBOUND, 0.9],
    face: NORTH,
    startsAt: 0,
    speed: 1.25,
    way: [{ to: [NORTHBOUND, 8] }, { to: [NORTHBOUND, 15.3] }],
  },
  {
    id: 'A2',
    looks: looks.bareHeadNoVest,
    start: [SOUTHBOUND, 15.3],
    face: SOUTH,
    startsAt: 0.6,
    speed: 1.2,
    way: [{ to: [SOUTHBOUND, 8] }, { to: [SOUTHBOUND, 0.9] }],
  },
  {
    id: 'A3',
    looks: looks.whiteHelmetGreyJacket,
    start: [NORTHBOUND, 0.9],
    face: NORTH,
    startsAt: 2.2,
    speed: 1.2,
    carriesBox: true,
    way: [{ to: [NORTHBOUND + 0.1, 8] }, { to: [NORTHBOUND, 15.3] }],
  },
  {
    id: 'A4',
    looks: looks.yellowHelmetOrangeVest,
    start: [SOUTHBOUND, 15.3],
    face: SOUTH,
    startsAt: 4.2,
    speed: 1.3,
    way: [{ to: [SOUTHBOUND - 0.1, 8] }, { to: [SOUTHBOUND, 0.9] }],
  },
];

/** The pedestrian aisle in front of the loading gate, with a marked line across it. */
export const aisle: Scenario = {
  name: 'aisle',
  width: 1280,
  height: 720,
  fps: 12,
  duration: 20,
  camera: { position: [18.7, 6.3, 3.4], yawDeg: 11, pitchDeg: 21, fovDeg: 50 },
  focus: [24.4, 7.8],
  machines: [],
  lines: [AISLE_LINE],
  ppeArea: [
    [AISLE.west, 5],
    [AISLE.east, 5],
    [AISLE.east, 11],
    [AISLE.west, 11],
  ],
  calibration: [
    [AISLE.west, 4.6],
    [AISLE.east, 4.2],
    [AISLE.west, AISLE.line],
    [AISLE.east, AISLE.line],
    [AISLE.west, 10.6],
    [AISLE.east, 11.6],
    [27.5, 6.2],
  ],
  workers,
};
