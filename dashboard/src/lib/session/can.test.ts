import { afterEach, expect, it } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { can } from './can.ts';
import { session } from './session.svelte.ts';

const signIn = (user: object): void =>
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', ...user } as unknown as User,
  });
afterEach(() => session.expire());

it('a permission with a scope is held where it reaches at least so far', () => {
  signIn({
    permissions: ['violation:read', 'camera:read'],
    scopes: { 'violation:read': 'department', 'camera:read': 'all' },
  });
  expect(can('violation:read')).toBe(true);
  expect(can('violation:read@own')).toBe(true);
  expect(can('violation:read@department')).toBe(true);
  expect(can('violation:read@site')).toBe(false);
  expect(can('camera:read@site')).toBe(true);
  expect(can('live:watch@own')).toBe(false);
});

it('of a user who was stored before there were scopes it reaches all', () => {
  signIn({ permissions: ['violation:read'] });
  expect([can('violation:read@all'), can('camera:read@own')]).toEqual([true, false]);
});
