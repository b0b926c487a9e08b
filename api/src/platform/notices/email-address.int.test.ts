import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { type Database, openDatabase } from '../db/database.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let smtp: SMTPServer;
const mails: { to: string; mail: ParsedMail }[] = [];

beforeAll(async () => {
  site = await openSite();
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      void text(stream).then(async (raw) => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ to, mail: await simpleParser(raw) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl, {
    notices: {
      smtpUrl: `smtp://127.0.0.1:${port}`,
      from: 'notice@anshi.example',
      publicUrl: null,
      pushHosts: [],
    },
  });
  database = openDatabase(appUrl);
});
afterAll(async () => {
  await api?.stop();
  await database?.close();
  smtp?.close(() => undefined);
  await site?.stop();
});

const prefer = async (who: string, email: string | null) => {
  const answer = await fetch(`${api.url}/api/v1/notices/preferences`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...(await api.signIn(who)) },
    body: JSON.stringify({
      language: 'en',
      email,
      timeZone: 'Asia/Shanghai',
      quiet: null,
      threshold: { push: 'info', email: 'info' },
      choices: [{ kind: 'test', channel: 'email', on: true }],
    }),
  });
  return (await answer.json()) as { emailConfirmed: boolean };
};
const post = async (who: string, path: string, body: object = {}) =>
  api.post(`/api/v1/notices${path}`, body, await api.signIn(who));
const problem = async (answer: Response) => {
  const { code } = (await answer.json()) as { code: string };
  return [answer.status, code];
};
const codeTo = (to: string) =>
  until(() => {
    const mail = mails.findLast((one) => one.to === to && /confirms/.test(one.mail.subject ?? ''));
    return /\d{6}/.exec(mail?.mail.subject ?? '')?.[0];
  }, `a code came to ${to}`);
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
/** Sends a test notice and returns the result of its mail. */
async function sendingOf(who: string): Promise<{ state: string; detail: string | null }> {
  const me = await api.get('/api/v1/auth/me', await api.signIn(who));
  const { id } = (await me.json()) as { id: string };
  expect((await post(who, '/test')).status).toBe(202);
  return until(
    () =>
      database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const one = await tx.noticeDelivery.findFirst({
          where: { recipient: id, channel: 'email' },
          orderBy: { noticeId: 'desc' },
        });
        return one && !['waiting', 'sending'].includes(one.state) ? one : null;
      }),
    'the sending has ended',
  );
}

it('nothing is sent to an address before its owner has confirmed it by code', async () => {
  expect((await prefer('operator', 'li@plant.example')).emailConfirmed).toBe(false);
  expect(await sendingOf('operator')).toMatchObject({ state: 'skipped', detail: 'not-confirmed' });
  expect(mails).toEqual([]);
  expect((await post('operator', '/email/code')).status).toBe(202);
  const code = await codeTo('li@plant.example');
  // It is in the mail only: neither in the database nor in the audit log.
  const lines = await database.transaction(
    { tenant: 'demo', user: null },
    (tx) =>
      tx.$queryRaw<{ text: string }[]>`
      SELECT l::text AS text FROM audit_log l UNION ALL SELECT p::text FROM notice_profile p`,
  );
  expect(lines.map((one) => one.text).join()).not.toContain(code);
  expect(await problem(await post('operator', '/email/confirm', { code: other(code) }))).toEqual([
    422,
    'notice.code-wrong',
  ]);
  const confirmed = await post('operator', '/email/confirm', { code });
  expect(await confirmed.json()).toMatchObject({ emailConfirmed: true, email: 'li@plant.example' });
  expect(await sendingOf('operator')).toMatchObject({ state: 'sent' });
  expect(mails.filter(({ to }) => to === 'li@plant.example')).toHaveLength(2);
  expect(await problem(await post('operator', '/email/code'))).toEqual([
    409,
    'notice.address-confirmed',
  ]);
  // The same address again, and a change of another setting, need no confirmation.
  expect((await prefer('operator', 'LI@plant.example')).emailConfirmed).toBe(true);
  // A different one does, and the old code does not confirm it.
  expect((await prefer('operator', 'other@plant.example')).emailConfirmed).toBe(false);
  expect(await problem(await post('operator', '/email/confirm', { code }))).toEqual([
    409,
    'notice.code-over',
  ]);
  expect(await sendingOf('operator')).toMatchObject({ state: 'skipped', detail: 'not-confirmed' });
});

it('a code is for one person and address, and ends by five wrong attempts, by time, or by a new one', async () => {
  await prefer('safety', 'shared@plant.example');
  await post('safety', '/email/code');
  const code = await codeTo('shared@plant.example');
  await prefer('manager', 'shared@plant.example');
  const foreign = await post('manager', '/email/confirm', { code });
  expect(await problem(foreign)).toEqual([409, 'notice.code-over']);
  for (let i = 0; i < 5; i++) {
    const wrong = await post('safety', '/email/confirm', { code: other(code) });
    expect(await problem(wrong)).toEqual([422, 'notice.code-wrong']);
  }
  const late = await post('safety', '/email/confirm', { code });
  expect(await problem(late)).toEqual([409, 'notice.code-over']);

  mails.length = 0;
  await post('safety', '/email/code');
  const next = await codeTo('shared@plant.example');
  await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.noticeProfile.updateMany({ data: { emailCodeUntil: new Date(Date.now() - 1) } }),
  );
  const over = await post('safety', '/email/confirm', { code: next });
  expect(await problem(over)).toEqual([409, 'notice.code-over']);
});

it('codes are rate-limited', async () => {
  await prefer('keeper', 'victim@elsewhere.example');
  const answers: number[] = [];
  for (let i = 0; i < 7; i++) answers.push((await post('keeper', '/email/code')).status);
  expect(answers).toEqual([202, 202, 202, 202, 202, 429, 429]);
  await prefer('buyer', null);
  expect(await problem(await post('buyer', '/email/code'))).toEqual([404, 'notice.no-address']);
});
