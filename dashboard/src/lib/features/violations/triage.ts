import type { DismissReason } from '$lib/api/types.ts';
import { dismissReasons } from '$lib/api/types.ts';

export type TriageAction =
  | { kind: 'next' | 'previous' | 'confirm' | 'undo' | 'help' | 'play' | 'boxes' | 'fullscreen' }
  | { kind: 'frame'; step: 1 | -1 }
  /** Another finding of an incident. */
  | { kind: 'finding'; step: 1 | -1 }
  | { kind: 'ask-reason' | 'drop-reason' }
  | { kind: 'hazard' }
  | { kind: 'dismiss'; reason: DismissReason };

/**
 * The action of a key in the review.
 * @param key as of shortcutKey.
 * @param asking true while the menu of reasons is open: then only its keys act.
 * @param reasons the offered ones, in key order.
 */
export function triageAction(
  key: string,
  asking: boolean,
  reasons: readonly DismissReason[] = dismissReasons,
): TriageAction | null {
  if (asking) {
    const reason = /^[1-9]$/.test(key) ? reasons[Number(key) - 1] : undefined;
    if (reason) return { kind: 'dismiss', reason };
    return key === 'Escape' || key === 'd' ? { kind: 'drop-reason' } : null;
  }
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return { kind: 'next' };
    case 'k':
    case 'ArrowUp':
      return { kind: 'previous' };
    case 'c':
      return { kind: 'confirm' };
    case 'd':
      return { kind: 'ask-reason' };
    case 'u':
      return { kind: 'undo' };
    case 'h':
      return { kind: 'hazard' };
    case ' ':
      return { kind: 'play' };
    case ',':
      return { kind: 'frame', step: -1 };
    case '.':
      return { kind: 'frame', step: 1 };
    case '[':
      return { kind: 'finding', step: -1 };
    case ']':
      return { kind: 'finding', step: 1 };
    case 'b':
      return { kind: 'boxes' };
    case 'f':
      return { kind: 'fullscreen' };
    case '?':
      return { kind: 'help' };
    default:
      return null;
  }
}
