/** A draft with its steps, to be taken back one by one. */
export interface Draft<Value> {
  readonly now: Value;
  readonly past: readonly Value[];
  readonly future: readonly Value[];
}
const STEPS_MOST = 100;

export const beginDraft = <Value>(now: Value): Draft<Value> => ({ now, past: [], future: [] });

/** @param joined part of the last step, as each move of one drag is. */
export function take<Value>(draft: Draft<Value>, next: Value, joined = false): Draft<Value> {
  if (next === draft.now) return draft;
  const past = joined ? draft.past : [...draft.past, draft.now].slice(-STEPS_MOST);
  return { now: next, past, future: [] };
}
export function undo<Value>(draft: Draft<Value>): Draft<Value> {
  const { now, past, future } = draft;
  const last = past.at(-1);
  return last === undefined
    ? draft
    : { now: last, past: past.slice(0, -1), future: [now, ...future] };
}
export function redo<Value>(draft: Draft<Value>): Draft<Value> {
  const { now, past, future } = draft;
  const [next, ...rest] = future;
  return next === undefined ? draft : { now: next, past: [...past, now], future: rest };
}
