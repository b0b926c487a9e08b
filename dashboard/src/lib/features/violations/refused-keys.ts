import { placeNotes } from '$lib/ui/place-note.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { keyWords } from './key-words.ts';
import type { TriageAction } from './triage.ts';

/** Why a key did nothing; a name of `keyWords`. */
export type RefusedKey = keyof typeof keyWords.t;

/** What a key depends on. */
export interface KeyState {
  /** The open record; null where none is. */
  open: { isWaiting: boolean; isConfirmed: boolean } | null;
  /** The right to review, and to make a hazard of a violation. */
  mayDecide: boolean;
  mayMakeHazard: boolean;
}

/** What only a reviewer does. */
const DECIDING: readonly TriageAction['kind'][] = ['confirm', 'ask-reason', 'dismiss', 'undo'];

/** @returns null where the key may act. */
export function refusedKey({ kind }: TriageAction, of: KeyState): RefusedKey | null {
  if (DECIDING.includes(kind) && !of.mayDecide) return 'right';
  if (kind === 'confirm' || kind === 'ask-reason' || kind === 'dismiss') {
    if (!of.open) return 'none';
    return of.open.isWaiting ? null : 'decided';
  }
  if (kind !== 'hazard') return null;
  if (!of.mayMakeHazard) return 'hazardRight';
  if (!of.open) return 'none';
  return of.open.isConfirmed ? null : 'hazard';
}

/** Says why the key did nothing: at the bar of the verdict, or at the list where nothing is open. */
export function explainKey(why: RefusedKey): void {
  const at = ['verdict-bar', 'incident-list', 'violation-list', 'empty'].flatMap((id) => [
    ...document.querySelectorAll(`[data-testid=${id}]`),
  ]);
  const text = keyWords.t[why];
  if (!placeNotes.show(text, at, 'warn')) toasts.show(text, { tone: 'warn' });
}
