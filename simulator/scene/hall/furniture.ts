import type { Group } from 'three';
import type { FloorPoint } from '../types.ts';
import { goods, paints, surface } from './materials.ts';
import {
  BAY,
  BENCH,
  CELL,
  CNC_MACHINES,
  CONVEYOR,
  FORKLIFT,
  RACKS,
  type RackPlace,
} from './plan.ts';
import { box, chance, cylinder, drawnTexture, pick, standing } from './shapes.ts';

/** Racks, machines, conveyor, pallets, drums and the parked forklift. */
export function addFurniture(hall: Group): void {
  for (const rack of RACKS) addRack(hall, rack);
  const coats = [paints.blue, paints.blue, surface(0x2d6b5c, { roughness: 0.45, grime: 0.25 })];
  CNC_MACHINES.forEach((at, i) => {
    addCnc(hall, at, coats[i % coats.length]!);
  });
  addConveyor(hall);
  addBench(hall);
  addCabinet(hall, [CELL.east + 0.9, 11.6]);
  addStack(hall, [8.2, 14.9], 0.1, 7);
  addStack(hall, [20.6, 1.4], 0.05, 4);
  addLoadedPallet(hall, [19.4, 6.9]);
  addLoadedPallet(hall, [26.3, 12.2]);
  addLoadedPallet(hall, [26.2, 4.1]);
  addDrums(hall, [16.4, 13.4]);
  addDrums(hall, [4.4, 14]);
  addForklift(hall, FORKLIFT);
}

function addRack(hall: Group, { from, heading, bays }: RackPlace): void {
  const upright = surface(0x2b4d86, { roughness: 0.5, grime: 0.3 });
  const beam = surface(0xb55a1c, { roughness: 0.5, grime: 0.35 });
  const rack = standing(hall, from, heading - Math.PI / 2);
  for (let i = 0; i <= bays; i++) {
    for (const z of [-0.45, 0.45]) box(rack, [0.09, 4.6, 0.07], [i * BAY, 2.3, z], upright);
  }
  for (let i = 0; i < bays; i++) {
    for (const level of [0.15, 1.6, 3.05]) {
      const middle = i * BAY + BAY / 2;
      if (level > 0.3) {
        for (const z of [-0.45, 0.45])
          box(rack, [2.3, 0.11, 0.05], [middle, level - 0.12, z], beam);
      }
      for (const x of [middle - 0.55, middle + 0.57]) {
        if (chance() < 0.88) addRackLoad(rack, x, level);
      }
    }
  }
}

function addRackLoad(rack: Group, x: number, level: number): void {
  for (const z of [-0.35, 0, 0.35]) box(rack, [1, 0.1, 0.12], [x, level, z], paints.wood);
  box(rack, [1, 0.03, 0.9], [x, level + 0.06, 0], paints.wood);
  if (chance() < 0.5) {
    const height = 0.5 + chance() * 0.55;
    const at = [x, level + 0.08 + height / 2, 0] as const;
    box(rack, [0.92 + chance() * 0.06, height, 0.85], at, pick(goods));
    return;
  }
  for (const side of [-0.24, 0.24]) {
    const layers = 1 + chance() * 2;
    for (let layer = 0; layer < layers; layer++) {
      const at = [x + side, level + 0.27 + layer * 0.38, (chance() - 0.5) * 0.06] as const;
      box(rack, [0.44, 0.36, 0.8], at, pick(goods), (chance() - 0.5) * 0.08);
    }
  }
}

function controlPanel() {
  return drawnTexture(128, 160, (context) => {
    context.fillStyle = '#3a3f42';
    context.fillRect(0, 0, 128, 160);
    context.fillStyle = '#9fc2d4';
    context.fillRect(12, 10, 104, 70);
    context.fillStyle = '#204a66';
    for (let i = 0; i < 6; i++) context.fillRect(18, 18 + i * 10, 30 + chance() * 60, 4);
    for (let i = 0; i < 20; i++) {
      context.fillStyle = pick(['#ddd', '#888', '#c33', '#3a3']);
      context.fillRect(14 + (i % 5) * 20, 92 + Math.floor(i / 5) * 15, 13, 9);
    }
  });
}

/** A machining centre; its door and panel face east. */
function addCnc(hall: Group, at: FloorPoint, coat: ReturnType<typeof surface>): void {
  const body = surface(0xc9cbc6, { roughness: 0.4, grime: 0.25 });
  const glass = surface(0x1d2428, { roughness: 0.15, grime: 0.1, environment: 1.3 });
  const screen = surface(0xffffff, { map: controlPanel(), grime: 0.1, emissive: 0x0a0f12 });
  const cnc = standing(hall, at);
  box(cnc, [2.1, 2, 2.8], [0, 1.1, 0], body);
  box(cnc, [2.14, 0.5, 2.84], [0, 0.3, 0], coat);
  box(cnc, [2.12, 0.16, 2.82], [0, 2.02, 0], coat);
  box(cnc, [0.06, 0.95, 1.2], [1.06, 1.35, -0.2], glass);
  box(cnc, [0.05, 1.1, 0.05], [1.1, 1.35, 0.45], paints.zinc);
  box(cnc, [0.1, 0.75, 0.5], [1.14, 1.45, 0.95], screen);
  const green = surface(0x2e9b3e, { emissive: 0x0f5a1c, grime: 0.1 });
  cylinder(cnc, 0.035, 0.5, [0.8, 2.35, 1.1], green);
  cylinder(cnc, 0.036, 0.12, [0.8, 2.64, 1.1], surface(0xb02a20, { emissive: 0x300804 }));
  box(cnc, [0.7, 0.5, 1], [0.1, 2.35, -0.6], paints.grey);
}

function addConveyor(hall: Group): void {
  const length = CONVEYOR.to - CONVEYOR.from;
  const belt = standing(hall, [CONVEYOR.from, CONVEYOR.y]);
  box(belt, [length, 0.12, 0.7], [length / 2, 0.8, 0], paints.dark);
  box(belt, [length, 0.16, 0.04], [length / 2, 0.86, 0.36], paints.guardrail);
  for (let x = 0.1; x < length; x += 0.9) box(belt, [0.07, 0.8, 0.6], [x, 0.4, 0], paints.zinc);
  for (const x of [0.5, 2.1, 3.2, 5.2]) {
    box(belt, [0.5, 0.35, 0.45], [x, 1.04, 0], pick(goods.slice(0, 3)), chance());
  }
}

/** A packing bench at which workers stop. */
function addBench(hall: Group): void {
  const bench = standing(hall, BENCH);
  box(bench, [0.8, 0.06, 1.7], [0, 0.88, 0], paints.wood);
  for (const x of [-0.34, 0.34]) {
    for (const z of [-0.78, 0.78]) box(bench, [0.06, 0.86, 0.06], [x, 0.43, z], paints.grey);
  }
  box(bench, [0.05, 0.9, 1.7], [0.38, 1.3, 0], paints.blue);
  box(bench, [0.4, 0.26, 0.5], [0.1, 1.04, -0.45], goods[0]!, 0.15);
  box(bench, [0.34, 0.12, 0.3], [0, 0.97, 0.35], goods[5]!, -0.2);
}

function addCabinet(hall: Group, at: FloorPoint): void {
  const cabinet = standing(hall, at);
  box(cabinet, [0.5, 2, 0.8], [0, 1, 0], paints.cabinet);
  box(cabinet, [0.25, 0.3, 0.02], [0, 1.5, 0.41], surface(0xe0bb20));
}

function addStack(hall: Group, at: FloorPoint, turn: number, count: number): Group {
  const stack = standing(hall, at);
  stack.rotation.y = turn;
  for (let k = 0; k < count; k++) {
    for (const x of [-0.5, 0, 0.5]) {
      box(stack, [0.12, 0.1, 0.9], [x, 0.06 + k * 0.15, 0], paints.wood);
    }
    for (let i = 0; i < 6; i++) {
      box(stack, [1.15, 0.025, 0.13], [0, 0.125 + k * 0.15, -0.4 + i * 0.16], paints.wood);
    }
  }
  return stack;
}

function addLoadedPallet(hall: Group, at: FloorPoint): void {
  const pallet = addStack(hall, at, 0.12, 1);
  for (const x of [-0.26, 0.26]) {
    for (const z of [-0.24, 0.24]) box(pallet, [0.5, 0.4, 0.45], [x, 0.35, z], pick(goods));
  }
  box(pallet, [0.5, 0.4, 0.45], [0.05, 0.76, 0], goods[2]!, 0.4);
}

function addDrums(hall: Group, [x, y]: FloorPoint): void {
  for (const [dx, dy, color] of [
    [0, 0, 0x23507f],
    [0.55, 0.45, 0x23507f],
    [-0.15, 0.65, 0x7b2a22],
  ] as const) {
    const steel = surface(color, { roughness: 0.45, grime: 0.4 });
    const drum = standing(hall, [x + dx, y + dy]);
    cylinder(drum, 0.29, 0.88, [0, 0.44, 0], steel);
    for (const ring of [0.3, 0.6]) cylinder(drum, 0.302, 0.03, [0, ring, 0], steel);
  }
}

function addForklift(hall: Group, at: FloorPoint): void {
  const coat = surface(0xd59a17, { roughness: 0.4, grime: 0.3 });
  const { dark, grey } = paints;
  const truck = standing(hall, at, -0.9);
  box(truck, [1.1, 0.6, 1.7], [0, 0.65, 0], coat);
  box(truck, [1.05, 0.5, 0.5], [0, 1, -0.65], dark);
  for (const x of [-0.5, 0.5]) {
    for (const z of [-0.6, 0.6]) {
      cylinder(truck, 0.28, 0.2, [x, 0.28, z], dark, 'x');
      box(truck, [0.06, 1.3, 0.06], [x * 0.9, 1.55, z * 0.8], dark);
    }
  }
  box(truck, [1, 0.06, 1.1], [0, 2.2, 0], dark);
  for (const x of [-0.3, 0.3]) {
    box(truck, [0.1, 2.2, 0.1], [x, 1.1, 1], dark);
    box(truck, [0.12, 0.05, 1.1], [x, 0.1, 1.55], grey);
  }
  box(truck, [0.5, 0.12, 0.5], [0, 1, -0.1], dark);
  box(truck, [0.5, 0.5, 0.1], [0, 1.25, -0.35], dark);
}
