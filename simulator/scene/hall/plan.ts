import type { FloorLine, FloorPoint, Machine } from '../types.ts';

/** Layout of the main hall, in floor metres. Shared by the 3D hall and the floor plan. */

export const PLAN_NAME = 'main-hall';
export const HALL = { width: 28, depth: 16, height: 8 };

/** The robot cell: a guardrail with a gap in its south side. */
export const CELL = { west: 9.5, east: 14.5, south: 9.2, north: 13, gapFrom: 11.1, gapTo: 12.9 };
export const ROBOT_BASE: FloorPoint = [13.3, 11.5];
export const CELL_TABLE: FloorPoint = [11, 12.45];

/** The walkway from west to east, between two yellow lines. */
export const WALKWAY = { from: 1, to: 20, south: 4.9, north: 7.7 };
/** The pedestrian aisle from south to north in front of the loading gate. */
export const AISLE = { west: 23.2, east: 25.4, south: 0.6, north: 15.4, line: 7.6 };
export const LOADING_GATE = { from: 6.2, to: 10.2 };

/** A rack of `bays` along the heading (radians from east) from its first upright. */
export interface RackPlace {
  readonly from: FloorPoint;
  readonly heading: number;
  readonly bays: number;
}
export const BAY = 2.4;
export const RACK_DEPTH = 1;
export const RACKS: readonly RackPlace[] = [
  { from: [17.8, 8.4], heading: Math.PI / 2, bays: 3 },
  { from: [0.8, 15.2], heading: 0, bays: 3 },
  { from: [27.3, 0.5], heading: Math.PI / 2, bays: 2 },
  { from: [27.3, 10.9], heading: Math.PI / 2, bays: 2 },
];

/** Centres of the CNC machines; their doors face east. */
export const CNC_MACHINES: readonly FloorPoint[] = [
  [6.1, 11.8],
  [2.2, 11.2],
  [2.2, 6.9],
];
export const CNC_SIZE = { x: 2.1, y: 2.8 };
export const CONVEYOR = { from: 9.4, to: 15.6, y: 14.6 };
export const BENCH: FloorPoint = [16.3, 8.1];
export const FORKLIFT: FloorPoint = [20, 13.4];

export const MACHINES: readonly Machine[] = [
  {
    id: 'robot-1',
    cell: [
      [CELL.west, CELL.south],
      [CELL.east, CELL.south],
      [CELL.east, CELL.north],
      [CELL.west, CELL.north],
    ],
  },
];

export const CELL_GATE: FloorLine = {
  id: 'cell-gate',
  from: [CELL.gapFrom, CELL.south],
  to: [CELL.gapTo, CELL.south],
};

export const AISLE_LINE: FloorLine = {
  id: 'aisle-line',
  from: [AISLE.west, AISLE.line],
  to: [AISLE.east, AISLE.line],
};
