import type { CameraConfig, MachineSeen, Observation, Point, RuleConfig } from '@anshi/contracts';
import { type Actor, CAMERA, every, run, START } from './scenes.ts';
import type { Verdict } from './verdict.ts';

/** Rules on zones and machines, and scenes of them, for the tests of the judge. */

export const base = { severity: 'high', zone: 'hall' } as const;
export const camera = (...rules: RuleConfig[]): CameraConfig => ({ ...CAMERA, rules });
export const CROWD = camera({
  ...base,
  kind: 'over-occupancy',
  id: 'crowd',
  maxPeople: 2,
  confirmSeconds: 5,
});
export const ALONE = camera({
  ...base,
  kind: 'lone-work',
  id: 'alone',
  companyIn: 'picture',
  confirmSeconds: 20,
});
export const PRESS = camera({
  ...base,
  kind: 'unattended-machine',
  id: 'press',
  confirmSeconds: 20,
  whileMachine: { machine: 'press', states: ['running'] },
});

/** Of three seconds in which the camera starts, nothing counts. */
export const WARM = 3_000;
export const spot = (n: number): Point => [60 + 90 * n, 400];
export const people = (count: number): Actor[] =>
  Array.from({ length: count }, (_, n) => ({ track: `t${n}`, foot: spot(n) }));
export const during = (config: CameraConfig, to: number, actors: (ms: number) => Actor[]) =>
  run(every(0, to, actors), config);
export const types = ({ verdicts }: { verdicts: Verdict[] }) => verdicts.map(({ type }) => type);
export const told = (
  observations: Observation[],
  state: (ms: number) => MachineSeen['state'],
): Observation[] =>
  observations.map((one) => ({
    ...one,
    machines: [{ machine: 'press', state: state(Date.parse(one.at) - START), at: null }],
  }));
export const pressed = (
  to: number,
  actors: (ms: number) => Actor[],
  state: (ms: number) => MachineSeen['state'] = () => 'running',
) => run(told(every(0, to, actors), state), PRESS);
