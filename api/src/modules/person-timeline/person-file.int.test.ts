import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDocument } from '../../platform/documents/check.ts';
import { createPrintable, readFont } from '../../platform/documents/font.ts';
import type { Verification } from '../../platform/documents/schema.ts';
import { isInPdf, textOfPdf } from '../../testing/pdf.ts';
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
const JOB = `换模，与${REVIEWER}配合`;
const EVENTS = 520;
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
  await inTenant(async (tx) => {
    const tenant = { tenantId: 'demo' };
    const at = new Date(Date.now() - 3_600_000);
    await tx.person.update({
      where: { tenantId_id: { ...tenant, id: worker } },
      data: { name: NAME },
    });
    const text = { zh: '未戴安全帽', en: 'No helmet' };
    const entries = Array.from({ length: EVENTS }, (_, n) => ({
      ...tenant,
      id: ulid(),
      personId: worker,
      violationId: ulid(),
      verdictVersion: 1,
      rule: 'missing-ppe',
      kindName: text,
      ruleId: 'helmet',
      severity: 'warning',
      modelName: 'm',
      modelVersion: '1',
      startedAt: new Date(+at - n * 3_600_000),
      site: 'plant-1',
      camera: 'hall-west',
      cameraName: { zh: `西${n}号机`, en: `Hall west ${n}` },
      confidence: 0.9,
      basis: 'badge',
      explanation: [],
      reviewerId: ulid(),
      reviewerName: { zh: REVIEWER, en: 'Wang Anquan' },
      reviewedAt: at,
      objectUntil: at,
      told: false,
    }));
    await tx.safetyEntry.createMany({ data: entries });
    await tx.violationObjection.create({
      data: {
        ...tenant,
        id: ulid(),
        entryId: entries[0]?.id ?? '',
        personId: worker,
        text: '不是我',
        filedBy: ulid(),
        caseId: ulid(),
        flowVersion: 1,
        state: 'filed',
        version: 1,
      },
    });
    const assigned = await tx.workAssignment.findFirstOrThrow({ where: { personId: worker } });
    await tx.workJob.update({
      where: { tenantId_id: { ...tenant, id: assigned.jobId } },
      data: { title: JOB, from: at },
    });
    await tx.workAssignment.update({
      where: { tenantId_id: { ...tenant, id: assigned.id } },
      data: { from: at },
    });
    const fence = await tx.areaFence.findFirstOrThrow({});
    await tx.fenceEvent.create({
      data: {
        ...tenant,
        id: ulid(),
        fenceId: fence.id,
        areaId: fence.areaId,
        kind: 'stay',
        severity: 'warning',
        personId: worker,
        badge: 'badge-w1',
        begunAt: at,
        openedAt: at,
        state: 'open',
        certainty: 'heard',
        codes: [],
        reasons: [],
      },
    });
  });
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
    expect(lacking(text, '作业·作业：换模，与***配合')).toEqual([]);
    expect(lacking(text, `计入的违章${EVENTS}`)).toEqual([]);
    // What the document says of itself names what it leaves out.
    const content = text.slice(text.indexOf('摘要'));
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
        'badge-w1',
        '评估人',
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
    expect(await refused('safety', { ...wanted, revealReason })).toEqual([403, 'auth.forbidden']);
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
    const copy = await print('safety.head', { ...internal, language: 'en' });
    expect((await verified(first.code)).supersededAt).toBeNull();
    const second = await print('safety.head', body);
    expect((await verified(first.code)).supersededAt).not.toBeNull();
    for (const { code } of [copy, second]) {
      expect((await verified(code)).supersededAt).toBeNull();
    }
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
  });
});
