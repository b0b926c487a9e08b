/** What a key does with the marked rows of the queue. */
export type ManyKey =
  | { kind: 'range'; step: 1 | -1 }
  | { kind: 'mark' | 'all' | 'clear' | 'confirm' | 'ask' | 'drop' }
  | { kind: 'reason'; index: number };

/**
 * @param key as of shortcutKey.
 * @param of.chosen how many rows are marked: then the keys of a verdict count for all of them.
 * @returns null for a key that the open record gets.
 */
export function manyKey(
  key: string,
  of: { shift: boolean; chosen: number; isOn: boolean; asking: boolean },
): ManyKey | null {
  if (of.asking) {
    if (/^[1-9]$/.test(key)) return { kind: 'reason', index: Number(key) - 1 };
    if (key === 'Escape' || key === 'd') return { kind: 'drop' };
  }
  if (of.shift) {
    if (key === 'j' || key === 'ArrowDown') return { kind: 'range', step: 1 };
    if (key === 'k' || key === 'ArrowUp') return { kind: 'range', step: -1 };
    if (key === 'a') return { kind: 'all' };
  }
  if (key === 'x') return { kind: 'mark' };
  if (key === 'Escape' && of.isOn) return { kind: 'clear' };
  if (of.chosen === 0) return null;
  if (key === 'c') return { kind: 'confirm' };
  return key === 'd' ? { kind: 'ask' } : null;
}
