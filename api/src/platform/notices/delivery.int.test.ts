import {
  createDecipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  createVerify,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { systemCaller } from '../caller.ts';
import { type Database, openDatabase } from '../database.ts';
import { createUnits, type Units } from '../unit-of-work.ts';
import { createNotices } from './notify.ts';
import type { Notice } from './types.ts';

/** A server that records what it is sent, and answers as the test says. */
interface Ear {
  url: string;
  heard: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];
  answer: (path: string) => { status: number; body?: string; headers?: Record<string, string> };
}
const servers: Server[] = [];
async function startEar(): Promise<Ear> {
  const ear: Ear = { url: '', heard: [], answer: () => ({ status: 201 }) };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '';
      ear.heard.push({ path, headers: request.headers, body: Buffer.concat(parts) });
      const { status, body, headers } = ear.answer(path);
      response.writeHead(status, headers).end(body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ear.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return ear;
}

let site: Site;
let api: RunningApi;
let second: RunningApi;
let database: Database;
let units: Units;
let pushService: Ear;
let chat: Ear;
let smtp: SMTPServer;
const mails: { to: string; mail: Awaited<ReturnType<typeof simpleParser>> }[] = [];
let refusal: { code: number; times: number } | null = null;
const users: Record<string, string> = {};

beforeAll(async () => {
  site = await openSite();
  pushService = await startEar();
  chat = await startEar();
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      void text(stream).then(async (raw) => {
        if (refusal && refusal.times-- > 0) {
          return done(Object.assign(new Error('not now'), { responseCode: refusal.code }));
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ to, mail: await simpleParser(raw) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const smtpPort = (smtp.server.address() as AddressInfo).port;
  const urls = await site.freshDatabase();
  const notices = {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    from: '安视 <notice@anshi.example>',
    publicUrl: 'https://anshi.example',
    pushHosts: [pushService.url],
  };
  const webhookAllow = ['127.0.0.1'];
  api = await startApi(site, urls.appUrl, { notices, webhookAllow });
  second = await startApi(site, urls.appUrl, { notices, webhookAllow });
  database = openDatabase(urls.appUrl);
  units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  for (const name of ['operator', 'safety', 'admin']) {
    const me = await api.get('/api/v1/auth/me', await api.signIn(name));
    users[name] = ((await me.json()) as { id: string }).id;
  }
});
afterAll(async () => {
  await api?.stop();
  await second?.stop();
  await database?.close();
  smtp?.close(() => undefined);
  for (const server of servers) server.close();
  await site?.stop();
});

const written = createNotices({ written: () => undefined });
/** As another process of the system would; the dispatchers find it by themselves. */
async function notify(changes: Partial<Notice>): Promise<string> {
  const notice: Notice = {
    to: [users.operator!],
    kind: 'hazard.assigned',
    severity: 'warning',
    title: { zh: '整改任务', en: 'Rectify this' },
    body: { zh: '冲压区地面有油', en: 'Oil on the floor of the press area' },
    link: '/hazards/1',
    subject: null,
    ...changes,
  };
  await units.run(systemCaller('demo'), (unit) => written.notify(unit, notice));
  const [newest] = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.notice.findMany({ orderBy: { id: 'desc' }, take: 1 }),
  );
  // Whatever is sent over the API wakes the dispatcher.
  await api.post('/api/v1/notices/test', {}, await api.signIn('admin'));
  return newest!.id;
}
const delivery = (noticeId: string, channel: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.noticeDelivery.findFirst({ where: { noticeId, channel } }),
  );
const ended = (noticeId: string, channel: string, state: string) =>
  until(async () => {
    const row = await delivery(noticeId, channel);
    return row?.state === state ? row : null;
  }, `${channel} is ${state}`);

const put = async (path: string, body: object, user = 'operator', method = 'PUT') =>
  fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(await api.signIn(user)) },
    body: JSON.stringify(body),
  });
const prefer = async (changes: object, user = 'operator') => {
  const answer = await put(
    '/notices/preferences',
    {
      language: 'zh',
      email: `${user}@plant.example`,
      timeZone: 'Asia/Shanghai',
      quiet: null,
      threshold: { push: 'info', email: 'info' },
      ...changes,
    },
    user,
  );
  expect(answer.status).toBe(200);
  await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.noticeProfile.updateMany({
      where: { userId: users[user] ?? '', email: { not: null } },
      data: { emailConfirmedAt: new Date() },
    }),
  );
  return answer.json();
};

/** A browser: its keys, and what it makes of a push (RFC 8291, aes128gcm of RFC 8188). */
function browser() {
  const ecdh = createECDH('prime256v1');
  const publicKey = ecdh.generateKeys();
  const auth = randomBytes(16);
  return {
    keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
    open(body: Buffer): { title: string; body: string; link: string | null } {
      const salt = body.subarray(0, 16);
      const sender = body.subarray(21, 21 + body.readUInt8(20));
      const sealed = body.subarray(21 + sender.length);
      const shared = ecdh.computeSecret(sender);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
      const secret = Buffer.from(hkdfSync('sha256', shared, auth, info, 32));
      const key = hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16);
      const nonce = hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12);
      const decipher = createDecipheriv('aes-128-gcm', Buffer.from(key), Buffer.from(nonce));
      decipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
    },
  };
}

describe('web push', () => {
  it('reaches the browser encrypted, signed with the key that it subscribed to', async () => {
    await prefer({ language: 'en' });
    const user = await api.signIn('operator');
    const { key } = (await (await api.get('/api/v1/push-subscriptions/key', user)).json()) as {
      key: string;
    };
    const same = await second.get('/api/v1/push-subscriptions/key', await second.signIn());
    expect(await same.json()).toEqual({ key });

    const phone = browser();
    const endpoint = `${pushService.url}/phone`;
    const added = await api.post(
      '/api/v1/push-subscriptions',
      { endpoint, keys: phone.keys },
      user,
    );
    expect(added.status).toBe(201);
    const id = await notify({});
    const row = await ended(id, 'push', 'sent');
    expect(row.detail).toBe('1/1');
    const [request] = pushService.heard.filter(({ path }) => path === '/phone');
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
      aud: pushService.url,
      sub: 'mailto:notice@anshi.example',
    });
  });

  it('forgets a browser that is gone, and tries again where the service is busy', async () => {
    const user = await api.signIn('safety');
    await prefer({}, 'safety');
    const add = (name: string) =>
      api.post(
        '/api/v1/push-subscriptions',
        { endpoint: `${pushService.url}/${name}`, keys: browser().keys },
        user,
      );
    await add('gone');
    pushService.answer = (path) => ({ status: path === '/gone' ? 410 : 201 });
    const first = await notify({ to: [users.safety!] });
    expect((await ended(first, 'push', 'skipped')).detail).toBe('no-browser');
    await add('busy');
    pushService.answer = () => ({ status: 503, headers: { 'retry-after': '30' } });
    const next = await notify({ to: [users.safety!] });
    const row = await until(async () => {
      const one = await delivery(next, 'push');
      return one?.attempts === 1 && one.state === 'waiting' ? one : null;
    }, 'it waits for the next try');
    expect(row.detail).toContain('503');
    expect(row.nextAt.getTime()).toBeGreaterThan(Date.now() + 20_000);
    expect(pushService.heard.filter(({ path }) => path === '/gone')).toHaveLength(1);
    pushService.answer = () => ({ status: 201 });
  });

  it('takes no address of anything but a push service, and drops a browser when asked to', async () => {
    const user = await api.signIn('operator');
    const keys = browser().keys;
    const refused = await api.post(
      '/api/v1/push-subscriptions',
      { endpoint: chat.url, keys },
      user,
    );
    expect(await refused.json()).toMatchObject({ status: 422, code: 'notice.push-host' });
    const endpoint = `${pushService.url}/phone`;
    // Another user's browser stays.
    await put('/push-subscriptions', { endpoint }, 'admin', 'DELETE');
    const count = () =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.pushSubscription.count({ where: { userId: users.operator! } }),
      );
    expect(await count()).toBe(1);
    await put('/push-subscriptions', { endpoint }, 'operator', 'DELETE');
    expect(await count()).toBe(0);
  });
});

describe('e-mail', () => {
  it('comes in the language of the person, once, though two processes send', async () => {
    await prefer({ choices: [{ kind: 'hazard.assigned', channel: 'email', on: true }] });
    await second.post('/api/v1/notices/test', {}, await second.signIn('admin'));
    const id = await notify({ title: { zh: '压机护罩缺失', en: 'Guard missing' } });
    await ended(id, 'email', 'sent');
    const mine = mails.filter(({ mail }) => mail.messageId?.includes(id));
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ to: 'operator@plant.example' });
    const { mail } = mine[0]!;
    expect(mail.subject).toBe('[警告] 压机护罩缺失');
    expect(mail.from?.text).toContain('notice@anshi.example');
    expect(mail.text).toContain('冲压区地面有油');
    expect(mail.html).toContain('href="https://anshi.example/hazards/1"');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('is tried again where the server says later, and not where it says never', async () => {
    refusal = { code: 451, times: 1 };
    const later = await notify({});
    const row = await until(async () => {
      const one = await delivery(later, 'email');
      return one?.state === 'waiting' && one.attempts === 1 ? one : null;
    }, 'it waits');
    expect(row.detail).toContain('not now');
    refusal = null;
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeDelivery.updateMany({ where: { noticeId: later }, data: { nextAt: new Date() } }),
    );
    await api.post('/api/v1/notices/test', {}, await api.signIn('admin'));
    expect((await ended(later, 'email', 'sent')).attempts).toBe(2);
    refusal = { code: 554, times: 1 };
    const never = await notify({});
    expect((await ended(never, 'email', 'failed')).attempts).toBe(1);
    refusal = null;
  });

  it('is kept sealed as an address, and is skipped with the reason where there is none', async () => {
    const [row] = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeProfile.findMany({ where: { userId: users.operator! } }),
    );
    expect(row?.email).toMatch(/^s1:person:/);
    await prefer({ email: null });
    const id = await notify({});
    expect((await ended(id, 'email', 'skipped')).detail).toBe('no-address');
  });
});

describe('quiet hours', () => {
  it('hold what is not critical, and send it afterwards as one', async () => {
    const minute = (from: number) =>
      new Date(Date.now() + from * 60_000).toISOString().slice(11, 16);
    const quiet = { from: minute(-60), to: minute(120) };
    const choices = [{ kind: '*', channel: 'email', on: true }];
    await prefer({ timeZone: 'UTC', quiet, choices });
    const one = await notify({ title: { zh: '第一条', en: 'First' } });
    const two = await notify({ title: { zh: '第二条', en: 'Second' } });
    const held = await ended(one, 'email', 'held');
    await ended(two, 'email', 'held');
    expect(held.nextAt.getTime()).toBeGreaterThan(Date.now() + 110 * 60_000);
    const urgent = await notify({ severity: 'critical', title: { zh: '泄漏', en: 'Leak' } });
    await ended(urgent, 'email', 'sent');

    // The morning: quiet hours are over, and what waited is due.
    await prefer({ timeZone: 'UTC', quiet: null });
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeDelivery.updateMany({ where: { state: 'held' }, data: { nextAt: new Date(0) } }),
    );
    await api.post('/api/v1/notices/test', {}, await api.signIn('admin'));
    await ended(one, 'email', 'sent');
    await ended(two, 'email', 'sent');
    const digests = mails.filter(({ mail }) => mail.messageId?.includes('digest'));
    expect(digests).toHaveLength(1);
    expect(digests[0]!.mail.subject).toBe('免打扰期间有 2 条通知');
    expect(digests[0]!.mail.text).toMatch(/第一条[\s\S]*第二条/);
  });
});

describe('robots of groups', () => {
  it('are told by severity and kind, signed, and their key is never shown', async () => {
    chat.answer = () => ({ status: 200, body: '{"errcode":0,"errmsg":"ok"}' });
    const secret = 'SECabc';
    const url = `${chat.url}/robot/send?access_token=top-secret`;
    const robot = { name: '安全群', format: 'dingtalk', url, secret };
    const added = await put('/notices/robots', robot, 'admin', 'POST');
    expect(added.status).toBe(201);
    const view = (await added.json()) as { id: string };
    expect(JSON.stringify(view)).not.toContain('top-secret');
    expect(view).toMatchObject({ name: '安全群', signed: true, severity: 'warning', on: true });

    const id = await notify({});
    await ended(id, 'robot', 'sent');
    const heard = chat.heard.filter(({ body }) => body.includes('整改任务'));
    expect(heard).toHaveLength(1);
    const asked = new URL(heard[0]!.path, chat.url).searchParams;
    expect(asked.get('sign')).toBe(
      createHmac('sha256', secret)
        .update(`${asked.get('timestamp')}\n${secret}`)
        .digest('base64'),
    );
    expect(await delivery(await notify({ severity: 'info' }), 'robot')).toBeNull();

    chat.answer = () => ({ status: 200, body: '{"errcode":310000,"errmsg":"sign not match"}' });
    const test = await put(`/notices/robots/${view.id}/test`, {}, 'admin', 'POST');
    expect(await test.json()).toEqual({ result: 'failed', detail: 'refused with code 310000' });
    const failed = await notify({});
    expect((await ended(failed, 'robot', 'failed')).detail).toBe('refused with code 310000');

    await put(`/notices/robots/${view.id}`, { on: false }, 'admin', 'PATCH');
    expect(await delivery(await notify({}), 'robot')).toBeNull();
    const rows = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'notice-robot' } }),
    );
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update']);
    expect(JSON.stringify(rows, (_, v) => (typeof v === 'bigint' ? `${v}` : v))).not.toContain(
      'top-secret',
    );
  });

  it('are nowhere inside of the plant, unless the installation allows it', async () => {
    const robot = { name: '内网', format: 'plain' };
    for (const url of [
      'http://10.0.0.1/admin',
      'http://169.254.169.254/latest/meta-data',
      'http://[::ffff:10.0.0.1]/',
      'https://user:password@example.org/',
      'file:///etc/passwd',
    ]) {
      const added = await put('/notices/robots', { ...robot, url }, 'admin', 'POST');
      expect([url, added.status]).toEqual([url, url.startsWith('file') ? 400 : 422]);
    }
    // A name is looked up when something is sent; a redirect leads nowhere.
    chat.heard = [];
    chat.answer = (path) =>
      path === '/inner' ? { status: 200 } : { status: 307, headers: { location: '/inner' } };
    const away = await put('/notices/robots', { ...robot, url: `${chat.url}/go` }, 'admin', 'POST');
    const { id } = (await away.json()) as { id: string };
    const test = await put(`/notices/robots/${id}/test`, {}, 'admin', 'POST');
    expect(await test.json()).toEqual({ result: 'failed', detail: 'answered 307' });
    expect(chat.heard.map(({ path }) => path)).toEqual(['/go']);
    expect((await put(`/notices/robots/${id}`, {}, 'admin', 'DELETE')).status).toBe(204);
    await database.transaction({ tenant: 'demo', user: null }, (tx) => tx.noticeRobot.deleteMany());
  });
});

describe('channels', () => {
  it('that are not configured say so, and what is not sent says why', async () => {
    const fresh = await site.freshDatabase();
    const plain = await startApi(site, fresh.appUrl);
    const admin = await plain.signIn('admin');
    const answer = await plain.get('/api/v1/notices/channels', admin);
    expect(await answer.json()).toMatchObject({
      channels: [
        { id: 'app', configured: true },
        { id: 'push', configured: true },
        { id: 'email', configured: false, lacks: { en: expect.stringContaining('SMTP') } },
      ],
    });
    await plain.post('/api/v1/notices/test', {}, admin);
    const channels = async () =>
      (await (await plain.get('/api/v1/notices/channels', admin)).json()) as { lastDay: object[] };
    await until(async () => (await channels()).lastDay.length === 2, 'both are settled');
    const lastDay = await until(async () => {
      const found = (await channels()).lastDay as { state: string }[];
      return found.every(({ state }) => state === 'skipped') ? found : null;
    }, 'skipped');
    expect(lastDay).toHaveLength(2);
    await plain.stop();
  });

  it('obey the rules of the tenant where a person chose nothing', async () => {
    const kinds = async (user: string, path: string) => {
      const read = (await (await api.get(path, await api.signIn(user))).json()) as {
        kinds: { id: string; channels: { push: object } }[];
      };
      return read.kinds.find(({ id }) => id === 'hazard.closed')?.channels.push;
    };
    expect(await kinds('safety', '/api/v1/notices/preferences')).toEqual({
      on: true,
      from: 'default',
    });
    const choices = [{ kind: 'hazard.closed', channel: 'push', on: false }];
    expect((await put('/notices/rules', { choices }, 'admin')).status).toBe(200);
    expect(await kinds('safety', '/api/v1/notices/preferences')).toEqual({
      on: false,
      from: 'tenant',
    });
    const back = [{ kind: 'hazard.closed', channel: 'push', on: null }];
    await put('/notices/rules', { choices: back }, 'admin');
    expect(await kinds('admin', '/api/v1/notices/rules')).toEqual({ on: true, from: 'default' });
    expect((await put('/notices/rules', { choices }, 'operator')).status).toBe(403);
  });
});
