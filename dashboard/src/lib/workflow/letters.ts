import type { Transition } from './types.ts';

/**
 * Assigns each step the first unused letter of its English name, so that a step has the same letter
 * in both languages: accept A, reject R …
 *
 * @param taken letters used by the page.
 */
export function actionLetters(
  transitions: readonly Transition[],
  taken: Iterable<string> = [],
): Map<string, string> {
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
