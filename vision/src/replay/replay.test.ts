import { join } from 'node:path';
import { type Box, type MachineReport, observation as observationSchema } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { FrameDetections } from '../frame.ts';
import { figure, POSTURES } from '../judge/figures.ts';
import { CAMERA } from '../judge/scenes.ts';
import type { Verdict } from '../judge/verdict.ts';
import { CameraPipeline } from '../pipeline/camera-pipeline.ts';
import type { SeenPerson } from './place.ts';
import { frameText, headText, machineText, type RecordedItem, readLine } from './recorded-lines.ts';
import { Replay, type ReplayState } from './replay.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const START = Date.UTC(2026, 0, 5);
const CONFIG = {
  ...CAMERA,
  rules: [
    ...CAMERA.rules,
    { kind: 'person-down', id: 'down', severity: 'high' },
    {
      kind: 'lone-work',
      id: 'alone',
      severity: 'low',
      zone: 'hall',
      confirmSeconds: 2,
      companyIn: 'picture',
      whileMachine: { machine: 'press', states: ['running'] },
    },
  ],
} as typeof CAMERA;

const person = fc
  .record({
    track: fc.constantFrom('a', 'b', 'c'),
    x: fc.integer({ min: 250, max: 750 }),
    y: fc.integer({ min: 150, max: 600 }),
    helmet: fc.constantFrom('worn', 'missing', 'unknown'),
    posture: fc.constantFrom<keyof typeof POSTURES | null>('standing', 'lying', null),
  })
  .map(
    ({ track, x, y, helmet, posture }): SeenPerson => ({
      track,
      box: [x - 20, y - 100, x + 20, y],
      score: 0.8125,
      equipment: { helmet, vest: 'worn' },
      pose: posture && roundPose(figure(POSTURES[posture], { stature: 100, foot: [x, y] })),
    }),
  );
const roundPose = (pose: NonNullable<SeenPerson['pose']>): NonNullable<SeenPerson['pose']> => ({
  ...pose,
  keypoints: pose.keypoints.map(([x, y, s]) => [Math.round(x), Math.round(y), s]),
});
interface Step {
  ms: number;
  people: SeenPerson[];
  machine: 'running' | 'stopped' | null;
  degraded: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  ms: fc.constantFrom(100, 200, 200, 200, 900, 20_000),
  people: fc.uniqueArray(person, { maxLength: 3, selector: ({ track }) => track }),
  machine: fc.option(fc.constantFrom('running', 'stopped'), { nil: null }),
  degraded: fc.constantFrom(false, false, false, true),
});
const story = fc.array(step, { maxLength: 60 });

function linesOf(steps: readonly Step[]): string[] {
  const lines = [
    headText({
      camera: 'gate',
      worker: 'worker-1',
      model: { name: 'ppe', version: '1' },
      version: 3,
      config: CONFIG,
    }),
  ];
  let at = START;
  for (const { ms, people, machine, degraded } of steps) {
    at += ms;
    if (machine) {
      const state = { machine: 'press', state: machine, at: new Date(at).toISOString() } as const;
      lines.push(machineText('press', [{ state, receivedAt: at }] as MachineReport[]));
    }
    lines.push(frameText({ at, lag: 120, people, degraded }));
  }
  return lines;
}

function play(replay: Replay, items: readonly RecordedItem[]): Verdict[] {
  return items.flatMap((item) => [...(replay.take(item)?.verdicts ?? [])]);
}

describe('a replay', () => {
  it('gives the same bytes twice, and over a state that was saved at any moment', () => {
    fc.assert(
      fc.property(story, fc.nat(), fc.boolean(), (steps, cut, isGiven) => {
        const items = linesOf(steps).map(readLine);
        const config = isGiven ? CONFIG : null;
        const whole = JSON.stringify(play(new Replay(config), items));
        expect(JSON.stringify(play(new Replay(config), items))).toBe(whole);
        const at = cut % (items.length + 1);
        const first = new Replay(config);
        const before = play(first, items.slice(0, at));
        const saved = JSON.parse(JSON.stringify(first.state())) as ReplayState;
        const after = play(new Replay(config, saved), items.slice(at));
        expect(JSON.stringify([...before, ...after])).toBe(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('confirms what the camera confirmed, with the same ids, from what it recorded', () => {
    const pipeline = new CameraPipeline({ config: CONFIG, card, trackPrefix: 'T' });
    const live: Verdict[] = [];
    const lines = linesOf([]);
    for (let ms = 0; ms < 30_000; ms += 200) {
      const at = START + ms;
      const x = 200 + ms / 40.7;
      const outcome = pipeline.process(
        { camera: 'gate', sequence: ms, at, width: 1000, height: 600 },
        bareHead(x, 0.777777),
      );
      live.push(...outcome.verdicts);
      expect(observationSchema.parse(outcome.observation)).toEqual(outcome.observation);
      if (outcome.seen) {
        lines.push(frameText({ at, lag: 0, people: outcome.seen, degraded: false }));
      }
    }
    expect(new Set(live.map((one) => ('rule' in one ? one.rule : null))).size).toBeGreaterThan(2);
    const again = play(new Replay(null), lines.map(readLine));
    expect(JSON.stringify(again)).toBe(JSON.stringify(live));
  });

  it('places people by the configuration that it is given', () => {
    const steps = Array.from({ length: 30 }, () => ({
      ms: 200,
      people: [
        { track: 'a', box: [280, 200, 320, 300] as Box, score: 0.8, equipment: {}, pose: null },
      ],
      machine: null,
      degraded: false,
    }));
    const items = linesOf(steps).map(readLine);
    const keepOut = CONFIG.rules.filter(({ kind }) => kind === 'zone-intrusion');
    const away = CONFIG.zones.map((zone) => ({
      ...zone,
      polygon: zone.polygon.map(([x, y]): [number, number] => [x / 10 + 890, y]),
    }));
    expect(play(new Replay({ ...CONFIG, rules: keepOut }), items)).toHaveLength(1);
    expect(play(new Replay({ ...CONFIG, rules: keepOut, zones: away }), items)).toEqual([]);
  });

  it.each([
    ['no JSON', '{"t":', /is no JSON/],
    ['another kind of value', '[1]', /is no observation/],
    ['a frame without its time', '{"t":"now"}', /t/],
    ['a person without a box', '{"t":1,"p":[["a"]]}', /p/],
    ['half a pose', '{"t":1,"p":[["a",[1,2,3,4],0.5,{},[0.5,1]]]}', /p/],
    ['a later form', '{"v":9,"camera":"gate"}', /version of the format other than 1/],
    ['an unknown field', '{"t":1,"x":1}', /x/],
  ])('refuses %s', (_, line, message) => {
    expect(() => readLine(line)).toThrow(message);
  });
});

/** A person without a helmet who walks. */
function bareHead(x: number, score: number): FrameDetections {
  const person: Box = [x - 20.123, 300.4567, x + 20, 420.111];
  return {
    detections: [
      { label: 'person', score, box: person },
      { label: 'head', score: 0.6, box: [x - 8, 300, x + 8, 318] },
      { label: 'vest', score: 0.7, box: [x - 18, 320, x + 18, 365] },
    ],
    regions: 1,
    cropped: [person],
    timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
  };
}
