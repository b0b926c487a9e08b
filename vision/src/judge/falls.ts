import type { CameraConfig } from '@anshi/contracts';
import { between, figure, POSTURES, type Posture, type View } from './figures.ts';
import { type Actor, CAMERA, every } from './scenes.ts';

/** Scenes of people who fall, for the tests of the rule person-down. */

export const DOWN_RULE: CameraConfig = {
  ...CAMERA,
  rules: [{ kind: 'person-down', id: 'down', severity: 'high' }],
};
export const VIEW: View = { stature: 200, foot: [300, 500] };
/** Changes from one posture to another between two times. */
export function acted(
  plan: readonly (readonly [from: number, posture: Posture])[],
  until: number,
  how: Partial<View> = {},
  more: (ms: number) => Partial<Actor> = () => ({}),
) {
  return every(0, until, (ms) => {
    const next = plan.findIndex(([from]) => from > ms);
    const [from, posture] = plan[next < 0 ? plan.length - 1 : next - 1]!;
    const following = plan[next];
    const share = following ? (ms - from) / (following[0] - from) : 0;
    const now = following ? between(posture, following[1], share) : posture;
    const at = { ...VIEW, ...how };
    return [{ foot: at.foot, pose: figure(now, at), ...more(ms) }];
  });
}
export const hold = (from: number, to: number, posture: Posture) =>
  [
    [from, posture],
    [to, posture],
  ] as const;

/** Stands, falls from 3 to 4 s, and stays there. */
export const fall = (onto: Posture) => [
  ...hold(0, 3000, POSTURES.standing),
  ...hold(4000, 60_000, onto),
];
