import { afterEach, expect, it } from 'vitest';
import { shortcutKey } from './shortcuts.ts';

afterEach(() => {
  document.body.innerHTML = '';
});

/** What a key on the element with this id is as a shortcut. */
function keyOn(html: string, key: string): string | null {
  document.body.innerHTML = html;
  const event = new KeyboardEvent('keydown', { key, bubbles: true });
  let read: string | null = null;
  const listen = (pressed: Event): void => {
    read = shortcutKey(pressed as KeyboardEvent);
  };
  document.addEventListener('keydown', listen, { once: true });
  document.querySelector('#at')?.dispatchEvent(event);
  return read;
}

it('a key is a shortcut, unless the element in focus needs it', () => {
  expect(keyOn('<button id="at"></button>', 'A')).toBe('a');
  expect(keyOn('<input id="at" type="checkbox">', 'a')).toBe('a');
  expect(keyOn('<input id="at">', 'a')).toBeNull();
  expect(keyOn('<div role="menu"><button id="at"></button></div>', 'Escape')).toBeNull();
});

it('a select has the letters, closed too: they search its list', () => {
  const select = '<button id="at" aria-haspopup="listbox"></button>';
  expect(keyOn(select, 'a')).toBeNull();
  expect(keyOn(select, 'Escape')).toBe('Escape');
});
