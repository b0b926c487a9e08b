import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import PersonPresence from './PersonPresence.svelte';

const entry = (id: string, more: object = {}) => ({
  id,
  name: 'Sun',
  employeeNo: 'E006',
  department: { id: 'd', name: { zh: '部', en: 'D' } },
  post: 'Press',
  state: 'at-post',
  area: { id: 'press-line', name: { zh: '线', en: 'Press line' } },
  areaSince: '2026-01-01T09:00:00Z',
  heardAt: '2026-01-01T09:05:00Z',
  ...more,
});
let items: object[];
beforeEach(() => {
  i18n.set('en');
  vi.stubGlobal('fetch', async () => Response.json({ items, next: null, counts: {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
const show = async () => {
  render(PersonPresence, { person: 'p1', employeeNo: 'E006' });
  return screen.findByTestId('person-presence');
};

it('says whether a person is at the post, with the board of the area and the way as a replay', async () => {
  // Another one has the number in the name of the post.
  items = [entry('p2', { state: 'gone' }), entry('p1')];
  const shown = await show();
  expect(shown.dataset['state']).toBe('at-post');
  expect(screen.getByTestId('area-board').getAttribute('href')).toBe('/presence?area=press-line');
  expect(screen.getByTestId('way-reason').hasAttribute('required')).toBe(true);
});

it('has no place and no way of a person who did not agree, and nothing of one who left', async () => {
  items = [entry('p1', { state: 'not-tracked', area: null, areaSince: null, heardAt: null })];
  await show();
  expect(screen.getByTestId('not-tracked')).toBeTruthy();
  expect(screen.queryByTestId('way-load')).toBeNull();
  cleanup();
  items = [entry('p2')];
  expect((await show()).dataset['state']).toBe('none');
  expect(screen.queryByTestId('way-load')).toBeNull();
});
