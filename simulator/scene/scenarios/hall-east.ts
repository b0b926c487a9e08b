import type { Scenario } from '../types.ts';
import { mainFloor } from './main-floor.ts';

/** The robot cell from the south-east. */
export const hallEast: Scenario = {
  ...mainFloor,
  name: 'hall-east',
  camera: { position: [17.3, 3.9, 3.8], yawDeg: 141, pitchDeg: 22.5, fovDeg: 47 },
};
