import { PassThrough } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { drawPicture } from '../../testing/media.ts';
import { type RunningApi, startApi, until } from '../../testing/site.ts';
import { uploadFile } from '../../testing/tus.ts';
import type { Hazard } from './schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
/** Writes what it logs to `logged`. */
let api: RunningApi;
let logged = '';
let reporter: Headers;
let safety: Headers;
/** What tells who reported: names, number, phone, account, ids. */
const marks: Record<string, string> = {
  zh: '孙小梅',
  en: 'Sun Xiaomei',
  account: 'worker.press',
  number: 'E006',
  phone: '13800001015',
};
let closed: Hazard;
let refused: Hazard;
const files: { id: string; kind: string }[] = [];

/** A document that names its author, as office programs write it. */
const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Author(Sun Xiaomei E006)/Title(by worker.press)>>endobj\n' +
    'trailer<</Info 1 0 R>>\n%%EOF\n',
);

beforeAll(async () => {
  world = await openHazardWorld();
  const stream = new PassThrough().on('data', (chunk) => {
    logged += String(chunk);
  });
  api = await startApi(world.site, world.appUrl, {}, pino({ level: 'trace' }, stream));
  [reporter, safety] = [await api.signIn('worker.press'), await api.signIn('safety')];
  const me = (await (await api.get('/api/v1/auth/me', reporter)).json()) as {
    id: string;
    person: string;
  };
  Object.assign(marks, { userId: me.id, personId: me.person });

  const upload = async (name: string, type: string, bytes: Buffer, kind: string) => {
    const id = await uploadFile(api, reporter, bytes, { name, type });
    files.push({ id, kind });
    return id;
  };
  const fileIds = [
    await upload('Sun Xiaomei-phone.jpg', 'image/jpeg', await drawPicture(3), 'photo'),
    await upload('孙小梅的报告.pdf', 'application/pdf', pdf, 'pdf'),
  ];
  const report = (changes: object) => world.reported(reporter, { ...changes });
  closed = await report({ title: 'Loose guard', fileIds });
  closed = await world.step(safety, closed, 'accept');
  closed = await world.step(await world.as('head.press'), closed, 'start');
  refused = await report({ title: 'Nothing there' });
  refused = await world.step(safety, refused, 'reject', {
    fields: { verdict: 'false-report', reason: 'nothing there' },
  });
  const body = { kind: 'false-report', reason: 'nothing there' };
  const decided = await api.post(`/api/v1/hazards/${refused.id}/penalties`, body, safety);
  expect(decided.status).toBe(201);
});
afterAll(async () => {
  await api?.stop();
  await world?.close();
});

/** The marks that are in a text. */
const found = (text: string) =>
  Object.entries(marks).flatMap(([name, mark]) => (text.includes(mark) ? [name] : []));

describe('[HAZ-14] a reporter is unknown to those who may not know', () => {
  const outsiders = ['head.press', 'manager', 'operator', 'keeper', 'maintainer', 'buyer', 'admin'];

  it.each(outsiders)('in every answer about hazards to %s', async (name) => {
    const who = await world.as(name);
    const paths = new Set<string>();
    for (const { method, url } of api.routes) {
      if (method !== 'GET' || !/hazard|\/files|\/tasks|\/notices|overview|statistics/.test(url))
        continue;
      const ids = url.includes('/files/') ? files.map(({ id }) => id) : [closed.id, refused.id];
      if (!url.includes(':')) paths.add(url);
      else if (/^[^:]*:id[^:]*$/.test(url)) for (const id of ids) paths.add(url.replace(':id', id));
    }
    for (const id of [closed.id, refused.id]) paths.add(`/api/v1/hazards?q=${id}`);
    expect(paths.size).toBeGreaterThan(15);
    for (const path of paths) {
      const answer = await api.get(path, who);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const said = `${JSON.stringify([...answer.headers])} ${decodeURIComponent(
        [...answer.headers]
          .map(([, v]) => v)
          .join(' ')
          .replace(/%(?![0-9a-f]{2})/gi, ''),
      )}`;
      const text = bytes.toString('utf8');
      expect([path, found(said + text)]).toEqual([path, []]);
    }
  });

  it('whose files have neutral names', async () => {
    const head = await world.as('head.press');
    for (const { id } of files) {
      const view = (await (await api.get(`/api/v1/files/${id}`, head)).json()) as { name: string };
      expect(view.name).toMatch(/^report-[0-9a-z]{6}\.(jpg|pdf)$/);
    }
    const shown = await api.get(`/api/v1/files/${files[0]!.id}/content`, head);
    expect(shown.headers.get('content-disposition')).toMatch(/filename="report-\w{6}\.jpg"/);
    expect((await api.get(`/api/v1/files/${files[0]!.id}/original`, head)).status).toBe(403);
  });

  it('whose document only those open who may know, or who sent it', async () => {
    const { id } = files[1]!;
    const withheld = await api.get(`/api/v1/files/${id}/content`, await world.as('head.press'));
    expect([withheld.status, await withheld.json()]).toMatchObject([
      403,
      { code: 'file.withheld' },
    ]);
    for (const who of [safety, reporter]) {
      const whole = await api.get(`/api/v1/files/${id}/content`, who);
      expect(found(await whole.text())).toContain('account');
    }
  });

  it('and documents of the rectification are open to the department', async () => {
    const head = await world.as('head.press');
    const id = await uploadFile(api, head, pdf, { name: 'invoice.pdf', type: 'application/pdf' });
    closed = await world.step(head, closed, 'submit', {
      fields: { measures: 'A new guard' },
      fileIds: [id, await world.photo(head)],
    });
    const { name } = (await (await api.get(`/api/v1/files/${id}`, head)).json()) as {
      name: string;
    };
    expect(name).toBe('invoice.pdf');
    expect((await api.get(`/api/v1/files/${id}/content`, head)).status).toBe(200);
  });

  it('in events for the bus and for webhooks', async () => {
    const events = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.outboxEvent.findMany({ where: { entity: { in: ['hazard', 'hazard-penalty'] } } }),
    );
    const penalty = events.find(({ type }) => type === 'cn.anshi.hazard.penalised.v1');
    expect(penalty?.data).toMatchObject({ kind: 'false-report' });
    expect(events.length).toBeGreaterThanOrEqual(4);
    for (const { type, subject, data } of events) {
      expect([type, found(JSON.stringify([subject, data]))]).toEqual([type, []]);
    }
    // Nor does the decision lead to the report, whose sender it is about.
    expect(JSON.stringify([penalty?.subject, penalty?.data])).not.toContain(refused.id);
  });

  it('in notices to others', async () => {
    const notices = await until(
      () =>
        world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
          tx.notice.findMany({
            where: { recipients: { some: { userId: { not: marks.userId ?? '' } } } },
          }),
        ),
      'notices are written',
    );
    for (const { kind, title, body } of notices) {
      expect([kind, found(JSON.stringify([title, body]))]).toEqual([kind, []]);
    }
  });

  it('in the log of the program', async () => {
    expect(logged).toContain('/api/v1/hazards');
    expect(found(logged)).toEqual([]);
  });
});
