import { BLIND_AFTER_MS, LONGEST_BLIND_MS } from './continuity.ts';
import type { JudgeState } from './state.ts';

/** A clock that falls back by more than this was set anew; less is a frame out of order, ms. */
export const CLOCK_SET_BACK_MS = 10_000;
/**
 * A step forward by more than this between two observations is taken for a clock that was set, ms.
 * An observation does not tell that from a camera that was away for as long; so whoever is in the
 * same place after such a time is taken for the same person.
 */
export const CLOCK_SET_FORWARD_MS = 600_000;
/** What such a step counts for, ms: a short blindness, after which people are near where they were. */
const SET_FORWARD_COUNTS_MS = 1_500;
const LEAST_STEP_MS = 1;

/**
 * Moves the clock of a state.
 *
 * @param state is changed.
 * @param time of an observation, ms since the epoch.
 * @returns the same in the state's time; undefined where the observation is not a new one.
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
    // What any camera may take from one look to the next is no blindness: one that shows a picture
    // now and then has looked, and does not wait for ever for whoever is gone.
    blind(state, gap - BLIND_AFTER_MS);
  }
  state.at = at;
  return at;
}

function blind({ actors }: JudgeState, gap: number): void {
  for (const actor of actors) actor.blind += Math.min(gap, LONGEST_BLIND_MS);
}

/** Moves the times of all that lasts along with the clock. */
function setForward(state: JudgeState, by: number): void {
  state.epoch += by;
  for (const actor of state.actors) {
    for (const { open } of Object.values(actor.rules)) {
      // An episode that is not seen again ended when it was last seen, by the clock of that time.
      if (open) open.heldAt -= by;
    }
  }
}
