import {
  AISLE,
  AISLE_LINE,
  BAY,
  BENCH,
  CELL,
  CELL_GATE,
  CELL_TABLE,
  CNC_MACHINES,
  CNC_SIZE,
  CONVEYOR,
  HALL,
  LOADING_GATE,
  RACK_DEPTH,
  RACKS,
  ROBOT_BASE,
  WALKWAY,
} from '../hall/plan.ts';
import type { FloorPoint } from '../types.ts';

const STYLE = `
    .floor { fill: #f3f4f2 } .wall { fill: none; stroke: #4a5258; stroke-width: .2 }
    .rack { fill: #c9d3e0; stroke: #3d5f96; stroke-width: .05 }
    .machine { fill: #d5d8d6; stroke: #5c6b73; stroke-width: .05 }
    .cell { fill: #fbe9c8 } .rail { fill: none; stroke: #c9900c; stroke-width: .12 }
    .mark { fill: none; stroke: #d9a916; stroke-width: .09 } .lane { fill: #e6ecdf }
    .hazard { stroke: #1d1d1b; stroke-width: .2; stroke-dasharray: .15 .1 }
    .hazard-base { stroke: #f0c419; stroke-width: .2 }
    .robot { fill: #d0641b } .door { stroke: #fff; stroke-width: .14 }
    .gate { stroke: #8793a0; stroke-width: .14 } .ink { stroke: #4a5258; stroke-width: .05 }`;

const metres = (value: number): string => Number(value.toFixed(3)).toString();

function line(name: string, from: FloorPoint, to: FloorPoint): string {
  const [x1, y1, x2, y2] = [...from, ...to].map(metres);
  return `<line class="${name}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
}

function area(name: string, west: number, south: number, width: number, depth: number): string {
  const [x, y, w, h] = [west, south, width, depth].map(metres);
  return `<rect class="${name}" x="${x}" y="${y}" width="${w}" height="${h}"/>`;
}

function centred(name: string, [x, y]: FloorPoint, width: number, depth: number): string {
  return area(name, x - width / 2, y - depth / 2, width, depth);
}

function racks(): string[] {
  return RACKS.map(({ from: [x, y], heading, bays }) => {
    const length = bays * BAY;
    const half = RACK_DEPTH / 2;
    return Math.abs(Math.cos(heading)) > 0.5
      ? area('rack', x, y - half, length, RACK_DEPTH)
      : area('rack', x - half, y, RACK_DEPTH, length);
  });
}

function cell(): string[] {
  const { west, east, south, north, gapFrom, gapTo } = CELL;
  const rail = [
    [gapTo, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
    [gapFrom, south],
  ]
    .map((point) => point.map(metres).join(','))
    .join(' ');
  const [cx, cy] = ROBOT_BASE.map(metres);
  return [
    area('cell', west, south, east - west, north - south),
    centred('machine', CELL_TABLE, 1.3, 0.7),
    `<circle class="robot" cx="${cx}" cy="${cy}" r=".42"/>`,
    `<polyline class="rail" points="${rail}"/>`,
  ];
}

function markings(): string[] {
  const { from, to, south, north } = WALKWAY;
  return [
    area('lane', from, south, to - from, north - south),
    area('lane', AISLE.west, AISLE.south, AISLE.east - AISLE.west, AISLE.north - AISLE.south),
    line('mark', [from, south], [to, south]),
    line('mark', [from, north], [to, north]),
    line('mark', [AISLE.west, AISLE.south], [AISLE.west, AISLE.north]),
    line('mark', [AISLE.east, AISLE.south], [AISLE.east, AISLE.north]),
    ...[CELL_GATE, AISLE_LINE].flatMap(({ from: a, to: b }) => [
      line('hazard-base', a, b),
      line('hazard', a, b),
    ]),
  ];
}

/** The floor plan as a picture: one unit is one metre, north is up. */
export function drawPlan(): string {
  const { width, depth } = HALL;
  const shapes = [
    area('floor', 0, 0, width, depth),
    ...markings(),
    ...racks(),
    ...CNC_MACHINES.map((at) => centred('machine', at, CNC_SIZE.x, CNC_SIZE.y)),
    area('machine', CONVEYOR.from, CONVEYOR.y - 0.35, CONVEYOR.to - CONVEYOR.from, 0.7),
    centred('machine', BENCH, 0.8, 1.7),
    ...cell(),
    area('wall', 0.1, 0.1, width - 0.2, depth - 0.2),
    line('door', [16.05, depth - 0.1], [17.15, depth - 0.1]),
    line('gate', [width - 0.1, LOADING_GATE.from], [width - 0.1, LOADING_GATE.to]),
    line('ink', [1, 0.7], [6, 0.7]),
    ...[1, 6].map((x) => line('ink', [x, 0.55], [x, 0.85])),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${depth}">
  <style>${STYLE}
  </style>
  <g transform="matrix(1 0 0 -1 0 ${depth})">
    ${shapes.join('\n    ')}
  </g>
  <text x="3.5" y="${depth - 0.85}" font-family="sans-serif" font-size=".5" text-anchor="middle" fill="#4a5258">5 m</text>
</svg>
`;
}
