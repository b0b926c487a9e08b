import { beforeAll, describe, expect, it } from 'vitest';
import { checkDocument } from '../../platform/documents/check.ts';
import { createPrintable, readFont } from '../../platform/documents/font.ts';
import type { Verification } from '../../platform/documents/schema.ts';
import { isInPdf, textOfPdf } from '../../testing/pdf.ts';
import { fillFile } from '../../testing/person-file.ts';
import { useApi } from '../../testing/use-api.ts';
import type { FileSummary, TimelinePage } from './schema.ts';

/** The file of a person as PDF: for whom, what it says and what it leaves out, and how it is checked. */
const used = useApi();
const inTenant = <Result>(work: Parameters<typeof used.database.transaction<Result>>[1]) =>
  used.database.transaction({ tenant: 'demo', user: null }, work);
const idOf = async (employeeNo: string) =>
  (await inTenant((tx) => tx.person.findFirstOrThrow({ where: { employeeNo } }))).id;

/** As documents write it: a character that the font lacks by its code point. */
const printable = createPrintable(readFont());
const printed = (text: string) => printable(text).replaceAll(/\s+/g, '');
const NAME = `龘𠮷${'阿卜杜热西提吐尔逊麦麦提'.repeat(7).slice(0, 78)}`;
const REVIEWER = '王安全';
/** With a character between that cannot be seen. */
const JOB = `换模，与${REVIEWER.slice(0, 1)}\u200B${REVIEWER.slice(1)}配合，wang anquan`;
const EVENTS = 520;
const DAY_MS = 86_400_000;
const ASSESSED_BY = '消防演练，张师傅评';
const WITHDRAWN_AT = '误认处';
/** YYYY-MM-DD, so many days ago. */
const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const internal = { recipient: 'internal', purpose: '年度考核', language: 'zh' } as const;
const outside = {
  recipient: 'outside',
  recipientName: '某某汽车有限公司',
  purpose: '进厂作业审核',
  language: 'zh',
} as const;

let worker: string;
let sealed: { nationalId: string; phone: string };

async function print(user: string, body: object, path = `/persons/${worker}/file/document`) {
  const answer = await used.api.post(`/api/v1${path}`, body, await used.api.signIn(user));
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const text = await textOfPdf(bytes);
  const code = /([0-9A-Z]{5}-){3}[0-9A-Z]{5}/.exec(text)?.[0] ?? '';
  return { bytes, text, code };
}
/** Which of some parts a text lacks, or has: the text itself is too long for a message. */
const lacking = (text: string, ...parts: string[]) => parts.filter((one) => !text.includes(one));
/** What follows on what the document says of itself. */
const contentOf = (text: string) => {
  const at = text.indexOf('摘要');
  expect(at).toBeGreaterThan(0);
  return text.slice(at);
};
const among = (text: string, ...parts: string[]) => parts.filter((one) => text.includes(one));
const refused = async (user: string, body: object, path?: string) => {
  const { status, body: said } = await used.api.send<{ errors?: { field: string }[] }>(
    user,
    'POST',
    path ?? `/persons/${worker}/file/document`,
    body,
  );
  return [status, said.code, ...(said.errors ?? []).map(({ field }) => field)];
};
const verified = async (code: string) =>
  (
    await fetch(`${used.api.url}/api/v1/documents/verification/${code}`)
  ).json() as Promise<Verification>;

beforeAll(async () => {
  worker = await idOf('E006');
  await inTenant((tx) =>
    fillFile(tx, {
      person: worker,
      name: NAME,
      events: EVENTS,
      reviewer: REVIEWER,
      job: JOB,
      assessedBy: ASSESSED_BY,
      withdrawnAt: WITHDRAWN_AT,
    }),
  );
  const field = async (name: 'nationalId' | 'phone') =>
    (
      await used.api.send<{ value: string }>('safety.head', 'POST', `/persons/${worker}/reveal`, {
        field: name,
        reason: '核对档案',
      })
    ).body.value;
  sealed = { nationalId: await field('nationalId'), phone: await field('phone') };
});

describe('the file of a person as PDF', () => {
  it('says to the person what it says to others, without a right to people', async () => {
    const own = await used.api.send<FileSummary>(
      'worker.press',
      'GET',
      '/me/file/summary?language=zh',
    );
    expect(own.status).toBe(200);
    expect(own.body.rows.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['may-work', 'missing']),
    );
    const asked = `/persons/${worker}/file/summary?language=zh`;
    expect((await used.api.send('worker.press', 'GET', asked)).status).toBe(403);
    // An account of no person has no file.
    const none = await used.api.send('safety.head', 'GET', '/me/file/summary?language=zh');
    expect(none.status).toBe(404);
  });

  it('[PER-01] says what the page says: summary, sections, and the latest 500 events', async () => {
    const { text, bytes } = await print('safety.head', internal);
    expect(lacking(text, printed(NAME))).toEqual([]);
    expect(
      lacking(text, 'E006', '冲压工', '员工', '企业内部', '年度考核', '安全管理部经理'),
    ).toEqual([]);
    const { body: places } = await used.api.send<{
      summary: { allowed: number; places: number; missing: { zh: string }[] };
    }>('safety.head', 'GET', `/match/persons/${worker}`);
    const { allowed, places: all, missing } = places.summary;
    expect(lacking(text, `可上岗${all}处中的${allowed}处`)).toEqual([]);
    for (const { zh } of missing.slice(0, 3)) expect(lacking(text, printed(zh))).toEqual([]);
    // The page shows the same summary.
    const { body: shown } = await used.api.send<FileSummary>(
      'safety.head',
      'GET',
      `/persons/${worker}/file/summary?language=zh`,
    );
    const lines = shown.rows.map(({ label, value }) => (label + value).replaceAll(/\s+/g, ''));
    expect(lacking(text, ...lines)).toEqual([]);
    expect(shown.rows.map(({ id }) => id)).toEqual([
      'may-work',
      'missing',
      'violations',
      'objections',
    ]);
    expect(lines).toEqual(expect.arrayContaining([`计入的违章${EVENTS}`, '待裁定的异议1']));
    expect(lacking(text, '冲压操作', '健康检查·结论：适合', '应急能力', `复核${REVIEWER}`)).toEqual(
      [],
    );
    expect(lacking(text, `作业·作业：${printed(JOB)}`)).toEqual([]);
    expect(lacking(text, '离开指定区域')).toEqual([]);
    const passed = `合格·${dayBefore(90)}考核·至`;
    expect(lacking(text, '岗位安全操作规程', passed, '公司培训中心')).toEqual([]);
    expect(text).toMatch(/第1页，共\d+页/);
    expect(await checkDocument(bytes)).toMatchObject({
      ok: true,
      fontsEmbedded: true,
      missingGlyphs: [],
      textExtractable: true,
    });
    // The events are those of the page, in its order.
    const path = `/persons/${worker}/timeline?kind=violation&limit=200`;
    const { body: page } = await used.api.send<TimelinePage>('safety.head', 'GET', path);
    let last = 0;
    for (const { detail } of page.items) {
      const found = text.indexOf(`违章·未戴安全帽·${printed(detail?.zh ?? '')}`, last);
      expect(found).toBeGreaterThan(last);
      last = found;
    }
    expect(lacking(text, '多于500条')).toEqual([]);
    // Sealed fields are masked in the text, and are nowhere in the bytes.
    expect(lacking(text, `${sealed.nationalId.slice(0, 3)}***`)).toEqual([]);
    for (const plain of Object.values(sealed)) {
      expect(among(text, plain)).toEqual([]);
      expect(isInPdf(bytes, plain)).toBe(false);
    }
  });

  it('[PER-01] contains no health, sealed fields, whereabouts and names of others for outside', async () => {
    const { text, bytes } = await print('safety.head', outside);
    expect(lacking(text, printed(NAME), 'E006', '外部单位：某某汽车有限公司', '冲压操作')).toEqual(
      [],
    );
    expect(lacking(text, '作业·作业：换模，与***配合，***')).toEqual([]);
    expect(lacking(text, `计入的违章${EVENTS}`, '的状态，此后须重新查验')).toEqual([]);
    // What the document says of itself names what it leaves out.
    const content = contentOf(text);
    expect(lacking(content, `合格·${dayBefore(90)}考核·至`)).toEqual([]);
    // Before the latest 500 events: what is left out of the timeline, too, and what the internal one says.
    const days = { from: dayBefore(300), until: dayBefore(30) };
    const old = contentOf((await print('safety.head', { ...outside, ...days })).text);
    const whole = contentOf((await print('safety.head', { ...internal, ...days })).text);
    expect(lacking(whole, WITHDRAWN_AT, '健康检查', ASSESSED_BY)).toEqual([]);
    expect(lacking(old, '应急能力评估')).toEqual([]);
    expect(among(old, WITHDRAWN_AT, '健康检查', ASSESSED_BY, '等级', REVIEWER)).toEqual([]);
    expect(
      among(
        content,
        REVIEWER,
        '健康检查',
        '适合',
        '身份证',
        '电话',
        '离开指定区域',
        '在场',
        '工牌',
        '评估人',
        '公司培训中心',
        `${sealed.nationalId.slice(0, 3)}***`,
        `${sealed.phone.slice(0, 3)}***`,
      ),
    ).toEqual([]);
    for (const plain of Object.values(sealed)) expect(isInPdf(bytes, plain)).toBe(false);
    expect(await refused('safety.head', { ...outside, recipientName: null })).toEqual([
      422,
      'person-file.fields',
      'recipientName',
    ]);
  });

  it('[PER-01] shows a sealed field only with the right to reveal it, a reason, and inside', async () => {
    const wanted = { ...internal, reveal: ['phone'] };
    const revealReason = '安排体检';
    const { text } = await print('safety.head', { ...wanted, revealReason });
    expect(lacking(text, sealed.phone)).toEqual([]);
    expect(among(text, sealed.nationalId)).toEqual([]);
    const line = await inTenant((tx) =>
      tx.auditLog.findFirst({
        where: { action: 'reveal', personId: worker },
        orderBy: { seq: 'desc' },
      }),
    );
    expect([line?.reason, line?.after]).toEqual([
      revealReason,
      expect.objectContaining({ field: 'phone', document: true }),
    ]);
    expect(await refused('safety.head', wanted)).toEqual([
      422,
      'person-file.fields',
      'revealReason',
    ]);
    expect(await refused('safety.head', { ...outside, reveal: ['phone'], revealReason })).toEqual([
      422,
      'person-file.fields',
      'reveal',
    ]);
    const own = { ...wanted, recipient: 'person', revealReason };
    expect(await refused('safety.head', own)).toEqual([422, 'person-file.fields', 'reveal']);
    expect(await refused('safety', { ...wanted, revealReason })).toEqual([403, 'auth.forbidden']);
    // Ten fields in ten minutes: one was counted.
    const both = { ...outside, reveal: ['phone', 'nationalId'], revealReason };
    const answers: unknown[] = [];
    for (let n = 0; n < 6; n++) answers.push((await refused('safety', both))[0]);
    expect(answers).toEqual([422, 422, 422, 422, 429, 429]);
  });

  it('[PER-01] is printed by a head for the own department, and by the person for oneself', async () => {
    const head = await print('head.press', { ...internal, language: 'en' });
    expect(lacking(head.text, printed(NAME))).toEqual([]);
    expect(lacking(head.text, 'Violationsthatcount')).toEqual([]);
    expect(lacking(head.text, 'Page1of')).toEqual([]);
    const other = `/persons/${await idOf('E007')}/file/document`;
    expect(await refused('head.press', internal, other)).toEqual([404, 'person.unknown']);
    expect(await refused('worker.press', internal)).toEqual([403, 'auth.forbidden']);
    const own = await print('worker.press', { language: 'zh' }, '/me/file/document');
    expect(
      lacking(own.text, '本人留存', '结论：适合', '开机与门禁', '作业派工', '离开指定区域'),
    ).toEqual([]);
    expect(lacking(own.text, `计入的违章${EVENTS}`)).toEqual([]);
    expect(isInPdf(own.bytes, sealed.nationalId)).toBe(false);
    expect(await refused('safety.head', { language: 'zh' }, '/me/file/document')).toEqual([
      404,
      'person.unknown',
    ]);
  });

  it('[PER-01] has a code that says what it is, and a line in the audit log', async () => {
    const body = { ...outside, language: 'en' };
    const first = await print('safety.head', body);
    expect(await verified(first.code)).toMatchObject({
      kind: 'person-file-outside',
      language: 'en',
      bytes: first.bytes.length,
      supersededAt: null,
    });
    // The title is public: it contains no name.
    expect(JSON.stringify(await verified(first.code))).not.toContain('龘');
    const line = await inTenant((tx) =>
      tx.auditLog.findFirst({
        where: { action: 'export', entity: 'person', personId: worker },
        orderBy: { seq: 'desc' },
      }),
    );
    expect(line?.reason).toBe(outside.purpose);
    expect(line?.after).toMatchObject({
      document: first.code,
      recipient: 'outside',
      recipientName: outside.recipientName,
    });
    // Each customer has a document of their own; an own copy takes the place of the one before.
    await print('safety.head', { ...body, recipientName: '另一家公司' });
    expect((await verified(first.code)).supersededAt).toBeNull();
    const copy = () => print('worker.press', { language: 'zh' }, '/me/file/document');
    const [before, after] = [await copy(), await copy()];
    expect((await verified(before.code)).supersededAt).not.toBeNull();
    expect((await verified(after.code)).supersededAt).toBeNull();
  });

  it('[PER-01] leaves out modules that are off, and what is from positions without consent', async () => {
    const before = (await print('safety', internal)).text;
    expect(lacking(before, '作业派工', '开机与门禁', '作业：')).toEqual([]);
    const set = (on: boolean) =>
      used.api.send('admin', 'PUT', '/features/assignments', { on }).then(({ status }) => status);
    expect(await set(false)).toBeLessThan(300);
    await inTenant(async (tx) => {
      const { seq: _, ...given } = await tx.consent.findFirstOrThrow({
        where: { personId: worker, purposeId: 'badge-tracking' },
        orderBy: { seq: 'desc' },
      });
      await tx.consent.create({ data: { ...given, decision: 'withdrawn', at: new Date() } });
    });
    const { text } = await print('safety', internal);
    expect(await set(true)).toBeLessThan(300);
    expect(among(text, '作业派工', '作业：', '离开指定区域')).toEqual([]);
  });

  it('covers the wanted days, and refuses days in the wrong order', async () => {
    const old = await print('safety', { ...internal, from: '2020-01-01', until: '2020-12-31' });
    expect(lacking(old.text, '2020-01-01至2020-12-31')).toEqual([]);
    expect(lacking(old.text, '此期间没有记录')).toEqual([]);
    const wrong = { ...internal, from: '2021-01-01', until: '2020-12-31' };
    expect(await refused('safety', wrong)).toEqual([422, 'person-file.fields', 'until']);
    const future = { ...internal, until: dayBefore(-40) };
    expect(await refused('safety', future)).toEqual([422, 'person-file.fields', 'until']);
  });
});
