import { Group } from 'three';
import type { FloorPoint } from '../types.ts';
import { paints, surface } from './materials.ts';
import { CELL, CELL_TABLE, ROBOT_BASE } from './plan.ts';
import { box, cylinder, standing, stripe } from './shapes.ts';

/** The robot arm: the group to draw, and a function that moves it. */
export interface RobotArm {
  readonly group: Group;
  /** Sets the joints for a time; the movement repeats after `period` seconds. */
  move(time: number, period: number): void;
}

/** The guardrail round the robot cell, and the table in it. */
export function addRobotCell(hall: Group): void {
  const { west, east, south, north, gapFrom, gapTo } = CELL;
  addRail(hall, [west, south], [gapFrom, south]);
  addRail(hall, [gapTo, south], [east, south]);
  addRail(hall, [east, south], [east, north]);
  addRail(hall, [east, north], [west, north]);
  addRail(hall, [west, north], [west, south]);
  const inset = 0.25;
  for (const y of [south + inset, north - inset]) {
    const gap = y < north - 1;
    stripe(hall, [west + inset, y], [gap ? gapFrom - 0.1 : east - inset, y], 0.07, paints.red);
    if (gap) stripe(hall, [gapTo + 0.1, y], [east - inset, y], 0.07, paints.red);
  }
  const table = standing(hall, CELL_TABLE);
  box(table, [1.3, 0.08, 0.7], [0, 0.86, 0], paints.zinc);
  for (const x of [-0.55, 0.55]) {
    for (const z of [-0.3, 0.3]) box(table, [0.06, 0.84, 0.06], [x, 0.42, z], paints.grey);
  }
  box(table, [0.4, 0.2, 0.3], [-0.2, 1, -0.05], paints.blue);
  box(table, [0.25, 0.12, 0.2], [0.3, 0.96, 0.05], surface(0x8d4a2a));
}

function addRail(hall: Group, from: FloorPoint, to: FloorPoint): void {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const rail = standing(hall, from, Math.atan2(to[1] - from[1], to[0] - from[0]));
  for (const height of [0.52, 1.04]) {
    box(rail, [0.05, 0.075, length], [0, height, length / 2], paints.guardrail);
  }
  const spans = Math.max(1, Math.round(length / 1.5));
  for (let i = 0; i <= spans; i++) {
    const z = (length * i) / spans;
    box(rail, [0.07, 1.1, 0.07], [0, 0.55, z], paints.guardrail);
    box(rail, [0.2, 0.02, 0.2], [0, 0.012, z], paints.guardrail);
  }
}

/** Builds the six-axis arm; three of its joints move. */
export function makeRobotArm(): RobotArm {
  const orange = surface(0xd0641b, { roughness: 0.4, grime: 0.25, moving: true });
  const { dark, zinc } = paints;
  const parent = new Group();
  const group = standing(parent, ROBOT_BASE);
  group.removeFromParent();
  cylinder(group, 0.42, 0.3, [0, 0.15, 0], dark);
  const turret = new Group();
  turret.position.y = 0.3;
  group.add(turret);
  cylinder(turret, 0.3, 0.5, [0, 0.25, 0], orange, 'y', 0.26);
  const upper = new Group();
  upper.position.y = 0.55;
  turret.add(upper);
  box(upper, [0.28, 1.1, 0.3], [0, 0.5, 0], orange);
  cylinder(upper, 0.2, 0.42, [0, 0, 0], orange, 'x');
  cylinder(upper, 0.18, 0.4, [0, 1.02, 0], orange, 'x');
  const fore = new Group();
  fore.position.y = 1.02;
  upper.add(fore);
  box(fore, [0.22, 0.22, 0.95], [0, 0.06, 0.4], orange);
  cylinder(fore, 0.1, 0.25, [0, 0.02, 0.95], dark, 'z');
  box(fore, [0.26, 0.12, 0.06], [0, 0.02, 1.1], zinc);

  return {
    group,
    move(time, period) {
      const cycle = (count: number, offset = 0): number =>
        Math.sin((2 * Math.PI * count * time) / period + offset);
      turret.rotation.y = -1.9 + 0.8 * cycle(2);
      upper.rotation.x = 0.35 + 0.2 * cycle(3, 1);
      fore.rotation.x = 0.35 + 0.25 * cycle(3);
    },
  };
}
