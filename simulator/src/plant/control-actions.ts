import type { Command, Outputs } from '@anshi/contracts';

/** What a device can be told besides signals. */
export interface OwnActions {
  /** Its outputs in the state in which nothing is asked of it. */
  readonly safe: Outputs;
  /** How long the outputs stay that an action without a time of its own sets, s. */
  readonly holdSeconds: number;
  /** What an action sets; null for one that it does not have. */
  outputsOf(given: Pick<Command, 'action' | 'parameters'>, now: Outputs): Outputs | null;
}

/**
 * The control of a simulated machine: asked to stop or to run slower, it does so and says so. A minute later the operator of
 * the simulation releases it at the machine, so that the next request is a new one.
 */
export const controlActions: OwnActions = {
  safe: { stop: false, limit: 100 },
  holdSeconds: 60,
  outputsOf({ action, parameters }, now) {
    if (action === 'controlled-stop') return { ...now, stop: true };
    if (action === 'derate') return { ...now, limit: Number(parameters.percent) };
    return null;
  },
};
