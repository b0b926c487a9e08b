import { createPublicKey, createVerify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NoticeWorld, openNoticeWorld } from '../../../testing/notice-world.ts';
import { pushBrowser } from '../../../testing/push-browser.ts';
import { until } from '../../../testing/site.ts';

let world: NoticeWorld;
beforeAll(async () => {
  world = await openNoticeWorld();
});
afterAll(() => world?.close());

describe('web push', () => {
  it('reaches the browser encrypted, signed with the key that it subscribed to', async () => {
    await world.prefer({ language: 'en' });
    const user = await world.api.signIn('operator');
    const { key } = (await (
      await world.api.get('/api/v1/push-subscriptions/key', user)
    ).json()) as {
      key: string;
    };
    const same = await world.second.get(
      '/api/v1/push-subscriptions/key',
      await world.second.signIn(),
    );
    expect(await same.json()).toEqual({ key });

    const phone = pushBrowser();
    const endpoint = `${world.pushService.url}/phone`;
    const added = await world.api.post(
      '/api/v1/push-subscriptions',
      { endpoint, keys: phone.keys },
      user,
    );
    expect(added.status).toBe(201);
    const id = await world.notify({});
    const row = await world.ended(id, 'push', 'sent');
    expect(row.detail).toBe('1/1');
    const [request] = world.pushService.heard.filter(({ path }) => path === '/phone');
    expect(phone.open(request!.body)).toMatchObject({
      title: '[Warning] Rectify this',
      body: 'Oil on the floor of the press area',
      link: '/hazards/1',
    });
    expect(request!.headers).toMatchObject({ urgency: 'high', topic: id, ttl: '86400' });

    const [, token = '', used] = /^vapid t=([^,]+), k=(.+)$/.exec(request!.headers.authorization!)!;
    expect(used).toBe(key);
    const [head, claims, signature] = token.split('.') as [string, string, string];
    const raw = Buffer.from(key, 'base64url');
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: raw.subarray(1, 33).toString('base64url'),
      y: raw.subarray(33).toString('base64url'),
    };
    const verify = createVerify('sha256').update(`${head}.${claims}`);
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const signed = Buffer.from(signature, 'base64url');
    expect(verify.verify({ key: publicKey, dsaEncoding: 'ieee-p1363' }, signed)).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: world.pushService.url,
      sub: 'mailto:notice@anshi.example',
    });
  });

  it('removes an expired subscription, and retries where the service is busy', async () => {
    const user = await world.api.signIn('safety');
    await world.prefer({}, 'safety');
    const add = (name: string) =>
      world.api.post(
        '/api/v1/push-subscriptions',
        { endpoint: `${world.pushService.url}/${name}`, keys: pushBrowser().keys },
        user,
      );
    await add('gone');
    world.pushService.answer = (path) => ({ status: path === '/gone' ? 410 : 201 });
    const first = await world.notify({ to: [world.users.safety!] });
    expect((await world.ended(first, 'push', 'skipped')).detail).toBe('no-browser');
    await add('busy');
    world.pushService.answer = () => ({ status: 503, headers: { 'retry-after': '30' } });
    const next = await world.notify({ to: [world.users.safety!] });
    const row = await until(async () => {
      const one = await world.delivery(next, 'push');
      return one?.attempts === 1 && one.state === 'waiting' ? one : null;
    }, 'it waits for the next try');
    expect(row.detail).toContain('503');
    expect(row.nextAt.getTime()).toBeGreaterThan(Date.now() + 20_000);
    expect(world.pushService.heard.filter(({ path }) => path === '/gone')).toHaveLength(1);
    world.pushService.answer = () => ({ status: 201 });
  });

  it('accepts push service addresses only, and removes a browser on request', async () => {
    const user = await world.api.signIn('operator');
    const keys = pushBrowser().keys;
    const refused = await world.api.post(
      '/api/v1/push-subscriptions',
      { endpoint: world.chat.url, keys },
      user,
    );
    expect(await refused.json()).toMatchObject({ status: 422, code: 'notice.push-host' });
    const endpoint = `${world.pushService.url}/phone`;
    // Another user's browser stays.
    await world.send('/push-subscriptions', { endpoint }, 'admin', 'DELETE');
    const count = () =>
      world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.pushSubscription.count({ where: { userId: world.users.operator! } }),
      );
    expect(await count()).toBe(1);
    await world.send('/push-subscriptions', { endpoint }, 'operator', 'DELETE');
    expect(await count()).toBe(0);
  });
});
