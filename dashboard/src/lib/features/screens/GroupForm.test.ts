import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Camera } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import GroupForm from './GroupForm.svelte';
import type { SharedGroup } from './screens-api.ts';

const ids = Array.from({ length: 17 }, (_, n) => `camera-${n}`);
const groupOf = (cameras: string[]): SharedGroup => ({
  id: '01J00000000000000000000000',
  version: 1,
  site: 'plant',
  name: { zh: '墙', en: 'Wall' },
  cameras,
  patrolSeconds: 45,
  updatedAt: '2026-12-01T08:00:00Z',
  updatedBy: null,
  mayManage: true,
});
const open = (cameras: string[]) =>
  render(GroupForm, { group: groupOf(cameras), onclose: () => {}, onsaved: () => {} });

beforeEach(() => {
  i18n.set('en');
  plant.cameras = ids.map(
    (id) => ({ id, site: 'plant', name: { zh: id, en: id } }) as unknown as Camera,
  );
});
afterEach(cleanup);

it('says how many cameras fit on one page of a screen, and for how long it shows each', () => {
  open(ids);
  expect(screen.getByTestId('group-pages').textContent).toMatch(
    /^16 cameras fit on one page\. These are 17: a screen shows 2 pages in turn/,
  );
  expect(screen.getByTestId<HTMLSelectElement>('group-patrol').value).toBe('45');
});

it('says nothing of pages where all fit on one', () => {
  open(ids.slice(0, 16));
  expect(screen.queryByTestId('group-pages')).toBeNull();
});
