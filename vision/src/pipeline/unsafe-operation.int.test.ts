import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Box,
  CameraConfig,
  MachineSeen,
  Observation,
  Point,
  RuleConfig,
} from '@anshi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { iou } from '../boxes.ts';
import { loadPoseCard, loadPpeCard, type PoseCard, WeightsNotMade } from '../detect/model-card.ts';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import { rejudge } from '../testing/rejudge.ts';
import { clipCamera } from './clip-config.ts';
import { runClip } from './run-clip.ts';

/*
 * Persons and hands at machines on rendered clips, and falls on real ones. A clip is analysed once;
 * its observations are then judged with the machine running, stopped and without messages.
 */

const root = join(import.meta.dirname, '../../..');
const clips = join(root, 'simulator/clips');
const falls = join(process.env.ANSHI_SHARED ?? join(root, '../shared'), 'videos/fall');
const card = loadPpeCard(join(root, 'models/ppe'));
const pose = poseModel();
const noClips = !existsSync(join(clips, 'hall-east.mp4'));
const noFalls = !existsSync(join(falls, 'truth.json'));
if (!pose) console.warn('no pose model: set-up has not made it, rules on poses are skipped');
if (noClips) console.warn('no rendered clips: render them with `npm run scenes`');
if (noFalls) console.warn(`no clips in ${falls}: the real falls are skipped`);

const name = { zh: '测试', en: 'test' };
const whileMachine = { machine: 'robot-1', states: ['running' as const] };

describe.skipIf(noClips || !pose)('a machine cell with two cameras', () => {
  const cell: CameraConfig = {
    ...clipCamera('hall-west', [1280, 720], []),
    zones: [
      {
        id: 'robot-cell',
        name,
        kind: 'machine-cell',
        polygon: [
          [457, 493],
          [775, 338],
          [566, 282],
          [249, 378],
        ],
      },
    ],
    rules: [
      { kind: 'zone-intrusion', id: 'in-cell', severity: 'high', zone: 'robot-cell', whileMachine },
    ],
  };
  // The strip of the bench that the worker's hands reach over.
  const bench: CameraConfig = {
    ...clipCamera('hall-east', [1280, 720], []),
    zones: [
      {
        id: 'bench',
        name,
        kind: 'machine-cell',
        plane: 'picture',
        polygon: [
          [1045, 520],
          [1150, 520],
          [1150, 620],
          [1045, 590],
        ],
      },
    ],
    rules: [{ kind: 'hand-in-danger', id: 'hand', severity: 'high', zone: 'bench', whileMachine }],
  };
  const nobodyMay: RuleConfig[] = [
    { kind: 'person-down', id: 'down', severity: 'high' },
    { kind: 'running', id: 'run', severity: 'low' },
  ];
  const seen = new Map<string, Observation[]>();

  beforeAll(async () => {
    for (const config of [cell, bench]) {
      const file = join(clips, `${config.id}.mp4`);
      // The pose model sometimes detects the robot's arm as a person: see its card.
      const rules = config === cell ? config.rules : [...config.rules, ...nobodyMay];
      const { observations } = await runClip({ ...config, rules }, card, { file }, pose);
      seen.set(config.id, observations);
    }
  }, 240_000);

  const judged = (config: CameraConfig, state: (seconds: number) => MachineSeen['state']) =>
    rejudge(config, seen.get(config.id)!, (seconds) => [
      { machine: 'robot-1', state: state(seconds), at: null },
    ]);

  it('[VIS-03] entering the cell is recorded while the robot runs, not while it is stopped', () => {
    const { confirmed, verdicts } = judged(cell, () => 'running');
    const who = confirmed.map((verdict) => whoIs('hall-west', verdict));
    console.info(`in the cell while it runs: ${who.join(' ')}`);
    expect(who).toContain('W3');
    expect(confirmed.length).toBeLessThanOrEqual(2);
    const [first] = confirmed.filter((verdict) => whoIs('hall-west', verdict) === 'W3');
    expect(first).toMatchObject({
      rule: 'zone-intrusion',
      arming: { by: 'machine', machine: { state: 'running' } },
    });
    // By the ground truth of the clip, W3 is in the cell from 6.5 s to 14.5 s.
    expect(first!.startedAt / 1000).toBeGreaterThan(5.5);
    expect(first!.startedAt / 1000).toBeLessThan(8.5);
    expect(verdicts.some(({ type }) => type === 'ended')).toBe(true);
    for (const state of ['stopped', 'idle', 'fault'] as const) {
      expect(judged(cell, () => state).verdicts).toEqual([]);
    }
  });

  it('[VIS-03] a robot without messages counts as running, and the record says so', () => {
    const { confirmed } = judged(cell, () => 'unknown');
    expect(confirmed.length).toBeGreaterThan(0);
    expect(confirmed[0]).toMatchObject({
      arming: { by: 'machine', machine: { machine: 'robot-1', state: 'unknown' } },
    });
  });

  it('[VIS-03] a cell that stops when a person enters, as the simulated one does, gives no record', () => {
    expect(judged(cell, (s) => (s > 6.7 && s < 14.7 ? 'idle' : 'running')).confirmed).toEqual([]);
  });

  it('[VIS-03] [VIS-04] hands over the bench are recorded while the machine runs, by those who work there', () => {
    const { confirmed } = judged(bench, () => 'running');
    const who = confirmed.map((verdict) => whoIs('hall-east', verdict));
    console.info(
      `hands over the bench: ${confirmed.map((v, i) => `${who[i]} at ${v.startedAt / 1000} s`)}`,
    );
    expect(new Set(who)).toEqual(new Set(['W4']));
    expect(confirmed[0]).toMatchObject({ rule: 'hand-in-danger', zone: 'bench' });
    // By eye, the hands are over the bench from 7.8 s to 12.6 s.
    expect(confirmed[0]!.startedAt / 1000).toBeGreaterThan(7);
    expect(confirmed[0]!.startedAt / 1000).toBeLessThan(9.5);
    expect(confirmed.length).toBeLessThanOrEqual(2);
    for (const state of ['stopped', 'idle', 'fault'] as const) {
      expect(judged(bench, () => state).verdicts).toEqual([]);
    }
  });

  it('[VIS-04] no fall and no running is recorded on the clips', () => {
    const { confirmed } = rejudge({ ...bench, rules: nobodyMay }, seen.get(bench.id)!, () => []);
    expect(confirmed).toEqual([]);
  });
});

describe.skipIf(noFalls || !pose)('real clips of falls and of daily life', () => {
  it.each([
    ['Subject_1_Fall_13', 0.4],
    ['Subject_3_Fall_16', 1.8],
    ['Subject_1_ADL_16', null],
    ['Subject_3_ADL_07', null],
  ] as const)(
    '[VIS-04] %s: a fall is recorded soon after, picking up and exercise are not',
    async (clip, fallsAt) => {
      const size: [number, number] = clip.includes('_1_Fall') ? [640, 480] : [640, 360];
      const config: CameraConfig = {
        ...clipCamera('fall', size, []),
        rules: [{ kind: 'person-down', id: 'down', severity: 'high' }],
      };
      const file = join(falls, `${clip}.mp4`);
      const { observations, confirmed } = await runClip(config, card, { file }, pose);
      if (fallsAt === null) return expect(confirmed).toEqual([]);
      // The clip may end before the confirm time: its last frame is repeated for 5 s.
      const last = observations.at(-1)!;
      const held = Array.from({ length: 25 }, (_, i) => ({
        ...last,
        at: new Date(Date.parse(last.at) + 200 * (i + 1)).toISOString(),
      }));
      const all = rejudge(config, [...observations, ...held], () => []).confirmed;
      expect(all.map(({ rule }) => rule)).toEqual(['person-down']);
      expect(all[0]!.startedAt / 1000).toBeGreaterThan(fallsAt);
      expect(all[0]!.confirmedAt / 1000).toBeLessThan(fallsAt + 6);
    },
    120_000,
  );
});

/** The person of a record, by the ground truth of the clip. */
function whoIs(clip: string, { confirmedAt, box }: ConfirmedVerdict): string {
  const truth = JSON.parse(readFileSync(join(clips, `${clip}.truth.json`), 'utf8')) as {
    fps: number;
    frames: { workers: { id: string; box: Box | null; floor: Point }[] }[];
  };
  const frame = truth.frames[Math.round((confirmedAt / 1000) * truth.fps)];
  let best = 'nobody';
  let most = 0.2;
  for (const worker of frame?.workers ?? []) {
    const overlap = worker.box && box ? iou(worker.box, box) : 0;
    if (overlap > most) [most, best] = [overlap, worker.id];
  }
  return best;
}

function poseModel(): PoseCard | undefined {
  try {
    return loadPoseCard(join(root, 'models/pose'), join(root, '.anshi/models'));
  } catch (error) {
    if (error instanceof WeightsNotMade) return undefined;
    throw error;
  }
}
