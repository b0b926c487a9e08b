import type { Box } from '@anshi/contracts';
import { type AxisFilter, correctAxis, predictAxis, startAxis } from './axis-filter.ts';

/** Noise in units of the box's height, so that near and far people are treated alike. */
const POSITION_NOISE = 0.05;
const ASPECT_NOISE = 0.05;
/** Walking speed: 0.8 body heights per second. */
const START_SPEED = 0.8;
const AGILITY = 0.6;
const SIZE_AGILITY = 0.2;

/** The filtered box of one track: centre, aspect (width over height) and height. */
export interface BoxFilter {
  x: AxisFilter;
  y: AxisFilter;
  aspect: AxisFilter;
  height: AxisFilter;
}

export function startBox(box: Box): BoxFilter {
  const m = measure(box);
  return {
    x: startAxis(m.x, POSITION_NOISE * m.height, START_SPEED * m.height),
    y: startAxis(m.y, POSITION_NOISE * m.height, START_SPEED * m.height),
    aspect: startAxis(m.aspect, ASPECT_NOISE, 0.01),
    height: startAxis(m.height, POSITION_NOISE * m.height, 0.3 * m.height),
  };
}

export function predictBox(filter: BoxFilter, seconds: number): void {
  const height = Math.max(1, filter.height.value);
  predictAxis(filter.x, seconds, AGILITY * height);
  predictAxis(filter.y, seconds, AGILITY * height);
  predictAxis(filter.aspect, seconds, 0.1);
  predictAxis(filter.height, seconds, SIZE_AGILITY * height);
  // A height that diverges while the person is not seen must not invert the box.
  filter.height.value = Math.max(1, filter.height.value);
  filter.aspect.value = Math.max(0.05, filter.aspect.value);
}

/** @param doubt factor of the measurement noise: low-score boxes are less exact. */
export function correctBox(filter: BoxFilter, box: Box, doubt: number): void {
  const m = measure(box);
  const noise = POSITION_NOISE * m.height * doubt;
  correctAxis(filter.x, m.x, noise);
  correctAxis(filter.y, m.y, noise);
  correctAxis(filter.aspect, m.aspect, ASPECT_NOISE * doubt);
  correctAxis(filter.height, m.height, noise);
}

export function boxOf(filter: BoxFilter): Box {
  const height = filter.height.value;
  const halfWidth = (filter.aspect.value * height) / 2;
  const { value: x } = filter.x;
  const { value: y } = filter.y;
  return [x - halfWidth, y - height / 2, x + halfWidth, y + height / 2];
}

function measure([left, top, right, bottom]: Box) {
  const height = Math.max(1, bottom - top);
  return {
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    aspect: Math.max(0.05, (right - left) / height),
    height,
  };
}
