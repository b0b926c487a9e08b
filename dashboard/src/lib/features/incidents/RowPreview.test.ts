import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { incidentOf } from '../../../test/incident.ts';
import IncidentRow from './IncidentRow.svelte';

let fetched: string[];
beforeEach(() => {
  i18n.set('en');
  fetched = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    fetched.push(new URL(request.url, location.href).pathname);
    return new Response(new Blob(['picture']));
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const props = {
  // Its picture is in no other test, whose pictures the cache may have.
  incident: incidentOf(9_731),
  href: '/incidents/9731',
  selected: false,
  fresh: false,
  showStatus: false,
};
const point = (name: string, pointerType: string) =>
  screen
    .getByTestId('incident-row')
    .parentElement?.dispatchEvent(new PointerEvent(name, { pointerType }));
const isShown = () => screen.queryByTestId('row-preview') !== null;

it('enlarges the picture of a row on which the pointer rests, and loads nothing more', async () => {
  render(IncidentRow, props);
  await vi.waitFor(() => expect(fetched).toHaveLength(1));
  const before = [...fetched];
  point('pointerenter', 'mouse');
  await vi.advanceTimersByTimeAsync(250);
  expect(isShown()).toBe(false);
  await vi.advanceTimersByTimeAsync(100);
  expect(isShown()).toBe(true);
  expect(fetched).toEqual(before);
  point('pointerleave', 'mouse');
  await vi.advanceTimersByTimeAsync(0);
  expect(isShown()).toBe(false);
  // A pointer that only passes over, and one that has gone to another row by key.
  point('pointerenter', 'mouse');
  await vi.advanceTimersByTimeAsync(200);
  point('pointerleave', 'mouse');
  await vi.advanceTimersByTimeAsync(500);
  expect(isShown()).toBe(false);
});

it('shows none to a finger', async () => {
  render(IncidentRow, props);
  point('pointerenter', 'touch');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isShown()).toBe(false);
});
