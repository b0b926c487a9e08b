import { describe, expect, it } from 'vitest';
import { reasonsFor } from '$lib/api/types.ts';
import { shortcutKey } from '$lib/keyboard/shortcuts.ts';
import { triageAction } from './triage.ts';

function pressed(
  key: string,
  options: KeyboardEventInit = {},
  target: Element = document.body,
): string | null {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, ...options });
  let result: string | null = null;
  const listener = (seen: Event): void => {
    result = shortcutKey(seen as KeyboardEvent);
  };
  target.addEventListener('keydown', listener);
  target.dispatchEvent(event);
  target.removeEventListener('keydown', listener);
  return result;
}

describe('keys of the review', () => {
  it('accept a reason by number only while the menu is open', () => {
    expect(triageAction('2', false)).toBeNull();
    expect(triageAction('2', true)).toEqual({ kind: 'dismiss', reason: 'allowed-work' });
    expect(triageAction('5', true)).toEqual({ kind: 'dismiss', reason: 'not-a-person' });
    expect(triageAction('6', true)).toEqual({ kind: 'dismiss', reason: 'item-worn' });
    // PPE reasons do not apply to a fence.
    expect(triageAction('6', true, reasonsFor('line-crossing'))).toBeNull();
    expect(triageAction('7', true)).toBeNull();
    // An accidental verdict must be impossible while the menu is open.
    expect(triageAction('c', true)).toBeNull();
    expect(triageAction('u', true)).toBeNull();
  });

  it('step single frames', () => {
    expect(triageAction(',', false)).toEqual({ kind: 'frame', step: -1 });
    expect(triageAction('.', false)).toEqual({ kind: 'frame', step: 1 });
  });

  it('ignore key combinations and text fields', () => {
    expect(pressed('C', { shiftKey: true })).toBe('c');
    expect(pressed('c', { ctrlKey: true })).toBeNull();
    expect(pressed('r', { metaKey: true })).toBeNull();
    const field = document.createElement('input');
    document.body.append(field);
    expect(pressed('c', {}, field)).toBeNull();
    field.type = 'range';
    expect(pressed('c', {}, field)).toBe('c');
    field.remove();
  });

  it('ignore keys of an open menu', () => {
    const menu = document.createElement('div');
    menu.setAttribute('role', 'menu');
    document.body.append(menu);
    expect(pressed('j', {}, menu)).toBeNull();
    menu.remove();
  });
});
