import type { CameraConfig, MachineSeen, Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { K } from './body.ts';
import { boxAround, figure, POSTURES, type Posture, type View } from './figures.ts';
import { HANDS, judgeHands } from './hands.ts';
import { CAMERA, every, run } from './scenes.ts';

const VIEW: View = { stature: 200, foot: [300, 500] };
const reaching: Posture = { ...POSTURES.standing, upperArms: [40, 40], forearms: [50, 50] };
/** The outline of an opening, as wide as a hand, where the hands of a reaching person are. */
const wrist = figure(reaching, VIEW).keypoints[K.leftWrist]!;
const opening = (x: number, y: number, half = 8): Point[] => [
  [x - half, y - half],
  [x + half, y - half],
  [x + half, y + half],
  [x - half, y + half],
];
const PRESS: CameraConfig = {
  ...CAMERA,
  zones: [
    {
      id: 'opening',
      name: { zh: '压机口', en: 'Opening' },
      kind: 'machine-cell',
      plane: 'picture',
      polygon: opening(wrist[0] + 10, wrist[1]),
    },
  ],
  rules: [
    {
      kind: 'hand-in-danger',
      id: 'hand',
      severity: 'high',
      zone: 'opening',
      whileMachine: { machine: 'press', states: ['running'] },
    },
  ],
};
const scene = (posture: Posture, state: MachineSeen['state'], foot: Point = VIEW.foot) =>
  every(0, 5000, () => [{ foot, pose: figure(posture, { ...VIEW, foot }) }]).map((one) => ({
    ...one,
    machines: [{ machine: 'press', state, at: null }],
  }));

describe('a hand in a zone of the picture', () => {
  it('[VIS-03] is recorded while the machine runs, regardless of the feet, and not while it is stopped', () => {
    const { confirmed } = run(scene(reaching, 'running'), PRESS);
    expect(confirmed).toMatchObject([
      {
        rule: 'hand-in-danger',
        zone: 'opening',
        arming: { by: 'machine', machine: { state: 'running' } },
      },
    ]);
    expect(confirmed[0]!.confirmedAt - confirmed[0]!.startedAt).toBeLessThanOrEqual(800);
    for (const state of ['stopped', 'idle', 'fault'] as const) {
      expect(run(scene(reaching, state), PRESS).verdicts).toEqual([]);
    }
  });

  it('is absent where the arms hang down, or only the feet are in the zone', () => {
    expect(run(scene(POSTURES.standing, 'running'), PRESS).verdicts).toEqual([]);
    const [left, top] = PRESS.zones[0]!.polygon[0]!;
    const foot: Point = [left + 8, top + 8];
    expect(run(scene(POSTURES.standing, 'running', foot), PRESS).verdicts).toEqual([]);
  });

  it('extends beyond the wrist by half a hand’s length', () => {
    const pose = figure(reaching, VIEW);
    const elbow = pose.keypoints[K.leftElbow]!;
    const at = (share: number): Point => [
      wrist[0] + share * (wrist[0] - elbow[0]),
      wrist[1] + share * (wrist[1] - elbow[1]),
    ];
    const judge = (share: number) => judgeHands(pose, boxAround(pose), opening(...at(share), 2));
    expect(judge(0)).toBe('holds');
    expect(judge(HANDS.beyondWrist)).toBe('holds');
    expect(judge(1.2)).toBe('gone');
  });

  it('is unknown for a hidden hand in reach, and absent beyond the arm’s reach', () => {
    const pose = figure(reaching, VIEW);
    const hidden = {
      ...pose,
      keypoints: pose.keypoints.map((point, i): [number, number, number] =>
        i === K.leftWrist || i === K.rightWrist ? [point[0], point[1], 0.05] : point,
      ),
    };
    const box = boxAround(pose);
    expect(judgeHands(hidden, box, opening(wrist[0], wrist[1]))).toBe('unknown');
    expect(judgeHands(hidden, box, opening(wrist[0] + 200, wrist[1]))).toBe('gone');
    expect(judgeHands(null, box, opening(wrist[0], wrist[1]))).toBe('unknown');
    expect(judgeHands(null, box, opening(wrist[0] + 400, wrist[1]))).toBe('gone');
  });

  it('is invariant under translation and scale', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        number(-300, 300),
        number(-300, 300),
        number(0.3, 3),
        number(-60, 60),
        number(-60, 60),
        (dx, dy, scale, ox, oy) => {
          const at = (x: number, y: number): Point => [x * scale + dx, y * scale + dy];
          const pose = figure(reaching, VIEW);
          const moved = {
            ...pose,
            keypoints: pose.keypoints.map(([x, y, s]): [number, number, number] => [
              ...at(x, y),
              s,
            ]),
          };
          const outline = opening(wrist[0] + ox, wrist[1] + oy);
          expect(
            judgeHands(
              moved,
              boxAround(moved),
              outline.map(([x, y]) => at(x, y)),
            ),
          ).toBe(judgeHands(pose, boxAround(pose), outline));
        },
      ),
    );
  });
});
