import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { Pages } from '$lib/api/pages.svelte.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { AddressFilters } from './address-filters.svelte.ts';
import { anyId, defineFilters, searchText } from './filters.ts';
import ListPage from './ListPage.svelte';
import { listChoices } from './list-choices.ts';
import { changedFilters } from './list-filters.ts';

const address = new AddressFilters(
  defineFilters({ q: searchText(), person: anyId(), camera: anyId(), state: anyId() }),
);
const change = (values: Partial<typeof address.value>) =>
  address.set({ ...address.value, ...values });
const search = () => page.url.search;
const keep = (filters: string | null) => listChoices.keepFilters('finding', filters);
const kept = () => listChoices.of('finding').filters;

async function open(at: string): Promise<void> {
  cleanup();
  await goto(at);
  const empty = createRawSnippet(() => ({ render: () => '<span></span>' }));
  render(ListPage<{ id: string }>, {
    title: 'Findings',
    testid: 'findings',
    rowTestid: 'finding',
    list: new Pages<{ id: string }>(async () => ({ items: [], next: null })),
    columns: [],
    key: (one: { id: string }) => one.id,
    cell: empty as never,
    empty: { icon: vi.fn(), title: 'None' },
    filters: empty,
  });
}

beforeEach(() => {
  // The header shows the account: none of another test.
  session.expire();
  i18n.set('en');
  keep(null);
});
afterEach(cleanup);

it('keeps what the person changes on the page, and nothing of the link that opened it', async () => {
  keep('?state=open');
  await open('/findings?camera=x');
  expect(search()).toBe('?camera=x');
  expect(screen.queryByTestId('kept-filters')).toBeNull();
  expect(kept()).toBe('?state=open');
  change({ state: 'done' });
  expect(search()).toBe('?camera=x&state=done');
  expect(kept()).toBe('?state=done');
  // A link within the app, to the page that is open.
  await goto('/findings?camera=y');
  expect(kept()).toBe('?state=done');
});

it('keeps nothing where the person did not ask for it, and nothing of another page', async () => {
  await open('/findings');
  change({ state: 'done' });
  expect(kept()).toBeUndefined();
  keep('');
  await goto('/others');
  change({ state: 'done' });
  expect(kept()).toBe('');
});

it('never keeps a search, or a filter that names a person', async () => {
  keep('');
  await open('/findings');
  change({ q: 'Li', person: 'p1', state: 'open' });
  expect(kept()).toBe('?state=open');
  keep('?q=Li&person=p1&state=open');
  await open('/findings');
  expect(search()).toBe('?state=open');
});

it('says that a list opened narrowed by them, and one press shows all', async () => {
  keep('?state=open');
  await open('/findings');
  expect(search()).toBe('?state=open');
  expect((await screen.findByTestId('kept-filters')).textContent).toContain('not all is shown');
  await userEvent.setup().click(screen.getByTestId('kept-filters-clear'));
  expect(search()).toBe('');
  expect(screen.queryByTestId('kept-filters')).toBeNull();
  // They are kept further: from now on none.
  expect(kept()).toBe('');
  await open('/findings');
  expect([search(), screen.queryByTestId('kept-filters')]).toEqual(['', null]);
});

it('a change adds to the kept filters, replaces one, or takes one away', () => {
  expect(changedFilters('?a=1', '?a=1', '?a=1&b=2')).toBe('?a=1&b=2');
  expect(changedFilters('?a=1&b=2', '?a=1&b=2', '?a=3&b=2')).toBe('?a=3&b=2');
  expect(changedFilters('?a=1', '?a=1&link=x', '')).toBe('');
});
