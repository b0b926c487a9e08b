import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import LiveStill from './LiveStill.svelte';

const camera = { id: 'hall-west', name: { zh: '西', en: 'West' } };
let asked: string[];
/** Answers of the API, as those of one camera. */
const answer = (next: () => Record<string, unknown> | null) =>
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url, location.href);
    asked.push(`${pathname} ${searchParams.get('cameras')}`);
    const found = next();
    if (!found) return Response.json({ code: 'live.unavailable' }, { status: 503 });
    const tag = found['jpeg'] === null ? null : '0123456789abcdef';
    const item = { camera: 'hall-west', moved: null, tag, unchanged: false, ...found };
    return Response.json({ items: [item] });
  });

beforeEach(() => {
  i18n.set('en');
  asked = [];
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('shows the newest still with its time, and says that faces are blurred', async () => {
  answer(() => ({ at: '2026-11-30T08:00:07.000Z', jpeg: 'AAAA' }));
  render(LiveStill, { camera });
  const picture = await screen.findByTestId('live-still');
  expect(picture.getAttribute('src')).toBe('data:image/jpeg;base64,AAAA');
  expect(picture.getAttribute('alt')).toBe('Newest still of West, faces blurred');
  await screen.findByText(/^Still, \d\d:00:07$/);
  expect(asked).toEqual(['/api/v1/live/stills hall-west']);
});

it('asks again where the first one could not be made in time', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const jpegs = [null, 'BBBB'];
  answer(() => {
    const jpeg = jpegs.shift() ?? null;
    return { at: jpeg && '2026-11-30T08:00:07.000Z', jpeg };
  });
  render(LiveStill, { camera });
  await eventually(() => expect(asked).toHaveLength(1));
  await vi.advanceTimersByTimeAsync(1_100);
  await screen.findByTestId('live-still');
  expect(asked.length).toBeGreaterThanOrEqual(2);
  vi.useRealTimers();
});

it('is read again each second, and says where something moved', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const answers = [
    { at: '2026-11-30T08:00:07.000Z', jpeg: 'AAAA', moved: null },
    {
      at: '2026-11-30T08:00:08.000Z',
      jpeg: null,
      tag: '0123456789abcdef',
      unchanged: true,
      moved: false,
    },
    { at: '2026-11-30T08:00:09.000Z', jpeg: 'CCCC', tag: 'fedcba9876543210', moved: true },
  ];
  answer(() => answers.shift() ?? { at: null, jpeg: null });
  const onMoved = vi.fn();
  render(LiveStill, { camera, onMoved });
  await screen.findByTestId('live-still');
  await vi.advanceTimersByTimeAsync(1_100);
  await eventually(() =>
    expect(screen.getByTestId('live-still').dataset.at).toBe('2026-11-30T08:00:08.000Z'),
  );
  expect(onMoved).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_100);
  await eventually(() => expect(onMoved).toHaveBeenCalledOnce());
  expect(screen.getByTestId('live-still').getAttribute('src')).toContain('CCCC');
  vi.useRealTimers();
});

it('shows nothing where none could be blurred in time, or the worker gives none', async () => {
  answer(() => ({ at: null, jpeg: null }));
  render(LiveStill, { camera });
  await eventually(() => expect(asked).toHaveLength(1));
  cleanup();
  answer(() => null);
  render(LiveStill, { camera });
  await eventually(() => expect(asked).toHaveLength(2));
  expect(screen.queryByTestId('live-still')).toBeNull();
});
