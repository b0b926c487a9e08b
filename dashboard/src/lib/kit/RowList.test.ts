import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pages } from '$lib/api/pages.svelte.ts';
import { ApiError } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import FilterBar from './FilterBar.svelte';
import { defineFilters, oneOf, searchText } from './filters.ts';
import ListMenu from './ListMenu.svelte';
import { listChoices } from './list-choices.ts';
import RowList from './RowList.svelte';

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

interface Thing {
  id: string;
}
const cell = createRawSnippet<[Thing, string]>((row) => ({
  render: () => `<span>${row().id}</span>`,
}));
const icon = vi.fn();
const props = {
  label: 'Things',
  columns: [{ id: 'name', title: 'Name' }],
  key: (one: Thing) => one.id,
  cell,
  empty: { icon, title: 'No things yet' },
  testid: 'thing',
};

it('shows a page, loads the next one, and opens a row by keyboard', async () => {
  const user = userEvent.setup();
  const pages = { first: { items: [{ id: 'a' }, { id: 'b' }], next: 'c' } };
  const list = new Pages<Thing>(async (cursor) =>
    cursor === 'c' ? { items: [{ id: 'c' }], next: null } : pages.first,
  );
  const onopen = vi.fn();
  render(RowList<Thing>, { ...props, list, onopen });
  expect(screen.getByRole('status')).toBeTruthy();
  await list.load();
  await user.click(await screen.findByTestId('more'));
  await vi.waitFor(() => expect(screen.getAllByTestId('thing-row')).toHaveLength(3));
  expect(screen.queryByTestId('more')).toBeNull();
  screen.getAllByTestId('thing-row')[0]?.focus();
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}');
  expect(onopen).toHaveBeenCalledWith({ id: 'b' });
  await user.keyboard('{End}{Enter}{Home}{Enter}');
  expect(onopen.mock.calls.map(([one]) => one.id)).toEqual(['b', 'c', 'a']);
});

it('shows why there are no rows: none yet, no match, or an error', async () => {
  const user = userEvent.setup();
  const none = new Pages<Thing>(async () => ({ items: [], next: null }));
  await none.load();
  render(RowList<Thing>, { ...props, list: none });
  expect(screen.getByTestId('empty').textContent).toContain('No things yet');
  cleanup();
  const onclear = vi.fn();
  render(RowList<Thing>, { ...props, list: none, onclear });
  expect(screen.getByTestId('empty').textContent).toContain(i18n.t.kit.nothingFits);
  await user.click(screen.getByText(i18n.t.kit.clear));
  expect(onclear).toHaveBeenCalledOnce();
  cleanup();
  const broken = new Pages<Thing>(async () => {
    throw new ApiError(500, 'server.failed', 'failed');
  });
  await broken.load();
  render(RowList<Thing>, { ...props, list: broken });
  expect(screen.getByTestId('error')).toBeTruthy();
});

it('the filters debounce input, and clear all', async () => {
  const user = userEvent.setup();
  const filters = defineFilters({ q: searchText(20), state: oneOf(['open', 'done'], 'open') });
  const onchange = vi.fn();
  const search = { name: 'q' as const, label: 'Search', testid: 'search' };
  const { rerender } = render(FilterBar<typeof filters.usual>, {
    filters,
    value: filters.usual,
    onchange,
    search,
  });
  expect(screen.queryByTestId('filter-clear')).toBeNull();
  await user.type(screen.getByTestId('search'), 'crane');
  await vi.waitFor(() => expect(onchange).toHaveBeenCalledWith({ q: 'crane', state: 'open' }));
  await rerender({ value: { q: 'crane', state: 'open' } });
  await user.click(screen.getByTestId('filter-clear'));
  expect(onchange).toHaveBeenLastCalledWith(filters.usual);
});

it('has no menu of columns where the rows may not be read', async () => {
  const columns = [{ id: 'name', title: 'Name' }];
  const failed = async (status: number) => {
    const list = new Pages<Thing>(async () => {
      throw new ApiError(status, 'access.denied', 'denied');
    });
    await list.load();
    render(ListMenu, { list: 'thing', columns, loaded: list, filters: null });
    return list;
  };
  await failed(500);
  expect(screen.getByTestId('list-menu')).toBeTruthy();
  cleanup();
  const list = await failed(403);
  render(RowList<Thing>, { ...props, list });
  expect(screen.getByTestId('forbidden')).toBeTruthy();
  expect(screen.queryByTestId('list-menu')).toBeNull();
});

it('has the columns and the density that a person chose for this list, and keeps them in the browser', async () => {
  localStorage.removeItem('anshi.lists');
  const user = userEvent.setup();
  const columns = [
    { id: 'name', title: 'Name' },
    { id: 'since', title: 'Since' },
    { id: 'actions', title: '' },
  ];
  const list = new Pages<Thing>(async () => ({ items: [{ id: 'a' }], next: null }));
  await list.load();
  render(RowList<Thing>, { ...props, columns, list });
  render(ListMenu, { list: 'thing', columns, loaded: list, filters: '?q=a&state=open' });
  const titles = () =>
    screen.getAllByRole('columnheader').map((one) => one.textContent?.trim() ?? '');
  expect(titles()).toEqual(['Name', 'Since', '']);
  await user.click(screen.getByTestId('list-menu'));
  // The column that names the row, and that of the actions, always stay.
  expect(screen.queryByTestId('list-column-name')).toBeNull();
  expect(screen.queryByTestId('list-column-actions')).toBeNull();
  await user.click(screen.getByTestId('list-column-since'));
  await vi.waitFor(() => expect(titles()).toEqual(['Name', '']));
  await user.click(screen.getByTestId('list-compact'));
  await vi.waitFor(() => expect(screen.getByTestId('thing').dataset['density']).toBe('compact'));
  await user.click(screen.getByTestId('list-keep-filters'));
  expect(JSON.parse(localStorage.getItem('anshi.lists') ?? '{}')).toEqual({
    thing: { hidden: ['since'], compact: true, filters: '?state=open' },
  });
  expect(listChoices.of('another')).toEqual({});
  await user.click(screen.getByTestId('list-column-since'));
  await user.click(screen.getByTestId('list-compact'));
  await user.click(screen.getByTestId('list-keep-filters'));
  expect(localStorage.getItem('anshi.lists')).toBe('{}');
});
