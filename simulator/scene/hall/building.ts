import { type Group, Mesh, PlaneGeometry, RepeatWrapping } from 'three';
import { toWorld } from '../floor.ts';
import type { FloorPoint } from '../types.ts';
import { paints, surface } from './materials.ts';
import { AISLE, CELL, HALL, LOADING_GATE, WALKWAY } from './plan.ts';
import { box, cylinder, drawnTexture, standing, stripe } from './shapes.ts';

const SOUTH = -Math.PI / 2;
const WEST = Math.PI;

/** The wall of a fitting: its middle on the floor, and its heading. */
interface Wall {
  readonly middle: FloorPoint;
  readonly looks: number;
  readonly length: number;
}

const NORTH_WALL: Wall = { middle: [HALL.width / 2, HALL.depth], looks: SOUTH, length: HALL.width };
const EAST_WALL: Wall = { middle: [HALL.width, HALL.depth / 2], looks: WEST, length: HALL.depth };
const WEST_WALL: Wall = { middle: [0, HALL.depth / 2], looks: 0, length: HALL.depth };

/**
 * Floor, floor markings, walls with their doors, windows and pipes. The south wall is never in the
 * picture.
 */
export function addBuilding(hall: Group): void {
  addFloor(hall);
  addMarkings(hall);
  for (const wall of [NORTH_WALL, EAST_WALL, WEST_WALL]) addWall(hall, wall);
  addNorthFittings(hall);
  addLoadingGate(hall);
  addSigns(hall);
}

function addFloor(hall: Group): void {
  const concrete = surface(0x8d8f8c, {
    roughness: 0.55,
    grime: 0.5,
    concrete: true,
    environment: 0.8,
  });
  const floor = new Mesh(new PlaneGeometry(HALL.width, HALL.depth), concrete);
  floor.rotation.x = -Math.PI / 2;
  floor.position.copy(toWorld([HALL.width / 2, HALL.depth / 2]));
  floor.receiveShadow = true;
  hall.add(floor);
}

function addMarkings(hall: Group): void {
  const { yellow, white } = paints;
  const { from, to, south, north } = WALKWAY;
  stripe(hall, [from, south], [to, south], 0.1, yellow);
  stripe(hall, [from, north], [to, north], 0.1, yellow);
  stripe(hall, [8.9, north], [8.9, 14], 0.1, yellow);
  stripe(hall, [15.1, north], [15.1, 14], 0.1, yellow);
  stripe(hall, [AISLE.west, AISLE.south], [AISLE.west, AISLE.north], 0.1, yellow);
  stripe(hall, [AISLE.east, AISLE.south], [AISLE.east, AISLE.north], 0.1, yellow);
  for (let y = LOADING_GATE.from; y <= LOADING_GATE.to; y += 0.8) {
    stripe(hall, [25.9, y], [27.5, y], 0.12, white);
  }
  hazardStripe(hall, [CELL.gapFrom, CELL.south], [CELL.gapTo, CELL.south]);
  hazardStripe(hall, [AISLE.west, AISLE.line], [AISLE.east, AISLE.line]);
}

/** A yellow and black hazard stripe. */
function hazardStripe(hall: Group, from: FloorPoint, to: FloorPoint): void {
  const texture = drawnTexture(256, 32, (context) => {
    context.fillStyle = '#d8ab12';
    context.fillRect(0, 0, 256, 32);
    context.fillStyle = '#1d1d1b';
    for (let i = -2; i < 9; i++) {
      context.beginPath();
      context.moveTo(i * 32, 32);
      context.lineTo(i * 32 + 16, 32);
      context.lineTo(i * 32 + 48, 0);
      context.lineTo(i * 32 + 32, 0);
      context.fill();
    }
  });
  texture.wrapS = RepeatWrapping;
  texture.repeat.set(2, 1);
  stripe(hall, from, to, 0.18, surface(0xffffff, { map: texture, grime: 0.5 })).position.y = 0.009;
}

/** A sandwich-panel wall with ribs and a painted base; its own +z side is the inside. */
function addWall(hall: Group, { middle, looks, length }: Wall): void {
  const wall = standing(hall, middle, looks);
  const { height } = HALL;
  box(wall, [length, height, 0.2], [0, height / 2, -0.1], paints.wall);
  for (let x = -length / 2 + 0.25; x < length / 2; x += 0.5) {
    box(wall, [0.05, height, 0.06], [x, height / 2, 0.03], paints.wall);
  }
  box(wall, [length, 1.2, 0.1], [0, 0.6, 0.05], paints.dado);
  for (let x = -length / 2 + 0.5; x < length / 2; x += 5.4) {
    for (const side of [-0.15, 0.15]) {
      box(wall, [0.34, height, 0.06], [x, height / 2, 0.2 + side], paints.steel);
    }
    box(wall, [0.05, height, 0.3], [x, height / 2, 0.2], paints.steel);
    box(wall, [0.38, 1.2, 0.42], [x, 0.6, 0.22], paints.yellow);
  }
}

function addNorthFittings(hall: Group): void {
  const wall = standing(hall, NORTH_WALL.middle, NORTH_WALL.looks);
  const pane = surface(0xdfe8ef, { emissive: 0x9fb3c4, grime: 0.15 });
  for (let x = -12.4; x < 13; x += 3.1) {
    box(wall, [2.2, 1.3, 0.06], [x, 5.2, 0.12], pane);
    for (const bar of [-0.73, 0, 0.73]) {
      box(wall, [0.05, 1.3, 0.08], [x + bar, 5.2, 0.14], paints.grey);
    }
  }
  const water = surface(0x9a4b35, { roughness: 0.5, grime: 0.3 });
  for (const [height, radius, paint] of [
    [3.3, 0.07, water],
    [3.6, 0.05, paints.zinc],
    [3.85, 0.09, paints.zinc],
  ] as const) {
    cylinder(wall, radius, HALL.width - 1, [0, height, 0.45], paint, 'x');
  }
  const door = surface(0x3f6b52, { grime: 0.2 });
  box(wall, [1.1, 2.1, 0.06], [2.6, 1.05, 0.13], door);
  box(wall, [0.34, 0.16, 0.05], [2.6, 2.35, 0.14], surface(0x1c8a4a, { emissive: 0x0c5a2a }));
  const duct = standing(hall, [0.7, HALL.depth / 2], 0);
  cylinder(duct, 0.3, HALL.depth - 2, [0, 5, 0.2], paints.zinc, 'x');
}

function addLoadingGate(hall: Group): void {
  const gate = standing(hall, [HALL.width, (LOADING_GATE.from + LOADING_GATE.to) / 2], WEST);
  const slat = surface(0x8793a0, { roughness: 0.5, grime: 0.25 });
  const width = LOADING_GATE.to - LOADING_GATE.from;
  for (let i = 0; i < 22; i++) box(gate, [width, 0.17, 0.08], [0, 0.1 + i * 0.19, 0.14], slat);
  for (const side of [-1, 1]) {
    box(gate, [0.2, 4.3, 0.2], [side * (width / 2 + 0.1), 2.15, 0.16], paints.yellow);
    box(gate, [0.14, 0.9, 0.14], [side * (width / 2 + 0.05), 0.45, 0.7], paints.guardrail);
  }
  box(gate, [width + 0.4, 0.4, 0.5], [0, 4.45, 0.3], paints.grey);
  const lamp = surface(0x2e9b3e, { emissive: 0x0f5a1c, grime: 0.1 });
  cylinder(gate, 0.08, 0.12, [width / 2 + 0.45, 2.6, 0.3], lamp, 'z');
  const dock = drawnTexture(256, 128, (context) => {
    context.fillStyle = '#20406a';
    context.fillRect(0, 0, 256, 128);
    context.fillStyle = '#fff';
    context.font = 'bold 92px sans-serif';
    context.textAlign = 'center';
    context.fillText('3', 128, 98);
  });
  const sign = new Mesh(new PlaneGeometry(1, 0.5), surface(0xffffff, { map: dock, grime: 0.1 }));
  sign.position.set(0, 4.95, 0.2);
  gate.add(sign);
}

function addSigns(hall: Group): void {
  const sign = (at: FloorPoint, looks: number, height: number, colour: string, text: string) => {
    const face = drawnTexture(96, 96, (context) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 96, 96);
      context.strokeStyle = '#fff';
      context.lineWidth = 5;
      context.strokeRect(6, 6, 84, 84);
      context.fillStyle = '#fff';
      context.font = 'bold 40px sans-serif';
      context.textAlign = 'center';
      context.fillText(text, 48, 63);
    });
    const mesh = new Mesh(
      new PlaneGeometry(0.5, 0.5),
      surface(0xffffff, { map: face, grime: 0.1 }),
    );
    mesh.position.set(0, height, 0.25);
    standing(hall, at, looks).add(mesh);
  };
  sign([8.6, HALL.depth], SOUTH, 2.2, '#1b4f9c', '!');
  sign([17.6, HALL.depth], SOUTH, 2.2, '#1c7d3f', 'EX');
  sign([14.2, HALL.depth], SOUTH, 2.4, '#b3261c', 'A3');
  sign([0, 9], 0, 2.3, '#1b4f9c', 'P');
  sign([HALL.width, 5.7], WEST, 2.2, '#b3261c', 'A1');
  sign([HALL.width, 10.8], WEST, 2.2, '#1b4f9c', '!');
}
