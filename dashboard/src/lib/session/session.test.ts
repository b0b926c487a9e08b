import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { client, fetchRaw } from '$lib/api/client.ts';
import type { SignInAnswer } from '$lib/api/types.ts';
import { eventually } from '../../test/eventually.ts';
import { session } from './session.svelte.ts';

const MINUTE = 60_000;
let calls: { path: string; token: string | null }[];
let respond: (path: string, token: string | null) => Response | Promise<Response>;

const answer = (accessToken: string, minutes = 15, id = 'u1') =>
  ({
    accessToken,
    expiresAt: new Date(Date.now() + minutes * MINUTE).toISOString(),
    user: { id, username: id, displayName: { zh: '甲', en: 'A' }, roles: [], permissions: [] },
  }) as unknown as SignInAnswer;
const refused = () => Response.json({ code: 'auth.expired' }, { status: 401 });
const to = (path: string) => calls.filter((call) => call.path === path);

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  respond = () => new Response(null, { status: 204 });
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    const request =
      typeof input === 'string' ? new Request(new URL(input, location.href), init) : input;
    const path = new URL(request.url).pathname;
    const token = request.headers.get('authorization')?.slice(7) ?? null;
    calls.push({ path, token });
    return respond(path, token);
  });
  session.signOut();
  calls = [];
});
afterEach(() => {
  session.signOut();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a session in the page', () => {
  it('renews its token in the background shortly before its expiry', async () => {
    session.start(answer('first'));
    respond = () => Response.json(answer('second'));
    await vi.advanceTimersByTimeAsync(13 * MINUTE);
    expect(to('/api/v1/auth/refresh')).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(to('/api/v1/auth/refresh')).toHaveLength(1);
    expect(session.token).toBe('second');
  });

  it('renews once for concurrent requests, and repeats them', async () => {
    session.start(answer('first'));
    respond = (path, token) => {
      if (path === '/api/v1/auth/refresh') return Response.json(answer('second'));
      return token === 'second' ? Response.json({ path }) : refused();
    };
    const bodies = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await fetchRaw(`/api/v1/${name}`)).json()),
    );
    expect(bodies).toEqual([{ path: '/api/v1/a' }, { path: '/api/v1/b' }, { path: '/api/v1/c' }]);
    expect(to('/api/v1/auth/refresh')).toHaveLength(1);
  });

  it('repeats the body with the next token', async () => {
    session.start(answer('first'));
    const bodies: unknown[] = [];
    vi.stubGlobal('fetch', async (input: Request | string) => {
      if (typeof input === 'string') return Response.json(answer('second'));
      bodies.push(await input.json());
      return bodies.length === 1 ? refused() : Response.json({});
    });
    await client.POST('/api/v1/auth/password', { body: { current: 'a', next: 'b' } });
    expect(bodies).toEqual([
      { current: 'a', next: 'b' },
      { current: 'a', next: 'b' },
    ]);
  });

  it('ends where the API no longer accepts the cookie, with a message', async () => {
    session.start(answer('first'));
    respond = refused;
    await expect(fetchRaw('/api/v1/a')).rejects.toMatchObject({ status: 401 });
    expect([session.user, session.token, session.expired]).toEqual([null, null, true]);
    expect(localStorage.getItem('anshi.user')).toBeNull();
  });

  it('survives without a network, and continues with one', async () => {
    session.start(answer('first'));
    respond = () => Promise.reject(new TypeError('no network'));
    await vi.advanceTimersByTimeAsync(16 * MINUTE);
    expect(session.user).not.toBeNull();
    await expect(fetchRaw('/api/v1/a')).rejects.toMatchObject({ status: 0 });
    respond = () => Response.json(answer('later'));
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(session.token).toBe('later');
  });

  it('is not replaced by another user who signs in with the same browser', async () => {
    session.start(answer('first'));
    respond = () => Response.json(answer('other', 15, 'u2'));
    expect(await session.renew('first')).toBeNull();
    expect([session.user, session.token]).toEqual([null, null]);
  });

  it('passes each new token to open connections', async () => {
    session.start(answer('first'));
    const heard: string[] = [];
    const stop = session.onToken((token) => heard.push(token));
    respond = () => Response.json(answer('second'));
    await session.renew('first');
    stop();
    expect(heard).toEqual(['second']);
  });

  it('shares its token with the other tabs, and its end', async () => {
    vi.useRealTimers();
    session.start(answer('first'));
    const other = new BroadcastChannel('anshi.session');
    const heard: { type: string }[] = [];
    other.onmessage = ({ data }) => heard.push(data as { type: string });
    other.postMessage({ type: 'token', answer: answer('from-the-other-tab') });
    await eventually(() => expect(session.token).toBe('from-the-other-tab'));
    session.signOut();
    await eventually(() => expect(heard.some(({ type }) => type === 'signed-out')).toBe(true));
    expect(to('/api/v1/auth/logout')).toHaveLength(1);
    other.close();
  });

  it('stores no token where other tabs or later users find it', () => {
    session.start(answer('secret-token'));
    expect(sessionStorage.getItem('anshi.session')).toContain('secret-token');
    expect(JSON.stringify({ ...localStorage })).not.toContain('secret-token');
    session.signOut();
    expect(sessionStorage.getItem('anshi.session')).toBeNull();
    expect(localStorage.getItem('anshi.user')).toBeNull();
  });
});
