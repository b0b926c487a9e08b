import { PassThrough } from 'node:stream';
import { inflateSync } from 'node:zlib';
import { PDFDocument } from '@cantoo/pdf-lib';
import pino from 'pino';
import sharp from 'sharp';
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

/** A PDF as an office program writes it: its author in three places, and a photo of a phone. */
async function pdfByReporter(): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.setAuthor('孙小梅 E006');
  document.setTitle('report of Sun Xiaomei');
  const page = document.addPage([300, 300]);
  const photo = await sharp(await drawPicture(7))
    .withExif({ IFD0: { Artist: 'Sun Xiaomei', Copyright: '13800001015' } })
    .jpeg()
    .toBuffer();
  page.drawImage(await document.embedJpg(photo), { width: 100, height: 100 });
  page.drawText('the guard is loose');
  await document.attach(Buffer.from('by worker.press'), 'Sun Xiaomei.txt');
  return Buffer.from(await document.save({ useObjectStreams: false }));
}

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
    await upload('孙小梅的报告.pdf', 'application/pdf', await pdfByReporter(), 'pdf'),
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

/** Everything that a PDF says: the bytes, the streams in them unpacked, and strings in UTF-16. */
function textOf(pdf: Buffer): string {
  const parts = [pdf.toString('latin1'), pdf.toString('utf8')];
  for (let at = pdf.indexOf('stream'); at >= 0; at = pdf.indexOf('stream', at + 6)) {
    const start = at + (pdf[at + 6] === 13 ? 8 : 7);
    try {
      parts.push(inflateSync(pdf.subarray(start)).toString('latin1'));
    } catch {
      // Not a packed stream.
    }
  }
  const hex = parts[0]?.match(/<FEFF[0-9A-F]+>/gi) ?? [];
  for (const one of hex) {
    parts.push(Buffer.from(one.slice(5, -1), 'hex').swap16().toString('utf16le'));
  }
  return parts.join('\n');
}

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
      const isPdf = bytes.subarray(0, 5).toString() === '%PDF-';
      const text = isPdf ? textOf(bytes) : bytes.toString('utf8');
      expect([path, found(said + text)]).toEqual([path, []]);
    }
  });

  it('whose files have neutral names, and the department opens the document without its author', async () => {
    const head = await world.as('head.press');
    const [photo, pdf] = files;
    for (const { id } of [photo!, pdf!]) {
      const view = (await (await api.get(`/api/v1/files/${id}`, head)).json()) as { name: string };
      expect(view.name).toMatch(/^report-[0-9a-z]{6}\.(jpg|pdf)$/);
    }
    const shown = await api.get(`/api/v1/files/${pdf!.id}/content`, head);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-disposition')).toMatch(/filename="report-\w{6}\.pdf"/);
    const read = await PDFDocument.load(await shown.arrayBuffer());
    expect(read.getPageCount()).toBe(1);
    expect(read.getAuthor()).toBeUndefined();
    expect((await api.get(`/api/v1/files/${pdf!.id}/original`, head)).status).toBe(403);
    // Those who may know get the document as it came, and so does its sender.
    for (const who of [safety, reporter]) {
      const whole = await api.get(`/api/v1/files/${pdf!.id}/content`, who);
      expect(found(textOf(Buffer.from(await whole.arrayBuffer())))).toContain('account');
    }
  });

  it('nor opens an office document, which names its author in many places', async () => {
    // A document that could not be stripped looks the same: its shown bytes are the original.
    const text = Buffer.from('%PDF-1.7\nnot a document that can be read\n%%EOF\n');
    const id = await uploadFile(api, reporter, text, { name: 'a.pdf', type: 'application/pdf' });
    const hazard = await world.reported(reporter, {
      title: 'With a broken document',
      fileIds: [id],
    });
    await world.step(safety, hazard, 'accept');
    const answer = await api.get(`/api/v1/files/${id}/content`, await world.as('head.press'));
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'file.withheld' }]);
    expect((await api.get(`/api/v1/files/${id}/content`, safety)).status).toBe(200);
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
