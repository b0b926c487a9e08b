import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { clearCookie, readCookie, readDevice, setCookie, setDevice } from './cookie.ts';

async function open() {
  const app = fastify({ trustProxy: true });
  await app.register(cookie);
  app.get('/in', async (request, reply) => {
    setCookie(request, reply, 'token', new Date(Date.now() + 60_000));
    setDevice(request, reply, 'mark');
    return '';
  });
  app.get('/out', async (request, reply) => {
    clearCookie(request, reply);
    return '';
  });
  app.get('/read', async (request) => ({ token: readCookie(request), mark: readDevice(request) }));
  return (url: string, proto: string, cookies: Record<string, string> = {}) =>
    app.inject({ url, cookies, headers: { 'x-forwarded-proto': proto } });
}

it('by https the cookies are bound to this host by their names, and no other name is read', async () => {
  const get = await open();
  for (const url of ['/in', '/out']) {
    for (const set of (await get(url, 'https')).cookies) {
      expect(set).toMatchObject({ path: '/', secure: true, httpOnly: true, sameSite: 'Strict' });
      expect(set).not.toHaveProperty('domain');
      expect(set.name).toMatch(/^__Host-anshi_/);
    }
  }
  const bound = { '__Host-anshi_refresh': 'token', '__Host-anshi_device': 'mark' };
  const bare = { anshi_refresh: 'token', anshi_device: 'mark' };
  expect((await get('/read', 'https', bound)).json()).toEqual({ token: 'token', mark: 'mark' });
  expect((await get('/read', 'https', bare)).json()).toEqual({});
});

it('by http, where browsers refuse such names, they go to the sign-in only', async () => {
  const get = await open();
  const { cookies } = await get('/in', 'http');
  expect(cookies.map(({ name, path }) => [name, path])).toEqual([
    ['anshi_refresh', '/api/v1/auth'],
    ['anshi_device', '/api/v1/auth'],
  ]);
  expect((await get('/read', 'http', { anshi_refresh: 'token' })).json()).toEqual({
    token: 'token',
  });
});
