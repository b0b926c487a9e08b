import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import PersonTimeline from './PersonTimeline.svelte';

let asked: URL[];
beforeEach(() => {
  i18n.set('en');
  asked = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url, location.href));
    const title = { zh: '开机', en: 'Start of press 4' };
    const entry = { at: '2026-11-20T08:00:00Z', day: false, title, detail: null, tone: 'ok' };
    return Response.json({
      items: [
        { ...entry, kind: 'gate', id: 'G1' },
        { ...entry, kind: 'post', id: 'P1.began' },
      ],
      kinds: [],
      next: null,
    });
  });
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions: ['gate:read'] } as unknown as User,
  });
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.unstubAllGlobals();
});

it('has links to the records that may be opened, and asks for a period', async () => {
  render(PersonTimeline, { person: 'E1' });
  const links = await screen.findAllByRole('link');
  expect(links.map((link) => link.getAttribute('href'))).toEqual(['/gates/G1']);
  await fireEvent.input(screen.getByTestId('timeline-from'), { target: { value: '2026-11-01' } });
  await fireEvent.input(screen.getByTestId('timeline-until'), { target: { value: '2026-11-30' } });
  const last = await eventually(() => {
    const query = asked.at(-1)?.searchParams;
    expect(query?.get('until')).not.toBeNull();
    return query;
  });
  expect(last?.get('from')).toBe(new Date(2026, 10, 1).toISOString());
  expect(last?.get('until')).toBe(new Date(2026, 11, 1).toISOString());
});
