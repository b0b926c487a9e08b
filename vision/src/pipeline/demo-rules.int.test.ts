import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CameraConfig,
  type CameraRule,
  type MachineSeen,
  readCamerasFile,
} from '@anshi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { Verdict } from '../judge/verdict.ts';
import { rejudge } from '../testing/rejudge.ts';
import { type ClipRun, runClip } from './run-clip.ts';

/*
 * What the demonstration shows of rules on zones, stays and machines, with its own configuration and its own
 * clips: records that are true, and not one of a zone or a machine for each round of a clip.
 */

const root = join(import.meta.dirname, '../../..');
const clips = join(root, 'simulator/clips');
const card = loadPpeCard(join(root, 'models/ppe'));
const path = join(root, 'cameras.yaml');
const { cameras } = readCamerasFile(readFileSync(path, 'utf8'), path);
/** Times that a clip is shown again, and the length of a round, seconds. */
const [LOOPS, ROUND] = [2, 20];

/** The camera with its rules of these kinds alone. */
function withRules(id: string, kinds: readonly CameraRule[]): CameraConfig {
  const camera = cameras.find((one) => one.id === id)!;
  return { ...camera, rules: camera.rules.filter(({ kind }) => kinds.includes(kind)) };
}
const watch = (config: CameraConfig) =>
  runClip(config, card, { file: join(clips, `${config.id}.mp4`), loops: LOOPS });
/** What one rule said; where a person went after a record belongs to no rule. */
const ofRule = (verdicts: readonly Verdict[], rule: CameraRule) =>
  verdicts.filter((verdict) => verdict.type !== 'followed' && verdict.rule === rule);

const confirmedIn = (verdicts: readonly Verdict[]) =>
  verdicts.filter((verdict) => verdict.type === 'confirmed');
/** The one record of the clip, which has not ended. */
function onlyRecord(verdicts: readonly Verdict[], expected: object) {
  expect(verdicts).toHaveLength(1);
  const [only] = confirmedIn(verdicts);
  expect(only).toMatchObject(expected);
  return only!;
}
/** Second of the round. */
const inRound = (ms: number) => (ms / 1000) % ROUND;

describe.skipIf(!existsSync(join(clips, 'aisle.mp4')))('the rules of the demonstration', () => {
  it('the crowd at the gate is recorded once, of the zone, and lasts over the rounds of the clip', async () => {
    const { verdicts } = await watch(withRules('aisle', ['over-occupancy']));
    const crowd = onlyRecord(verdicts, {
      rule: 'over-occupancy',
      ruleId: 'crowd-at-gate',
      subject: 'zone',
      zone: 'gate',
      box: null,
    });
    // By the truth of the clip there are three and four people in it from 5.9 s to 9.4 s.
    expect(crowd.tracks.length).toBeGreaterThan(2);
    expect(crowd.startedAt / 1000).toBeGreaterThan(5.4);
    expect(crowd.confirmedAt / 1000).toBeLessThan(10);
  }, 240_000);

  // The frames of the hall are analysed once for all that is judged of them.
  let hall: ClipRun;
  beforeAll(async () => {
    hall = await watch(withRules('hall-east', ['lone-work', 'loitering', 'unattended-machine']));
  });

  // By the truth of the clips W3 alone is in the cell, from 6.5 s to 14.5 s of each round.
  it('who is alone in the cell is recorded once, of the zone, and lasts', () => {
    const alone = onlyRecord(ofRule(hall.verdicts, 'lone-work'), {
      rule: 'lone-work',
      ruleId: 'alone-in-cell',
      subject: 'zone',
      zone: 'robot-cell',
    });
    expect(alone.tracks).toHaveLength(1);
    expect(alone.startedAt / 1000).toBeGreaterThan(5.5);
    expect(alone.confirmedAt / 1000).toBeLessThan(14.5);
  });

  it('a stay in the cell is recorded once in each round, of the person alone', () => {
    const stays = confirmedIn(ofRule(hall.verdicts, 'loitering'));
    expect(stays.map(({ startedAt }) => Math.floor(startedAt / 1000 / ROUND))).toEqual([0, 1, 2]);
    for (const stay of stays) {
      expect(stay).toMatchObject({
        ruleId: 'stays-in-cell',
        subject: 'person',
        zone: 'robot-cell',
      });
      expect(inRound(stay.startedAt)).toBeGreaterThan(5.5);
      expect(inRound(stay.confirmedAt)).toBeLessThan(14.5);
    }
  });

  it('the robot without its operator is recorded once, of the machine, and lasts; not while it stands', () => {
    const config = withRules('hall-east', ['unattended-machine']);
    // The simulated robot idles while a person is in its cell.
    const runs = (s: number) => s % ROUND < 6.5 || s % ROUND > 14.5;
    const judged = (stateAt: (s: number) => MachineSeen['state']) =>
      rejudge(config, hall.observations, (s) => [
        { machine: 'robot-1', state: stateAt(s), at: null },
      ]);
    const { verdicts } = judged((s) => (runs(s) ? 'running' : 'idle'));
    const unattended = onlyRecord(verdicts, {
      rule: 'unattended-machine',
      ruleId: 'robot-unattended',
      subject: 'machine',
      zone: 'robot-operator',
      tracks: [],
    });
    // By the truth the place is empty from 15.9 s to 5.2 s of the next round, and the robot runs.
    expect(inRound(unattended.startedAt)).toBeGreaterThan(15.5);
    expect(unattended.confirmedAt / 1000).toBeLessThan(ROUND + 5.5);
    for (const state of ['stopped', 'unknown'] as const) {
      expect(judged(() => state).verdicts).toEqual([]);
    }
  });
});
