import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { DetectedPose, Detection } from '../frame.ts';
import { joinPoses, peopleWithPoses } from './join-poses.ts';

const poseIn = (box: Box, score = 0.6): DetectedPose => ({
  score,
  box,
  keypoints: Array.from({ length: 17 }, (_, i) => [
    box[0] + ((box[2] - box[0]) * (i + 0.5)) / 17,
    box[1] + ((box[3] - box[1]) * (i + 0.5)) / 17,
    0.8,
  ]),
});
const person = (score: number, box: Box): Detection => ({ label: 'person', score, box });
const thresholds = { keep: 0.1, person: 0.25, keypoint: 0.2 };

describe('joinPoses', () => {
  it('assigns each person their own pose, also where two stand close', () => {
    const [left, right]: Box[] = [
      [100, 100, 160, 300],
      [140, 100, 200, 300],
    ];
    const [a, b] = [poseIn([102, 98, 163, 296]), poseIn([137, 104, 204, 303])];
    expect(joinPoses([left!, right!], [b, a], 0.2)).toEqual([a, b]);
  });

  it('assigns none to a distant person', () => {
    expect(joinPoses([[500, 100, 560, 300]], [poseIn([100, 100, 160, 300])], 0.2)).toEqual([null]);
  });
});

describe('peopleWithPoses', () => {
  const lying: Box = [200, 400, 420, 480];

  it('adds an unmatched pose as a person who may start a track', () => {
    const standing = person(0.8, [600, 100, 660, 300]);
    const people = peopleWithPoses([standing], [poseIn(lying, 0.3)], thresholds, 0.45);
    expect(people).toMatchObject([standing, { label: 'person', box: lying }]);
    expect(people[1]!.score).toBeGreaterThanOrEqual(0.45);
  });

  it('does not duplicate a person who has a box', () => {
    const box: Box = [100, 100, 160, 300];
    const people = peopleWithPoses([person(0.8, box)], [poseIn(box, 0.9)], thresholds, 0.45);
    expect(people).toHaveLength(1);
  });

  it('accepts a low-score box with a pose in it', () => {
    const weak = person(0.15, [205, 395, 415, 485]);
    const [one, ...others] = peopleWithPoses([weak], [poseIn(lying, 0.5)], thresholds, 0.45);
    expect(others).toEqual([]);
    expect(one!.score).toBeGreaterThanOrEqual(0.45);
  });

  it('uses a low-score pose only to continue a track', () => {
    const [found] = peopleWithPoses([], [poseIn(lying, 0.2)], thresholds, 0.45);
    expect(found).toMatchObject({ resumes: true, box: lying });
  });

  it('uses a low-score pose to continue a track inside a box of too low a score', () => {
    const around = (score: number) => person(score, [200, 380, 420, 480]);
    const pose = poseIn(lying, 0.2);
    const shown = (box: Detection, ...more: DetectedPose[]) =>
      peopleWithPoses([box], [...more, pose], thresholds, 0.45).slice(1);
    for (const score of [0.3, 0.44]) {
      expect(shown(around(score))).toMatchObject([{ resumes: true, box: lying }]);
    }
    // A box that may start a track is a person already.
    expect(shown(around(0.46))).toEqual([]);
    // Nor for a low-score box with a better pose in it, which is a duplicate of the same body.
    expect(shown(around(0.3), poseIn([200, 385, 420, 482], 0.5))).toEqual([]);
  });

  it('makes one person of two high-score poses in one low-score box', () => {
    const poses = [poseIn(lying, 0.5), poseIn([205, 402, 425, 482], 0.4)];
    const weak = person(0.2, [200, 380, 420, 480]);
    expect(peopleWithPoses([weak], poses, thresholds, 0.45)).toHaveLength(1);
  });
});
