import { cleanup, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import IncidentShares from './IncidentShares.svelte';
import type { Share } from './incident-shares-api.ts';

const account = { id: '1', name: { zh: '王安全', en: 'Wang Anquan' } };
const share: Share = {
  id: '01J00000000000000000000000',
  code: 'code',
  reason: 'why',
  by: account,
  at: '2026-01-01T09:00:00Z',
  untilAt: '2026-01-20T09:00:00Z',
  ended: null,
  isOpen: false,
  isStopped: true,
  views: 0,
  recipients: [{ account, views: 0, firstAt: null, lastAt: null }],
  version: 1,
};
let items: Share[];

beforeEach(() => {
  i18n.set('en');
  vi.stubGlobal('fetch', async () => Response.json({ items }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says of a link why it opens nothing before its end, and can end it', async () => {
  items = [share];
  render(IncidentShares, { incident: '1' });
  const shown = within(await screen.findByTestId('share'));
  expect(shown.getByText(/opens nothing: its giver is gone/)).toBeTruthy();
  expect(shown.queryByTestId('share-copy')).toBeNull();
  expect(shown.getByTestId('share-end')).toBeTruthy();
});

it('has nothing to end of a link that is over', async () => {
  items = [{ ...share, isStopped: false }];
  render(IncidentShares, { incident: '1' });
  const shown = within(await screen.findByTestId('share'));
  expect(shown.getByText(/over since/)).toBeTruthy();
  expect(shown.queryByTestId('share-end')).toBeNull();
});
