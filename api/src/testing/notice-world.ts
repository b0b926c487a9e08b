import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { systemCaller } from '../platform/access/caller.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { createUnits } from '../platform/db/unit-of-work.ts';
import { createNotices } from '../platform/notices/notify.ts';
import type { Notice } from '../platform/notices/types.ts';
import { openSite, type RunningApi, type Site, startApi, until } from './site.ts';

/** A server that records requests, and responds as the test sets. */
export interface Ear {
  url: string;
  heard: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];
  answer: (path: string) => { status: number; body?: string; headers?: Record<string, string> };
}

/** An SMTP server that stores received mail. */
export interface MailBox {
  url: string;
  mails: { to: string; mail: Awaited<ReturnType<typeof simpleParser>> }[];
  /** The number of times to refuse a mail with this code. */
  refusal: { code: number; times: number } | null;
}

/** Two API processes that send notices, and their recipients. */
export interface NoticeWorld {
  site: Site;
  api: RunningApi;
  second: RunningApi;
  database: Database;
  /** User ids of operator, safety and admin. */
  users: Record<string, string>;
  pushService: Ear;
  chat: Ear;
  mailBox: MailBox;
  /** As another process of the system would. @returns the notice's id. */
  notify(changes: Partial<Notice>): Promise<string>;
  delivery(noticeId: string, channel: string): ReturnType<typeof deliveryOf>;
  /** Waits until the delivery of a notice has this state. */
  ended(
    noticeId: string,
    channel: string,
    state: string,
  ): Promise<NonNullable<Awaited<ReturnType<typeof deliveryOf>>>>;
  send(path: string, body: object, user?: string, method?: string): Promise<Response>;
  /** Sets a person's preferences; the address counts as confirmed. */
  prefer(changes: object, user?: string): Promise<void>;
  /** Any notice over the API wakes the dispatcher. */
  wake(): Promise<void>;
  close(): Promise<void>;
}

const deliveryOf = (database: Database, noticeId: string, channel: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.noticeDelivery.findFirst({ where: { noticeId, channel } }),
  );

export async function openNoticeWorld(): Promise<NoticeWorld> {
  const site = await openSite();
  const servers: Server[] = [];
  const [pushService, chat] = [await startEar(servers), await startEar(servers)];
  const mailBox: MailBox = { url: '', mails: [], refusal: null };
  const smtp = await startMailServer(mailBox);
  const { appUrl } = await site.seededDatabase();
  const notices = {
    smtpUrl: mailBox.url,
    from: '安视 <notice@anshi.example>',
    publicUrl: 'https://anshi.example',
    pushHosts: [pushService.url],
  };
  const options = { notices, webhookAllow: ['127.0.0.1'] };
  const api = await startApi(site, appUrl, options);
  const second = await startApi(site, appUrl, options);
  const database = openDatabase(appUrl);
  const units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  const users: Record<string, string> = {};
  for (const name of ['operator', 'safety', 'admin']) {
    const me = await api.get('/api/v1/auth/me', await api.signIn(name));
    users[name] = ((await me.json()) as { id: string }).id;
  }
  const written = createNotices({ written: () => undefined });

  const world: NoticeWorld = {
    site,
    api,
    second,
    database,
    users,
    pushService,
    chat,
    mailBox,
    async notify(changes) {
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
      await world.wake();
      return newest!.id;
    },
    delivery: (noticeId, channel) => deliveryOf(database, noticeId, channel),
    ended: (noticeId, channel, state) =>
      until(async () => {
        const row = await deliveryOf(database, noticeId, channel);
        return row?.state === state ? row : null;
      }, `${channel} is ${state}`),
    send: async (path, body, user = 'operator', method = 'PUT') =>
      fetch(`${api.url}/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(await api.signIn(user)) },
        body: JSON.stringify(body),
      }),
    async prefer(changes, user = 'operator') {
      const wanted = {
        language: 'zh',
        email: `${user}@plant.example`,
        timeZone: 'Asia/Shanghai',
        quiet: null,
        threshold: { push: 'info', email: 'info' },
        ...changes,
      };
      const answer = await world.send('/notices/preferences', wanted, user);
      if (answer.status !== 200)
        throw new Error(`preferences were not saved: ${await answer.text()}`);
      await database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.noticeProfile.updateMany({
          where: { userId: users[user] ?? '', email: { not: null } },
          data: { emailConfirmedAt: new Date() },
        }),
      );
    },
    async wake() {
      await api.post('/api/v1/notices/test', {}, await api.signIn('admin'));
    },
    async close() {
      await api.stop();
      await second.stop();
      await database.close();
      smtp.close(() => undefined);
      for (const server of servers) server.close();
      await site.stop();
    },
  };
  return world;
}

async function startEar(servers: Server[]): Promise<Ear> {
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

async function startMailServer(box: MailBox): Promise<SMTPServer> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      void text(stream).then(async (raw) => {
        const { refusal } = box;
        if (refusal && refusal.times-- > 0) {
          return done(Object.assign(new Error('not now'), { responseCode: refusal.code }));
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        box.mails.push({ to, mail: await simpleParser(raw) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  box.url = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
  return smtp;
}
