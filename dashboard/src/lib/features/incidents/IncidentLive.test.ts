import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetServerTime, learnServerTime } from '$lib/api/server-clock.ts';
import type { Camera, User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { incidentOf } from '../../../test/incident.ts';
import IncidentLive from './IncidentLive.svelte';

const HOUR_MS = 3_600_000;
const iso = (ms: number) => new Date(Date.now() + ms).toISOString();

beforeEach(() => {
  i18n.set('en');
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('no network');
  });
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  plant.cameras = ['hall-west', 'hall-east'].map((id) => ({
    id,
    name: { zh: id, en: id },
    health: null,
  })) as unknown as Camera[];
  session.start({
    accessToken: 'a',
    expiresAt: iso(HOUR_MS),
    user: { id: 'u1', permissions: ['live:watch'] } as unknown as User,
  });
});
afterEach(() => {
  cleanup();
  plant.cameras = [];
  session.expire();
  forgetServerTime();
  vi.unstubAllGlobals();
});

const shown = () => screen.getByTestId('incident-live').dataset['shown'];

it('opens by itself for a young incident by the clock of the API, whatever that of the browser says', () => {
  // The PC is two hours ahead: by its clock an incident of a minute ago is old.
  learnServerTime(new Date(Date.now() - 2 * HOUR_MS).toUTCString());
  const { unmount } = render(IncidentLive, {
    incident: incidentOf(1, { startedAt: iso(-2 * HOUR_MS - 60_000) }),
  });
  expect(shown()).toBe('soon');
  unmount();
  // And two hours behind: one of three hours ago seems young.
  learnServerTime(new Date(Date.now() + 2 * HOUR_MS).toUTCString());
  render(IncidentLive, { incident: incidentOf(1, { startedAt: iso(-HOUR_MS / 2) }) });
  expect(shown()).toBe('no');
});

it('has the other cameras of the place, and not one that the account does not see', async () => {
  render(IncidentLive, {
    incident: incidentOf(1, { startedAt: iso(-3 * HOUR_MS) }),
    others: ['hall-west', 'hall-east', 'hidden'],
  });
  await userEvent.setup().click(screen.getByTestId('live-now'));
  expect(screen.getAllByTestId('live-camera').map((one) => one.textContent?.trim())).toEqual([
    'hall-west',
    'hall-east',
  ]);
});
