import type { Transition } from './types.ts';

/**
 * Gives each step a letter of its English name, the first that is free, so that the same step has
 * the same letter in both languages: accept A, reject R …
 *
 * @param taken letters that mean something else on the page.
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
