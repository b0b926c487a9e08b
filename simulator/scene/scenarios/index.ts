import type { Scenario } from '../types.ts';
import { aisle } from './aisle.ts';
import { hallEast } from './hall-east.ts';
import { hallWest } from './hall-west.ts';

/** All clips, in the order in which they are rendered. */
export const scenarios: readonly Scenario[] = [hallWest, hallEast, aisle];
