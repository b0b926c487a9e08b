import { expect, it } from 'vitest';
import { keepLast, readLast } from '$lib/features/hazard-report/draft.ts';
import { signOut } from './sign-out.svelte.ts';

it('after the sign-out the browser knows neither places nor where its user reported', () => {
  const place = { site: 'main', areaId: 'hall-floor', floorPlan: 'hall', position: null };
  keepLast('a', { place, type: 'fire' });
  localStorage.setItem('anshi.reference', '{}');
  localStorage.setItem('anshi.theme', 'dark');
  localStorage.setItem('anshi.user', '{}');
  expect(readLast('a')).not.toBeNull();
  signOut.now();
  expect(Object.keys(localStorage)).toEqual(['anshi.theme']);
  localStorage.clear();
});
