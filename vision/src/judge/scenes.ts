import type {
  Box,
  CameraConfig,
  Equipment,
  Observation,
  Point,
  Pose,
  PpeState,
  TrackedPerson,
} from '@anshi/contracts';
import { boxAround } from './figures.ts';
import { judge } from './judge.ts';
import { footPoint, insidePolygon } from './polygon.ts';
import { emptyJudgeState, type JudgeState } from './state.ts';
import type { ConfirmedVerdict, Verdict } from './verdict.ts';

/** Scenes for the tests of the judge. A person is 100 pixels high and stands at `foot`. */

export const START = Date.UTC(2026, 0, 1);
const name = { zh: '名', en: 'name' };

export const CAMERA: CameraConfig = {
  id: 'gate',
  name,
  site: 'plant',
  url: 'file:none.mp4',
  transport: 'tcp',
  enabled: true,
  picture: [1000, 600],
  model: 'ppe',
  analysisFps: 5,
  closeLooks: { perFrame: 4, megapixels: 0.25, searchSeconds: 10 },
  zones: [
    {
      id: 'hall',
      name,
      kind: 'work-area',
      polygon: [
        [0, 0],
        [500, 0],
        [500, 600],
        [0, 600],
      ],
    },
  ],
  lines: [{ id: 'fence', name, from: [500, 500], to: [500, 100] }],
  rules: [
    { kind: 'missing-ppe', id: 'ppe', severity: 'medium', zone: 'hall', items: ['helmet', 'vest'] },
    { kind: 'zone-intrusion', id: 'keep-out', severity: 'high', zone: 'hall' },
    { kind: 'line-crossing', id: 'over', severity: 'high', line: 'fence', direction: 'both' },
  ],
};

export const only = (...ids: string[]): CameraConfig => ({
  ...CAMERA,
  rules: CAMERA.rules.filter(({ id }) => ids.includes(id)),
});

export interface Actor {
  track?: string;
  foot: Point;
  helmet?: PpeState;
  vest?: PpeState;
  /** Other items. */
  equipment?: Equipment;
  floor?: Point;
  height?: number;
  /** Applied before foot and height. */
  pose?: Pose;
}

export function person({
  track = 'a',
  foot,
  helmet,
  vest,
  equipment,
  floor,
  height = 100,
  pose,
}: Actor): TrackedPerson {
  const box: Box = pose
    ? boxAround(pose)
    : [foot[0] - 0.2 * height, foot[1] - height, foot[0] + 0.2 * height, foot[1]];
  return {
    track,
    box,
    score: 0.8,
    floor: floor ?? null,
    floorDeviation: floor ? 0.1 : null,
    equipment: { helmet: helmet ?? 'worn', vest: vest ?? 'worn', ...equipment },
    pose: pose ?? null,
    zones: CAMERA.zones.filter((z) => insidePolygon(footPoint(box), z.polygon)).map((z) => z.id),
    violations: [],
  };
}

/** @param ms after {@link START}. */
export const seen = (ms: number, ...people: Actor[]): Observation => ({
  camera: 'gate',
  at: new Date(START + ms).toISOString(),
  width: 1000,
  height: 600,
  people: people.map(person),
  parts: [],
  machines: [],
});

/** Judges the observations in order, serialising the state as a restarted worker would. */
export function run(
  observations: readonly Observation[],
  config: CameraConfig = CAMERA,
  from: JudgeState = emptyJudgeState('gate'),
): { state: JudgeState; verdicts: Verdict[]; confirmed: ConfirmedVerdict[] } {
  let state = from;
  const verdicts: Verdict[] = [];
  for (const observation of observations) {
    const judged = judge(config, state, observation);
    state = JSON.parse(JSON.stringify(judged.state));
    verdicts.push(...judged.verdicts);
  }
  return { state, verdicts, confirmed: verdicts.filter((v) => v.type === 'confirmed') };
}

/** One observation every 200 ms from `from` up to but not including `to`. */
export function every(from: number, to: number, actors: (ms: number) => Actor[]): Observation[] {
  const result: Observation[] = [];
  for (let ms = from; ms < to; ms += 200) result.push(seen(ms, ...actors(ms)));
  return result;
}
