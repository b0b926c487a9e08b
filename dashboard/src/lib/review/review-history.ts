import { ApiError } from '$lib/api/problem.ts';
import type { Outcome } from './review-queue.svelte.ts';

/** The user's last decisions, to be undone: on one record, or on many at once. */
export type Step<Item> = Waiting<Item> | Many<Item>;

/** A decision on many records, each as that decision left it. */
export interface Many<Item> {
  many: readonly Item[];
}

export interface Waiting<Item> {
  before: Item;
  /** Index in the list before the decision, -1 if not in it. */
  index: number;
  saved: Promise<Outcome<Item>>;
}

export const isMany = <Item>(step: Step<Item>): step is Many<Item> => 'many' in step;
export const isOne = <Item>(step: Step<Item>): step is Waiting<Item> => 'before' in step;

/** The current record in the body of a conflict; else null. */
export function currentOf<Item>(error: unknown): Item | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const body = error.body;
  return typeof body === 'object' && body !== null && 'current' in body
    ? (body.current as Item)
    : null;
}
