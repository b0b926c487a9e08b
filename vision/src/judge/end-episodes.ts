import type { JudgeState } from './state.ts';
import type { EndedVerdict } from './verdict.ts';

/**
 * Ends all that is open and forgets everyone, for a camera that is watched no longer: nobody will
 * see its episodes end, and a record without an end says that it still goes on.
 */
export function endEpisodes(before: JudgeState): { state: JudgeState; verdicts: EndedVerdict[] } {
  const state = structuredClone(before);
  const verdicts = state.actors.flatMap((actor) =>
    Object.values(actor.rules).flatMap(({ open }): EndedVerdict[] => {
      if (!open) return [];
      const { heldAt, ...episode } = open;
      return [{ type: 'ended', ...episode, endedAt: state.epoch + heldAt }];
    }),
  );
  state.actors = [];
  return { state, verdicts };
}
