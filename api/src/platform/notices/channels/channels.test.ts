import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readAllowList } from '../../outbox/outward.ts';
import { compose } from './email.ts';
import { isPushHost, payloadOf, usualPushHosts } from './push.ts';
import { type Robot, requestFor, sendToRobot } from './robots.ts';
import type { Message, Told } from './types.ts';
import { shortenBytes } from './words.ts';

const told = (changes: Partial<Told> = {}): Told => ({
  id: '01JNOTICE0000000000000000A',
  kind: 'hazard.assigned',
  severity: 'critical',
  title: { zh: '整改任务', en: 'Rectify this' },
  body: { zh: '<油> 在地面', en: '<oil> on the floor' },
  link: '/hazards/1',
  at: new Date('2026-11-25T08:00:00Z'),
  ...changes,
});
const message = (changes: Partial<Message> = {}): Message => ({
  tenant: 'demo',
  recipient: '01JUSER',
  language: 'zh',
  digest: false,
  notices: [told()],
  ...changes,
});

describe('push', () => {
  it('is sent to browsers’ push services, and to no other address', () => {
    for (const endpoint of [
      'https://fcm.googleapis.com/fcm/send/abc',
      'https://updates.push.services.mozilla.com/wpush/v2/x',
      'https://wns2-bl2p.notify.windows.com/w/?token=x',
      'https://web.push.apple.com/x',
    ]) {
      expect(isPushHost(endpoint, usualPushHosts)).toBe(true);
    }
    for (const endpoint of [
      'http://fcm.googleapis.com/fcm/send/abc',
      'https://127.0.0.1/x',
      'https://169.254.169.254/latest/meta-data',
      'https://notify.windows.com.evil.example/x',
      'https://evilnotify.windows.com.example/x',
      'https://fcm.googleapis.com@evil.example/x',
      'https://user@fcm.googleapis.com/x',
      'not an address',
    ]) {
      expect(isPushHost(endpoint, usualPushHosts), endpoint).toBe(false);
    }
    expect(isPushHost('http://relay:8000/x', ['http://relay:8000'])).toBe(true);
    expect(isPushHost('http://relay:8001/x', ['http://relay:8000'])).toBe(false);
  });

  it('fits into the 4 KB limit of push services, in any language', () => {
    const long = { zh: '油'.repeat(5000), en: 'oil'.repeat(5000) };
    const notices = Array.from({ length: 50 }, () => told({ title: long, body: long }));
    for (const digest of [true, false]) {
      const sent = JSON.stringify(payloadOf(message({ notices, digest })));
      expect(Buffer.byteLength(sent)).toBeLessThan(3_500);
    }
  });
});

describe('mail', () => {
  it('escapes user text, and has one id per notice', () => {
    const mail = compose(message(), 'https://anshi.example', '安视 <notice@anshi.example>');
    expect(mail.subject).toBe('[紧急] 整改任务');
    expect(mail.html).not.toContain('<油>');
    expect(mail.html).toContain('href="https://anshi.example/hazards/1"');
    expect(mail.messageId).toBe('<01JNOTICE0000000000000000A.01JUSER@anshi.example>');
    expect(mail.headers).toMatchObject({ Importance: 'high' });
    expect(compose(message(), null, 'x@y.example').text).not.toContain('http');
  });
});

describe('group robots', () => {
  const now = new Date('2026-11-25T08:00:00Z');
  const robot = (changes: Partial<Robot>): Robot => ({
    format: 'wecom',
    url: 'https://robot.example/send?key=k',
    secret: null,
    ...changes,
  });
  const ask = (changes: Partial<Robot>, of = message()) =>
    requestFor(robot(changes), of, 'https://anshi.example', now);

  it('have their own message formats', () => {
    const content = '[紧急] 整改任务\n<油> 在地面\nhttps://anshi.example/hazards/1';
    expect(ask({}).body).toEqual({ msgtype: 'text', text: { content } });
    expect(ask({ format: 'dingtalk' }).body).toEqual({ msgtype: 'text', text: { content } });
    expect(ask({ format: 'feishu' }).body).toEqual({
      msg_type: 'text',
      content: { text: content },
    });
    expect(ask({ format: 'plain' }).body).toMatchObject({
      tenant: 'demo',
      notices: [{ kind: 'hazard.assigned', url: 'https://anshi.example/hazards/1' }],
    });
  });

  it('are not called where their name resolves to an internal address', async () => {
    const inner = robot({ format: 'plain', url: 'http://localhost:1/' });
    expect(await sendToRobot(inner, message(), null, readAllowList([]))).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining('ANSHI_WEBHOOK_ALLOW'),
    });
  });

  it('have their own signatures', () => {
    const secret = 'SEC-of-the-group';
    const { url } = ask({ format: 'dingtalk', secret });
    const asked = new URL(url).searchParams;
    expect(asked.get('key')).toBe('k');
    expect(asked.get('timestamp')).toBe(String(now.getTime()));
    expect(asked.get('sign')).toBe(
      createHmac('sha256', secret).update(`${now.getTime()}\n${secret}`).digest('base64'),
    );
    const seconds = String(now.getTime() / 1000);
    expect(ask({ format: 'feishu', secret }).body).toMatchObject({
      timestamp: seconds,
      sign: createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64'),
    });
    const plain = ask({ format: 'plain', secret });
    const signature = createHmac('sha256', secret)
      .update(`${seconds}.${JSON.stringify(plain.body)}`)
      .digest('hex');
    expect(plain.headers['anshi-signature']).toBe(`t=${seconds},v1=${signature}`);
  });

  it('get at most the bytes that WeCom accepts, and no partial character', () => {
    const { body } = ask(
      {},
      message({ notices: [told({ body: { zh: '油'.repeat(3000), en: '' } })] }),
    );
    const { content } = (body as { text: { content: string } }).text;
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2000);
    expect(content.endsWith('…')).toBe(true);
    expect(shortenBytes('😀😀', 7)).toBe('😀…');
  });
});
