import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SignInAnswer } from '$lib/api/types.ts';
import { session } from '$lib/session/session.svelte.ts';
import { withCopy } from './offline-copy.ts';
import { ApiError } from './problem.ts';

const answer = (id: string) =>
  ({
    accessToken: `token-${id}`,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id, username: id, displayName: { zh: '甲', en: 'A' }, roles: [], permissions: [] },
  }) as unknown as SignInAnswer;
const unreachable = () => Promise.reject(new ApiError(0, 'unreachable', 'no network'));
const refused = () => Promise.reject(new ApiError(403, 'forbidden', 'no'));
const reduce = ({ shown }: { shown: number; secret?: string }) => ({ shown });
const open = (ask: () => Promise<{ shown: number; secret?: string }>) =>
  withCopy('areas', ask, reduce)();

beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
  session.start(answer('u1'));
});
afterEach(() => {
  session.signOut();
  vi.unstubAllGlobals();
});

it('answers from the copy while the API cannot be reached, without the details', async () => {
  const online = await open(async () => ({ shown: 1, secret: 'unfit' }));
  expect(online).toMatchObject({ value: { shown: 1, secret: 'unfit' }, offline: false });
  expect(await open(unreachable)).toEqual({ value: { shown: 1 }, at: online.at, offline: true });
  expect(JSON.stringify({ ...localStorage })).not.toContain('unfit');
});

it('fails without a copy, and forgets the copy of what is refused now', async () => {
  await expect(open(unreachable)).rejects.toMatchObject({ status: 0 });
  await open(async () => ({ shown: 1 }));
  await expect(open(refused)).rejects.toMatchObject({ status: 403 });
  await expect(open(unreachable)).rejects.toMatchObject({ status: 0 });
});

it('is gone with the session, and is never given to another user', async () => {
  const leaves: (() => void)[] = [() => session.signOut(), () => session.expire()];
  for (const leave of leaves) {
    await open(async () => ({ shown: 1 }));
    leave();
    expect(Object.keys(localStorage).filter((key) => key.includes('copy'))).toEqual([]);
    session.start(answer('u1'));
  }
  await open(async () => ({ shown: 1 }));
  session.start(answer('u2'));
  await expect(open(unreachable)).rejects.toMatchObject({ status: 0 });
});

it('is not written for a user whose session ended while it was asked', async () => {
  await open(async () => {
    session.signOut();
    session.start(answer('u2'));
    return { shown: 1 };
  });
  expect(Object.keys(localStorage).filter((key) => key.includes('copy'))).toEqual([]);
});
