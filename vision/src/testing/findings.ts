import type { CameraConfig, Observation, ZoneConfig } from '@anshi/contracts';
import { ulid } from 'ulid';
import { emptyJudgeState } from '../judge/state.ts';
import type { ConfirmedVerdict, Verdict } from '../judge/verdict.ts';
import type { Findings } from '../record/recorder.ts';

/** A confirmed verdict as the judge gives one. */
export function confirmedVerdict(change: Partial<ConfirmedVerdict> = {}): ConfirmedVerdict {
  const now = Date.now();
  return {
    type: 'confirmed',
    violation: ulid(),
    rule: 'missing-ppe',
    item: 'helmet',
    ruleId: 'ppe',
    severity: 'medium',
    zone: 'hall',
    line: null,
    direction: null,
    startedAt: now - 2000,
    confirmedAt: now,
    confidence: 0.9,
    subject: 'person',
    actor: 'a-1',
    tracks: ['a-1'],
    box: [10, 10, 30, 60],
    floor: null,
    path: [],
    arming: null,
    why: {
      measure: 'share',
      needed: {
        seconds: 2,
        share: 0.7,
        clearSeconds: 5,
        doubtSeconds: 6,
        doubtShare: 0.6,
        distance: null,
        speed: null,
        maxPeople: null,
      },
      reached: { countedSeconds: 2, heldSeconds: 1.8, share: 0.9 },
      samples: [
        [-2, -1.4, 1],
        [-1.4, -1.2, 0],
        [-1.2, 0, 1],
      ],
    },
    ...change,
  };
}

/** What a frame of camera `gate` gave, with a grey picture of 64x48. */
export function findings(
  verdicts: readonly Verdict[],
  camera = 'gate',
  { zones = [], site = 'plant' }: { zones?: Partial<ZoneConfig>[]; site?: string } = {},
): Findings {
  const at = Date.now();
  const observation: Observation = {
    camera,
    at: new Date(at).toISOString(),
    width: 64,
    height: 48,
    people: [
      {
        track: 'a-1',
        box: [10, 10, 30, 40],
        score: 0.8,
        floor: null,
        floorDeviation: null,
        equipment: { helmet: 'missing', vest: 'worn' },
        pose: null,
        zones: ['hall'],
        violations: [],
      },
    ],
    parts: [{ label: 'head', box: [14, 10, 20, 16], score: 0.7 }],
    machines: [],
  };
  return {
    camera: { id: camera, site, zones } as CameraConfig,
    configuration: 1,
    model: { name: 'ppe', version: '1' },
    verdicts,
    state: { ...emptyJudgeState(camera), at },
    picture: { pixels: new ArrayBuffer(64 * 48 * 1.5), width: 64, height: 48 },
    at,
    observation,
  };
}
