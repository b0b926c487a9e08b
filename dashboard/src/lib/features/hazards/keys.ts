import type { HazardTransition } from './types.ts';

export type HazardKey =
  | { kind: 'next' | 'previous' | 'open' | 'close' | 'search' | 'report' | 'help' }
  | { kind: 'action'; transition: HazardTransition };

/** Letters that already mean something. */
const taken = new Set(['j', 'k', 'n']);

/**
 * Gives each step a letter of its English name, the first that is free, so that the same step has
 * the same letter in both languages: accept A, reject R …
 */
export function actionLetters(transitions: readonly HazardTransition[]): Map<string, string> {
  const letters = new Map<string, string>();
  const used = new Set(taken);
  for (const { id, name } of transitions) {
    const candidates = [...name.en.toLowerCase(), ...id].filter((one) => /[a-z]/.test(one));
    const letter = candidates.find((one) => !used.has(one));
    if (!letter) continue;
    used.add(letter);
    letters.set(id, letter);
  }
  return letters;
}

/** What a key means in the list of hazards. @param key as of shortcutKey. */
export function hazardKey(key: string, transitions: readonly HazardTransition[]): HazardKey | null {
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
  const letters = actionLetters(transitions);
  const transition = transitions.find(({ id }) => letters.get(id) === key);
  return transition ? { kind: 'action', transition } : null;
}
