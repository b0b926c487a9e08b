import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CameraRule, type MachineSeen, readCamerasFile } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { Verdict } from '../judge/verdict.ts';
import { rejudge } from '../testing/rejudge.ts';
import { runClip } from './run-clip.ts';

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

async function watch(id: string, kinds: readonly CameraRule[]) {
  const camera = cameras.find((one) => one.id === id)!;
  const config = { ...camera, rules: camera.rules.filter(({ kind }) => kinds.includes(kind)) };
  const file = join(clips, `${id}.mp4`);
  const { verdicts, observations } = await runClip(config, card, { file, loops: LOOPS });
  return { config, verdicts, observations };
}

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
    const { verdicts } = await watch('aisle', ['over-occupancy']);
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

  // By the truth of the clips W3 alone is in the cell, from 6.5 s to 14.5 s of each round.
  it('who is alone in the cell is recorded once, of the zone, and lasts', async () => {
    const { verdicts } = await watch('hall-east', ['lone-work']);
    const alone = onlyRecord(verdicts, {
      rule: 'lone-work',
      ruleId: 'alone-in-cell',
      subject: 'zone',
      zone: 'robot-cell',
    });
    expect(alone.tracks).toHaveLength(1);
    expect(alone.startedAt / 1000).toBeGreaterThan(5.5);
    expect(alone.confirmedAt / 1000).toBeLessThan(14.5);
  }, 240_000);

  it('a stay in the cell is recorded once in each round, of the person alone', async () => {
    const { verdicts } = await watch('hall-east', ['loitering']);
    const stays = confirmedIn(verdicts);
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
  }, 240_000);

  it('the robot without its operator is recorded once, of the machine, and lasts; not while it stands', async () => {
    const { config, observations } = await watch('hall-east', ['unattended-machine']);
    // The simulated robot idles while a person is in its cell.
    const runs = (s: number) => s % ROUND < 6.5 || s % ROUND > 14.5;
    const judged = (stateAt: (s: number) => MachineSeen['state']) =>
      rejudge(config, observations, (s) => [{ machine: 'robot-1', state: stateAt(s), at: null }]);
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
  }, 240_000);
});
