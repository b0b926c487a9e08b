import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import DeskBar from './DeskBar.svelte';
import { deskSetting } from './desk-setting.ts';

const signedIn = (permissions: string[]) =>
  session.start({
    accessToken: 'token',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u', username: 'u', roles: [], permissions } as unknown as User,
  });

beforeEach(() => {
  i18n.set('en');
  vi.stubGlobal('fetch', async () => Response.json({ items: [], total: 0, cameras: [] }));
  deskSetting.adoptNone();
  deskSetting.compared();
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.unstubAllGlobals();
});

it('tells an operator before the first alarm that alarms are silent, and one click switches the sound on', async () => {
  signedIn(['violation:read', 'desk-alarm:acknowledge']);
  render(DeskBar, { path: '/' });
  expect((await screen.findByTestId('desk-silent')).textContent).toContain('Alarms make no sound');
  screen.getByTestId('desk-silent-on').click();
  await tick();
  expect(deskSetting.value).toMatchObject({ sound: true, chosen: true });
  expect(screen.queryByTestId('desk-silent')).toBeNull();
});

it('asks one who wants silence once', async () => {
  signedIn(['violation:read', 'desk-alarm:acknowledge']);
  const { unmount } = render(DeskBar, { path: '/' });
  (await screen.findByTestId('desk-silent-keep')).click();
  unmount();
  render(DeskBar, { path: '/' });
  await tick();
  expect(deskSetting.value.sound).toBe(false);
  expect(screen.queryByTestId('desk-silent')).toBeNull();
});

it('does not ask on other pages, nor people who acknowledge no alarms', async () => {
  signedIn(['violation:read', 'desk-alarm:acknowledge']);
  const { unmount } = render(DeskBar, { path: '/hazards' });
  await tick();
  expect(screen.queryByTestId('desk-silent')).toBeNull();
  unmount();
  signedIn(['violation:read']);
  render(DeskBar, { path: '/' });
  await tick();
  expect(screen.queryByTestId('desk-silent')).toBeNull();
});
