import { actionLetters } from '$lib/workflow/letters.ts';
import type { Transition } from '$lib/workflow/types.ts';

export type HazardKey =
  | { kind: 'next' | 'previous' | 'open' | 'close' | 'search' | 'report' | 'help' }
  | { kind: 'action'; transition: Transition };

/** Reserved letters. */
const taken = ['j', 'k', 'n'];

/** Shortcut letters of a hazard's steps, by step id. */
export const hazardLetters = (transitions: readonly Transition[]): Map<string, string> =>
  actionLetters(transitions, taken);

/** The action of a key in the hazard list. @param key as of shortcutKey. */
export function hazardKey(key: string, transitions: readonly Transition[]): HazardKey | null {
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return { kind: 'next' };
    case 'k':
    case 'ArrowUp':
      return { kind: 'previous' };
    case 'Enter':
      return { kind: 'open' };
    case 'Escape':
      return { kind: 'close' };
    case '/':
      return { kind: 'search' };
    case 'n':
      return { kind: 'report' };
    case '?':
      return { kind: 'help' };
  }
  const letters = hazardLetters(transitions);
  const transition = transitions.find(({ id }) => letters.get(id) === key);
  return transition ? { kind: 'action', transition } : null;
}
