import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { User, Violation } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import { violationOf } from '../../../test/violation.ts';
import Detail from './Detail.svelte';

/** Addresses that were asked, with their method. */
let asked: string[];
let until: string | null;

const base = violationOf(1);
const path = `/api/v1/violations/${base.id}`;
const evidence = (rendition: 'ready' | 'being-made' | 'failed'): Violation => ({
  ...base,
  snapshot: { ...base.snapshot!, rendition },
  clip: {
    url: `${path}/clip`,
    boxesUrl: null,
    durationSeconds: 15,
    from: base.startedAt,
    to: base.confirmedAt,
    partial: false,
    rendition,
  },
});
const show = (violation: Violation) =>
  render(Detail, { props: { violation, boxesShown: true, onboxes: () => {} } });
const signIn = (...permissions: string[]): void =>
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions } as unknown as User,
  });

beforeEach(() => {
  asked = [];
  until = null;
  i18n.set('en');
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:film');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url, location.href);
    asked.push(`${request.method} ${pathname}`);
    if (pathname.endsWith('/reveal')) {
      if (request.method === 'DELETE') return new Response(null, { status: 204 });
      if (request.method === 'POST') until = new Date(Date.now() + 600_000).toISOString();
      const urls = { snapshotUrl: `${path}/original/snapshot`, clipUrl: `${path}/original/clip` };
      return Response.json({ until, ...urls });
    }
    if (pathname.endsWith('/verdicts')) return Response.json({ items: [] });
    return new Response(new Blob(['bytes']));
  });
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.unstubAllGlobals();
});

describe('the evidence of a violation', () => {
  it('shows on the bar of its clip when its camera was not watched', async () => {
    signIn('violation:read');
    const begun = Date.parse(base.startedAt);
    const span = (id: string, camera: string, from: number, to: number) => ({
      id,
      camera,
      from: begun + from,
      to: begun + to,
      text: `${camera} not watched`,
      href: `/device-health/camera/${camera}`,
    });
    const spans = [
      span('1', base.camera, 3_000, 6_000),
      span('2', base.camera, -9_000, -1_000),
      span('3', 'another', 3_000, 6_000),
    ];
    const ready = evidence('ready');
    // Clips are kept by their address.
    const violation = { ...ready, clip: { ...ready.clip!, url: `${path}-2/clip` } };
    render(Detail, { props: { violation, spans, boxesShown: true, onboxes: () => {} } });
    const drawn = await screen.findAllByTestId('unwatched');
    expect(drawn.map(({ textContent }) => textContent)).toEqual([`${base.camera} not watched`]);
    // Of a clip of 15 s.
    expect([drawn[0]?.style.left, drawn[0]?.style.width]).toEqual(['20.00%', '20.00%']);
  });

  it('is said to be being made, and nothing is asked for in its place', async () => {
    signIn('violation:read');
    show(evidence('being-made'));
    const state = await screen.findByTestId('rendition-making');
    expect(state.textContent).toContain('The version with blurred faces is being made');
    expect(screen.queryByTestId('original-reveal')).toBeNull();
    expect(asked.filter((one) => /clip|snapshot|reveal/.test(one))).toEqual([]);
  });

  it('is asked for before that of others while it is looked at, once', async () => {
    signIn('violation:read');
    const view = show(evidence('being-made'));
    const request = `POST ${path}/rendition-requests`;
    await waitFor(() => expect(asked).toContain(request));
    // The live event of another change.
    await view.rerender({ violation: { ...evidence('being-made'), version: 2 } });
    await waitFor(() => expect(screen.getByTestId('rendition-making')).toBeTruthy());
    expect(asked.filter((one) => one === request)).toHaveLength(1);
  });

  it('says where no blurred version can be made', async () => {
    signIn('violation:read');
    show(evidence('failed'));
    expect((await screen.findByTestId('rendition-failed')).textContent).toContain('No version');
  });

  it('appears by itself when it is made, in a place that has the same bar', async () => {
    signIn('violation:read');
    const view = show(evidence('being-made'));
    const place = await screen.findByTestId('rendition-making');
    const barOf = (part: HTMLElement) => part.querySelector('[data-testid=clip-bar]');
    const [kept, parts] = [barOf(place)?.className, barOf(place)?.childElementCount];
    expect(barOf(place)?.closest('[inert]')?.getAttribute('aria-hidden')).toBe('true');
    await view.rerender({ violation: evidence('ready') });
    await waitFor(() => expect(screen.getByTestId('clip').dataset.ready).toBe('true'));
    const bar = barOf(screen.getByTestId('clip'));
    expect([bar?.className, bar?.childElementCount]).toEqual([kept, parts]);
    expect(asked).toContain(`GET ${path}/clip`);
    expect(asked.some((one) => one.includes('original'))).toBe(false);
  });

  it('is the original after a reason, with a sign and the time left, and is covered again', async () => {
    signIn('violation:read', 'evidence:reveal');
    show(evidence('ready'));
    (await screen.findByTestId('original-reveal')).click();
    await waitFor(() => expect(confirm.question?.reasonMin).toBe(4));
    confirm.settle('A complaint of the person');
    const sign = await screen.findByTestId('original-shown');
    expect(sign.textContent).toContain('people can be recognised');
    expect(screen.getByTestId('original-left').textContent).toMatch(/10:00|9:59/);
    await waitFor(() => expect(asked).toContain(`GET ${path}/original/clip`));
    screen.getByTestId('original-hide').click();
    await waitFor(() => expect(screen.queryByTestId('original-shown')).toBeNull());
    await waitFor(() => expect(asked).toContain(`DELETE ${path}/reveal`));
    // Of the original nothing is kept.
    expect(URL.revokeObjectURL).toHaveBeenCalled();
  });

  it('is covered again when the ten minutes are over', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      signIn('violation:read', 'evidence:reveal');
      until = new Date(Date.now() + 4_000).toISOString();
      show(evidence('ready'));
      // One of a moment ago, before the page was loaded again.
      await screen.findByTestId('original-shown');
      await vi.advanceTimersByTimeAsync(5_000);
      await waitFor(() => expect(screen.queryByTestId('original-shown')).toBeNull());
      expect(screen.getByTestId('original-reveal')).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a record without a picture, whose clip is asked of a worker', () => {
  const noPicture: Violation = {
    ...base,
    snapshot: null,
    snapshotMissing: { reason: 'not-taken', message: 'found from sign-ons' },
    clip: null,
    clipMissing: null,
  };
  const words = {
    'no-camera': ['No camera sees the place', '没有摄像机看得到该处'],
    'no-segments': ['The recording buffer holds nothing of that time', '没有保存这段时间的录像'],
    'worker-away': ['The camera worker did not answer', '分析主机没有应答'],
    refused: ['The camera worker gives none', '分析主机没有给出录像'],
  } as const;

  it.each([
    ['en', 'The clip is being made from what the camera recorded'],
    ['zh-CN', '正在从摄像机的录像中剪辑'],
  ] as const)('says that it is being made, and shows it then (%s)', async (locale, text) => {
    i18n.set(locale);
    const { rerender } = show(noPicture);
    expect(screen.getByTestId('clip-cutting').textContent).toContain(text);
    const { clip } = evidence('ready');
    await rerender({ violation: { ...noPicture, clip }, boxesShown: true, onboxes: () => {} });
    expect(screen.queryByTestId('clip-cutting')).toBeNull();
    expect(await screen.findByTestId('clip')).toBeTruthy();
  });

  it.each(Object.keys(words) as (keyof typeof words)[])('says why there is none: %s', (reason) => {
    const violation = { ...noPicture, clipMissing: { reason, message: 'as the worker said' } };
    for (const [n, locale] of (['en', 'zh-CN'] as const).entries()) {
      i18n.set(locale);
      show(violation);
      const { textContent } = screen.getByTestId('clip-missing');
      expect(textContent).toContain(words[reason][n]);
      expect(textContent).toContain('as the worker said');
      cleanup();
    }
    i18n.set('en');
  });
});
