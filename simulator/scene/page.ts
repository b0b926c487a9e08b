import { Stage } from './stage.ts';
import type { DrawnFrame, Homography, Scenario } from './types.ts';

/** The page's API for the driver. */
export interface ScenePage {
  open(scenario: Scenario): Homography;
  draw(time: number, index: number): DrawnFrame;
}

declare global {
  interface Window {
    scenePage: ScenePage;
  }
}

let stage: Stage | undefined;

window.scenePage = {
  open(scenario) {
    stage = new Stage(scenario);
    return stage.homography;
  },
  draw(time, index) {
    if (!stage) throw new Error('open a scenario first');
    return stage.draw(time, index);
  },
};
