import type { Scenario } from '../types.ts';
import { mainFloor } from './main-floor.ts';

/** The robot cell from the south-west. */
export const hallWest: Scenario = {
  ...mainFloor,
  name: 'hall-west',
  camera: { position: [5.9, 4, 3.7], yawDeg: 41, pitchDeg: 22, fovDeg: 47 },
};
