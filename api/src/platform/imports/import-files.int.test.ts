import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { goodRows, HEADINGS, importer } from '../../testing/imports.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { type Database, openDatabase, type Transaction } from '../db/database.ts';
import type { ImportHead } from './schema.ts';

let site: Site;
let urls: Awaited<ReturnType<Site['seededDatabase']>>;
let api: RunningApi;
let database: Database;
let hr: ReturnType<typeof importer>;
const within = <R>(work: (tx: Transaction) => Promise<R>) =>
  database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  await makeUser(database, 'hr', ['person:manage@all']);
  await makeUser(database, 'hr2', ['privacy:manage@all']);
  hr = importer(api, 'hr');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

describe('files', () => {
  it('that are no table are refused with what is wrong, in both languages', async () => {
    const answer = await hr.begin('people', Buffer.from('工号,姓名\r\nE1,"张'), 'x.csv');
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'import.unreadable',
        fault: { code: 'quote', what: { zh: expect.any(String), en: expect.any(String) } },
      },
    });
  });

  it('have their headings among the first rows with content', async () => {
    const notes = Array.from({ length: 30 }, (_, n) => [`注${n}`, '无']);
    const begun = (await hr.begin('people', [HEADINGS, ...notes])).body;
    const head = await api.send<{ headingRow: number }>(
      'hr',
      'GET',
      `/imports/${begun.id}/head?headingRow=22`,
    );
    expect(head.body.headingRow).toBe(1);
    const mapping = { A: 'employeeNo', B: 'name', C: 'department' };
    const refused = await hr.act(begun, 'check', { sheet: 0, headingRow: 22, mapping });
    expect(refused).toMatchObject({ status: 422, body: { code: 'import.mapping' } });
    expect(JSON.stringify(refused.body)).toContain('not among the first 20 rows');
  });

  it('of which the database refuses a value end their check with a problem', async () => {
    const admin = openDatabase(urls.adminUrl);
    onTestFinished(() => admin.close());
    await admin.transaction(
      { tenant: 'demo', user: null },
      (tx) => tx.$executeRaw`ALTER TABLE data_import_row ADD CHECK (label NOT LIKE 'T66 %')`,
    );
    const one = await hr.checked('people', [HEADINGS, ...goodRows(66, 1)]);
    expect(one).toMatchObject({
      state: 'failed',
      problem: { code: 'not-stored', what: { zh: expect.any(String), en: expect.any(String) } },
    });
    expect((await api.send('hr', 'DELETE', `/imports/${one.id}`)).status).toBe(204);
  });

  it('columns have to be assigned, each once, and are remembered for the next file', async () => {
    const begun = (
      await hr.begin('people', [
        ['编码', '名', '部门', '编码*'],
        ['T200', '记', '冲压车间', 'X1'],
      ])
    ).body;
    const head = await api.send<ImportHead>('hr', 'GET', `/imports/${begun.id}/head`);
    expect(head.body.columns.map(({ name, sameAs }) => [name, sameAs])).toEqual([
      ['A', null],
      ['B', null],
      ['C', null],
      ['D', 'A'],
    ]);
    const refused = await hr.act(begun, 'check', {
      sheet: 0,
      headingRow: 1,
      mapping: { A: 'name', D: 'name' },
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'import.mapping' } });
    expect(JSON.stringify(refused.body)).toMatch(
      /assigned twice: to the columns A \(编码\) and D \(编码\*\).*employeeNo is required.*department is required/,
    );
    const mapping = { A: 'employeeNo', B: 'name', C: 'department' };
    expect((await hr.act(begun, 'check', { sheet: 0, headingRow: 1, mapping })).status).toBe(202);
    expect(await hr.ended(begun.id)).toMatchObject({ good: 1, bad: 0 });
    expect(
      await hr.checked('people', [
        ['部门', '编码', '名'],
        ['冲压车间', 'T201', '忆'],
      ]),
    ).toMatchObject({
      mapping: { A: 'department', B: 'employeeNo', C: 'name' },
      good: 1,
    });
  });

  it('without headings leave no row of people behind', async () => {
    const rows = ['T210', 'T211'].map((no) => [no, '不留名', '冲压车间']);
    const begun = (await hr.begin('people', rows)).body;
    const mapping = { A: 'employeeNo', B: 'name', C: 'department' };
    expect((await hr.act(begun, 'check', { sheet: 0, headingRow: 1, mapping })).status).toBe(202);
    expect(await hr.ended(begun.id)).toMatchObject({ good: 1 });
    const kept = await within((tx) => tx.importHeading.findMany({ where: { heading: '不留名' } }));
    expect(kept).toEqual([]);
  });

  it('templates are read again as they are', async () => {
    for (const lang of ['zh', 'en']) {
      const answer = await api.get(
        `/api/v1/import-kinds/people/template?lang=${lang}`,
        await api.signIn('hr'),
      );
      const begun = await hr.begin('people', Buffer.from(await answer.arrayBuffer()));
      const head = await api.send<{ columns: { field: string | null }[] }>(
        'hr',
        'GET',
        `/imports/${begun.body.id}/head`,
      );
      expect(head.body.columns.map(({ field }) => field)).toEqual([
        'employeeNo',
        'name',
        'department',
        'post',
        'hiredOn',
        'nationalId',
        'phone',
        'kind',
        'company',
        'host',
        'validUntil',
      ]);
    }
  });

  it('are removed after their term, with the texts of wrong cells; the record stays longer', async () => {
    const one = await hr.checked('people', [
      HEADINGS,
      ['T300', '留', '没有', null, null, null, null],
    ]);
    await within((tx) =>
      tx.storedFile.updateMany({
        where: { entityId: one.id },
        data: { attachedAt: new Date('2026-01-01') },
      }),
    );
    const purged = await api.send<{ items: { policy: string; count: number }[] }>(
      'hr2',
      'POST',
      '/privacy/purges',
      {},
    );
    expect(purged.body.items.find(({ policy }) => policy === 'import-files')?.count).toBe(1);
    expect(await hr.get(one.id)).toMatchObject({ fileThere: false, bad: 1 });
    expect((await hr.rows(one.id))[0]?.issues).toMatchObject([{ code: 'department', value: null }]);
    const answer = await api.send('hr', 'GET', `/imports/${one.id}/result`);
    expect(answer.body.code).toBe('import.file-gone');
  });
});
