import type { JudgeState } from './state.ts';
import type { EndedVerdict } from './verdict.ts';

/**
 * Ends all open episodes and drops all actors and the scene of a removed camera: otherwise its records
 * would stay open for ever.
 */
export function endEpisodes(before: JudgeState): { state: JudgeState; verdicts: EndedVerdict[] } {
  const state = structuredClone(before);
  const verdicts = [...state.actors, state.scene].flatMap(({ rules }) =>
    Object.values(rules).flatMap(({ open }): EndedVerdict[] => {
      if (!open) return [];
      const { heldAt, ...episode } = open;
      return [{ type: 'ended', ...episode, endedAt: state.epoch + heldAt }];
    }),
  );
  state.actors = [];
  state.scene = { steadySince: null, rules: {} };
  return { state, verdicts };
}
