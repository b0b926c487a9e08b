import { BLIND_AFTER_MS, LONGEST_BLIND_MS } from './continuity.ts';
import type { JudgeState } from './state.ts';

/** A larger step back means that the clock was set; a smaller one is an out-of-order frame, ms. */
export const CLOCK_SET_BACK_MS = 10_000;
/**
 * A larger step forward between two observations means that the clock was set, ms. It cannot be
 * distinguished from a camera outage of that length; so a person in the same place after it is
 * taken for the same one.
 */
export const CLOCK_SET_FORWARD_MS = 600_000;
/**
 * What such a step counts for, ms: a short blind time, after which people are near their last
 * place.
 */
const SET_FORWARD_COUNTS_MS = 1_500;
const LEAST_STEP_MS = 1;

/**
 * Advances the clock of a state.
 *
 * @param state is modified.
 * @param time of an observation, ms since the epoch.
 * @returns the time in the state's clock; undefined for a repeated or late observation.
 */
export function advance(state: JudgeState, time: number): number | undefined {
  if (!Number.isFinite(time)) return undefined;
  if (state.at === null) {
    state.epoch = time;
    state.at = 0;
    return 0;
  }
  let at = time - state.epoch;
  if (at <= state.at) {
    if (state.at - at < CLOCK_SET_BACK_MS) return undefined;
    at = state.at + LEAST_STEP_MS;
    state.epoch = time - at;
  }
  const gap = at - state.at;
  if (gap > CLOCK_SET_FORWARD_MS) {
    setForward(state, gap - SET_FORWARD_COUNTS_MS);
    at = state.at + SET_FORWARD_COUNTS_MS;
    blind(state, SET_FORWARD_COUNTS_MS);
  } else if (gap > BLIND_AFTER_MS) {
    // The normal interval between two observations is not blind time: a camera with sporadic
    // pictures must not wait for ever for people who left.
    blind(state, gap - BLIND_AFTER_MS);
  }
  state.at = at;
  return at;
}

function blind({ actors }: JudgeState, gap: number): void {
  for (const actor of actors) actor.blind += Math.min(gap, LONGEST_BLIND_MS);
}

/** Shifts all stored times with the clock. */
function setForward(state: JudgeState, by: number): void {
  state.epoch += by;
  for (const { rules } of [...state.actors, state.scene]) {
    for (const { open } of Object.values(rules)) {
      // An episode that is not seen again ends at its last sighting, in the old clock.
      if (open) open.heldAt -= by;
    }
  }
}
