import type { CameraConfig, MachineSeen, Observation } from '@anshi/contracts';
import { judge } from '../judge/judge.ts';
import { emptyJudgeState } from '../judge/state.ts';
import type { ConfirmedVerdict, Verdict } from '../judge/verdict.ts';

/** Judges what a clip showed with the machines as they are said to be at each second of it. */
export function rejudge(
  config: CameraConfig,
  observations: readonly Observation[],
  machines: (seconds: number) => MachineSeen[],
): { verdicts: Verdict[]; confirmed: ConfirmedVerdict[] } {
  let state = emptyJudgeState(config.id);
  const verdicts: Verdict[] = [];
  for (const observation of observations) {
    const seconds = Date.parse(observation.at) / 1000;
    const judged = judge(config, state, { ...observation, machines: machines(seconds) });
    state = judged.state;
    verdicts.push(...judged.verdicts);
  }
  return { verdicts, confirmed: verdicts.filter((verdict) => verdict.type === 'confirmed') };
}
