import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { createUnits, type Units } from '../../platform/db/unit-of-work.ts';
import { isSignedWebhook } from '../../platform/outbox/signature.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
}

let site: Site;
let api: RunningApi;
let admin: pg.Client;
let units: Units;
let closeDatabase: () => Promise<void>;
let headers: { authorization: string };
let receiver: Server;
let target: string;
let heard: Heard[] = [];
/** The receiver's response: a status, or none. */
let answer: (heard: Heard) => number | 'redirect' = () => 204;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl, { webhookAllow: ['127.0.0.1'] });
  headers = await api.signIn('admin');
  admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
  await admin.query("SELECT set_config('app.tenant', 'demo', false)");
  // Another process writes: the API finds the events by polling.
  const database = openDatabase(urls.appUrl);
  closeDatabase = () => database.close();
  units = createUnits({ database, onError: (error) => pino().error(error) });
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(parts).toString() };
      heard.push(one);
      const status = answer(one);
      if (status === 'redirect') response.writeHead(302, { location: '/elsewhere' });
      else response.writeHead(status);
      response.end('as you like');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  receiver?.close();
  await admin?.end();
  await closeDatabase?.();
  await api?.stop();
  await site?.stop();
});
beforeEach(() => {
  heard = [];
  answer = () => 204;
});

const send = (method: string, path: string, body?: unknown) =>
  fetch(`${api.url}/api/v1/webhooks${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

interface Made {
  id: string;
  secret: string;
  version: number;
}
async function register(types: string[], url = target): Promise<Made> {
  const response = await send('POST', '', { name: 'ERP', url, types });
  expect(response.status).toBe(201);
  return (await response.json()) as Made;
}
const remove = (id: string) => send('DELETE', `/${id}`);

interface Deliveries {
  items: {
    id: string;
    state: string;
    attempts: number;
    tries: { status: number | null; error: string | null }[];
  }[];
}
const deliveries = async (id: string) =>
  ((await (await send('GET', `/${id}/deliveries`)).json()) as Deliveries).items;

const tell = (entity: string, data = {}) =>
  units.run(systemCaller('demo'), (unit) =>
    unit.emit({ entity, what: 'made', subject: 's-1', data }),
  );

/** Simulates the end of the retry delay. */
const makeDue = () =>
  admin.query("UPDATE webhook_delivery SET next_at = now() WHERE state = 'pending'");

describe('a webhook', () => {
  it('receives its event types only, signed, as CloudEvents', async () => {
    const hook = await register(['cn.anshi.probe.*']);
    await tell('other');
    await tell('probe', { n: 1 });
    await until(() => heard.length > 0, 'it is told');
    const [one] = heard;
    expect(isSignedWebhook(hook.secret, one?.headers ?? {}, one?.body ?? '')).toBe(true);
    const event = JSON.parse(one?.body ?? '');
    expect(event).toMatchObject({
      specversion: '1.0',
      source: '/api',
      type: 'cn.anshi.probe.made.v1',
      subject: 's-1',
      data: { n: 1 },
    });
    expect(one?.headers['webhook-id']).toBe(event.id);
    await until(async () => (await deliveries(hook.id))[0]?.state === 'delivered', 'it is noted');
    expect(await deliveries(hook.id)).toMatchObject([{ attempts: 1, tries: [{ status: 204 }] }]);
    expect(heard).toHaveLength(1);
    await remove(hook.id);
  });

  it('is retried with the same id until it succeeds', async () => {
    const hook = await register(['cn.anshi.again.made.v1']);
    answer = () => (heard.length < 3 ? 500 : 200);
    await tell('again');
    for (let tries = 1; tries <= 3; tries++) {
      await until(async () => (await deliveries(hook.id))[0]?.tries.length === tries, 'a try');
      await makeDue();
    }
    await until(async () => (await deliveries(hook.id))[0]?.state === 'delivered', 'it is taken');
    expect(new Set(heard.map((one) => one.headers['webhook-id'])).size).toBe(1);
    expect((await deliveries(hook.id))[0]?.tries.map(({ status }) => status)).toEqual([
      500, 500, 200,
    ]);
    await remove(hook.id);
  });

  it('is dead after the last attempt, and can be resent manually', async () => {
    const hook = await register(['cn.anshi.dead.*']);
    answer = () => 'redirect';
    await tell('dead');
    await until(async () => {
      await makeDue();
      return (await deliveries(hook.id))[0]?.state === 'dead';
    }, 'it is given up');
    const [dead] = await deliveries(hook.id);
    expect(dead?.attempts).toBe(11);
    // A redirect is a failure and is not followed.
    expect(dead?.tries.every(({ error }) => error === 'answered 302')).toBe(true);
    answer = () => 200;
    expect((await send('POST', `/${hook.id}/deliveries/${dead?.id}/retry`)).status).toBe(202);
    await until(async () => (await deliveries(hook.id))[0]?.state === 'delivered', 'it arrives');
    await remove(hook.id);
  });

  it('signs with both keys during a rotation', async () => {
    const hook = await register(['cn.anshi.turn.*']);
    const rotated = (await (
      await send('POST', `/${hook.id}/secret`, { overlapHours: 1 })
    ).json()) as Made;
    expect(rotated.secret).not.toBe(hook.secret);
    await tell('turn');
    await until(() => heard.length > 0, 'it is told');
    for (const secret of [hook.secret, rotated.secret]) {
      expect(isSignedWebhook(secret, heard[0]?.headers ?? {}, heard[0]?.body ?? '')).toBe(true);
    }
    const { rows } = await admin.query('SELECT secret_sealed FROM webhook WHERE id = $1', [
      hook.id,
    ]);
    expect(rows[0].secret_sealed).toMatch(/^s1:integration:/);
    await remove(hook.id);
  });

  it('is disabled after days of failure, or when the address is gone, with a notice', async () => {
    const hook = await register(['cn.anshi.gone.*']);
    answer = () => 503;
    await tell('gone');
    await until(async () => (await deliveries(hook.id))[0]?.tries.length === 1, 'a try');
    const read = async () =>
      (
        (await (await send('GET', '')).json()) as {
          items: { id: string; active: boolean; disabledReason: string; version: number }[];
        }
      ).items.find(({ id }) => id === hook.id);
    expect(await read()).toMatchObject({ active: true });
    await admin.query("UPDATE webhook SET failing_since = now() - interval '4 days'");
    await makeDue();
    const off = await until(async () => {
      const now = await read();
      return now?.active === false ? now : null;
    }, 'it is switched off');
    expect(off.disabledReason).toBe('failing');
    const notices = await admin.query(
      "SELECT kind FROM notice WHERE subject_entity = 'webhook' AND subject_id = $1",
      [hook.id],
    );
    expect(notices.rows).toEqual([{ kind: 'integration.failed' }]);
    // Enabled again, pending deliveries are sent.
    answer = () => 200;
    const on = await send('PATCH', `/${hook.id}`, { active: true, version: off.version });
    expect(await on.json()).toMatchObject({ active: true, failingSince: null });
    await makeDue();
    await until(async () => (await deliveries(hook.id))[0]?.state === 'delivered', 'it arrives');
    const stale = await send('PATCH', `/${hook.id}`, { name: 'x', version: off.version });
    expect(stale.status).toBe(409);
    await remove(hook.id);
  });

  it('cannot use an internal address that the settings do not allow', async () => {
    for (const url of [
      'http://169.254.169.254/latest',
      'http://10.0.0.1/',
      'http://[::1]:8080/',
      'http://0x7f000002/',
      'file:///etc/passwd',
    ]) {
      const response = await send('POST', '', { name: 'x', url, types: ['*'] });
      expect(response.status, url).toBe(422);
    }
  });

  it('leaves a line in the audit log for each change, without its key', async () => {
    const hook = await register(['*'], `${target}?access_token=the-key-of-the-address`);
    await remove(hook.id);
    const { rows } = await admin.query(
      "SELECT action, user_name, before::text, after::text FROM audit_log WHERE entity = 'webhook' AND entity_id = $1 ORDER BY seq",
      [hook.id],
    );
    expect(rows.map(({ action, user_name }) => [action, user_name])).toEqual([
      ['create', 'admin'],
      ['delete', 'admin'],
    ]);
    expect(rows[0].after).not.toContain('whsec');
    // The address is a secret, too, for some receivers.
    expect(JSON.stringify(rows)).not.toContain('the-key-of-the-address');
    expect(rows[0].after).toContain(new URL(target).host);
  });
});
