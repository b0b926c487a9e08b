import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import Dictionaries from './Dictionaries.svelte';

const text = (en: string) => ({ zh: `中${en}`, en });
const word = (id: string, active: boolean) => ({
  id,
  name: text(id),
  data: {},
  active,
  own: false,
});
const page = { id: 'area-kind' as const, name: text('Areas'), hint: text('Read at cameras') };

beforeEach(() => {
  i18n.set('en');
  localStorage.removeItem('anshi.lists');
  vi.stubGlobal('fetch', async () =>
    Response.json({ items: [word('old', false), word('press', true), word('store', true)] }),
  );
});
afterEach(cleanup);

it('has the words in use first, what the dictionary is for, and the menu of columns', async () => {
  const user = userEvent.setup();
  render(Dictionaries, { of: page, pages: [page], onid: () => {} });
  const rows = await screen.findAllByTestId('word-row');
  expect(rows.map(({ dataset }) => dataset['id'])).toEqual(['press', 'store', 'old']);
  expect(screen.getByText('Read at cameras')).toBeTruthy();
  const titles = () => screen.getAllByRole('columnheader').map((one) => one.textContent?.trim());
  const before = titles();
  await user.click(screen.getByTestId('list-menu'));
  await user.click(await screen.findByTestId('list-column-origin'));
  await vi.waitFor(() => expect(titles()).toEqual([before[0], before[2]]));
  expect(screen.queryByTestId('list-keep-filters')).toBeNull();
  await user.click(screen.getByTestId('list-column-origin'));
  await vi.waitFor(() => expect(titles()).toEqual(before));
});
