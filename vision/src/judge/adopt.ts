import type { CameraConfig } from '@anshi/contracts';
import { emptyCrossing } from './crossing.ts';
import { emptyEvidence } from './evidence.ts';
import { watchesOf } from './judge.ts';
import type { Actor, JudgeState } from './state.ts';
import type { ConfirmedVerdict } from './verdict.ts';

/**
 * Reminds a state of a record that was made after the state was saved: the person gets the open
 * episode, so that it is neither confirmed a second time nor left without an end. A record that the
 * state knows, or whose rule is gone, changes nothing.
 */
export function adoptEpisode(
  config: Pick<CameraConfig, 'rules'>,
  before: JudgeState,
  verdict: ConfirmedVerdict,
): JudgeState {
  const known = before.actors.some((actor) =>
    Object.values(actor.rules).some((rule) => rule.open?.violation === verdict.violation),
  );
  const watch = watchesOf(config.rules).find(
    ({ rule, violation }) => rule.id === verdict.ruleId && violation === verdict.rule,
  );
  if (known || !watch) return before;
  const state = structuredClone(before);
  if (state.at === null) {
    state.epoch = verdict.confirmedAt;
    state.at = 0;
  }
  const at = verdict.confirmedAt - state.epoch;
  state.at = Math.max(state.at, at);
  let actor = state.actors.find(({ track }) => track === verdict.track);
  if (!actor) {
    actor = {
      id: verdict.track,
      track: verdict.track,
      seenAt: at,
      blind: 0,
      box: verdict.box,
      velocity: [0, 0],
      floor: verdict.floor,
      rules: {},
    } satisfies Actor;
    state.actors.push(actor);
  }
  const memory = verdict.rule === 'line-crossing' ? emptyCrossing() : emptyEvidence();
  memory.open = {
    violation: verdict.violation,
    rule: verdict.rule,
    ruleId: verdict.ruleId,
    track: verdict.track,
    heldAt: at,
  };
  actor.rules[watch.key] = memory;
  return state;
}
