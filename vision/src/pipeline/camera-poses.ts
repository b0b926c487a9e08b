import type { Box, CameraConfig, Pose } from '@anshi/contracts';
import type { PoseCard } from '../detect/model-card.ts';
import type { DetectedPose, Detection } from '../frame.ts';
import { needsPoses, rulesOnPoses } from '../judge/needs-poses.ts';
import { joinPoses, peopleWithPoses } from './join-poses.ts';
import { publishedPose } from './published-pose.ts';

/** The pose stage of a camera; does nothing where no rule needs poses. */
export class CameraPoses {
  readonly #model: PoseCard | string;
  readonly #begin: number;

  /**
   * @param model the pose model; or a sentence that says why there is none.
   * @param begin the score at which the tracker starts a track.
   */
  constructor(model: PoseCard | string, begin: number) {
    this.#model = model;
    this.#begin = begin;
  }

  /** Whether this camera's frames need poses. */
  wanted({ rules }: Pick<CameraConfig, 'rules'>): boolean {
    return typeof this.#model !== 'string' && needsPoses(rules);
  }

  /** Which rules cannot run, and why; undefined where all can. */
  problem({ id, rules }: Pick<CameraConfig, 'id' | 'rules'>): string | undefined {
    const idle = rulesOnPoses(rules).map((rule) => `"${rule.id}"`);
    if (typeof this.#model !== 'string' || idle.length === 0) return undefined;
    return `camera "${id}": rules that need poses do not run (${idle.join(', ')}): ${this.#model}`;
  }

  /** People for the tracker, including those found by pose only; picture pixels. */
  people(people: readonly Detection[], poses: readonly DetectedPose[]): readonly Detection[] {
    if (typeof this.#model === 'string' || poses.length === 0) return people;
    return peopleWithPoses(people, poses, this.#model.thresholds, this.#begin);
  }

  /** The published pose of each box, or null. */
  of(boxes: readonly Box[], poses: readonly DetectedPose[]): (Pose | null)[] {
    if (typeof this.#model === 'string') return boxes.map(() => null);
    return joinPoses(boxes, poses, this.#model.thresholds.keypoint).map(publishedPose);
  }
}
