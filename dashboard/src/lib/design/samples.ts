import { Loaded } from '$lib/api/loaded.svelte.ts';
import { Pages } from '$lib/api/pages.svelte.ts';
import { ApiError } from '$lib/api/problem.ts';

/** A row of the sample lists. */
export interface Machine {
  id: string;
  name: { zh: string; en: string };
  state: 'ok' | 'warn' | 'danger' | 'neutral';
}

export const machines: readonly Machine[] = [
  { id: 'press-1', name: { zh: '一号冲压机', en: 'Press 1' }, state: 'ok' },
  { id: 'press-2', name: { zh: '二号冲压机', en: 'Press 2' }, state: 'danger' },
  { id: 'welding-1', name: { zh: '焊接机器人', en: 'Welding robot' }, state: 'neutral' },
];

export const at = '2026-11-27T08:30:00Z';
export const failure = new ApiError(0, 'unreachable', '');
const never = () => new Promise<never>(() => undefined);
const fail = () => Promise.reject(failure);

/** Something loaded, in each state; a failed one fails again. */
export function loadedStates<Value>(value: Value, nothing: Value) {
  const states = {
    filled: new Loaded(async () => value),
    empty: new Loaded(async () => nothing),
    loading: new Loaded<Value>(never),
    failed: new Loaded<Value>(fail),
    refused: new Loaded<Value>(() => Promise.reject(new ApiError(403, 'forbidden', 'sample'))),
  };
  for (const one of Object.values(states)) void one.load();
  return states;
}

/** A list in each state; the filled one has a next page. */
export function listStates<Row>(rows: readonly Row[]) {
  const states = {
    filled: new Pages<Row>(async (cursor) => ({
      items: cursor === null ? [...rows] : [],
      next: cursor === null ? 'next' : null,
    })),
    empty: new Pages<Row>(async () => ({ items: [], next: null })),
    loading: new Pages<Row>(never),
    failed: new Pages<Row>(fail),
  };
  for (const one of Object.values(states)) void one.load();
  return states;
}
