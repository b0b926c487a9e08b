import { EventEmitter, once } from 'node:events';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesIn, goodRows, HEADINGS, identityNumber, importer } from '../../testing/imports.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { type Database, openDatabase, type Transaction } from '../db/database.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let hr: ReturnType<typeof importer>;
const within = <R>(work: (tx: Transaction) => Promise<R>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const personOf = (employeeNo: string) =>
  within((tx) => tx.person.findFirst({ where: { employeeNo } }));

const countAll = async (tx: Transaction) => [
  await tx.person.count(),
  await tx.outboxEvent.count({ where: { entity: 'person' } }),
];

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  await makeUser(database, 'hr', ['person:read@all', 'person:manage@all', 'registry:read@all']);
  await makeUser(database, 'hr2', ['person:read@all', 'person:manage@all', 'privacy:manage@all']);
  await makeUser(database, 'press-head', ['person:read@department', 'person:manage@department'], {
    employeeNo: 'E005',
  });
  hr = importer(api, 'hr');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

/** Faults of each kind, one in each row from 3 on. */
const wrong = identityNumber(1).replace(/.$/, (last) => (last === '1' ? '2' : '1'));
const table = [
  HEADINGS,
  ...goodRows(1, 1),
  ['T3', '甲', '冲压车间', null, '2026-02-31', null, null],
  ['T4', '乙', '冲压车间', null, null, wrong, null],
  ['T5', '丙', '没有的部门', null, null, null, null],
  ['T1', '丁', '冲压车间', null, null, identityNumber(1), null],
  ['E001', '戊', 'press-shop', null, null, null, null],
  ['T8', { formula: 'A1&B1', value: '己' }, 'Press shop', null, null, null, null],
  ['T9', '庚', '冲压车间', null, { number: '45352', style: 1 as const }, 3.2e17, null],
  ['T10', '辛', '冲压车间', null, null, null, '12345'],
  ['T11', '壬', '冲压车间', null, null, null, null],
  ['T12', '癸', null, null, null, null, null],
  ['T13', '子', '冲压车间', '没有的岗位', null, null, null],
  ...goodRows(20, 2),
];

describe('a workbook of people', () => {
  let one: Awaited<ReturnType<typeof hr.checked>>;

  it('is looked at without changing anything: each bad row with cell, code and cure', async () => {
    const before = await within((tx) => countAll(tx));
    const { workbook } = await import('../../testing/workbooks.ts');
    one = await hr.checked('people', await workbook(table, { merges: ['C11:C12'] }));
    expect(one).toMatchObject({ state: 'checked', total: 14, good: 3, bad: 11, done: 0 });
    const rows = await hr.rows(one.id);
    expect(codesIn(rows)).toEqual({
      E3: 'no-such-day',
      F4: 'id-check',
      C5: 'department',
      A6: 'double-in-file',
      F6: 'double-in-file',
      A7: 'taken',
      B8: 'formula',
      F9: 'lost-digits',
      G10: 'phone',
      C11: 'merged',
      C12: 'merged',
      D13: 'post',
    });
    expect(rows.find(({ row }) => row === 8)?.issues[0]).toMatchObject({
      value: '=A1&B1',
      what: { zh: expect.stringContaining('公式'), en: expect.stringContaining('formula') },
      cure: { zh: expect.any(String), en: expect.any(String) },
    });
    // No sensitive value is stored beside the sealed file.
    const stored = await within((tx) => tx.dataImportRow.findMany({ where: { importId: one.id } }));
    expect(JSON.stringify(stored)).not.toContain(wrong);
    expect(await within((tx) => countAll(tx))).toEqual(before);
    expect((await hr.rows(one.id, '?state=bad&limit=2')).map(({ row }) => row)).toEqual([3, 4]);
  });

  it('the good rows are saved as if entered by hand', async () => {
    expect((await hr.act(one, 'run', { mode: 'all-or-nothing' })).body.code).toBe(
      'import.not-all-good',
    );
    one = await hr.run(one);
    expect(one).toMatchObject({ state: 'done', done: 3, failed: 0 });
    const person = await personOf('T20');
    expect(person).toMatchObject({
      name: '测试20',
      departmentId: 'press-shop',
      post: '冲压工',
      sourceSystem: 'import',
    });
    const found = await api.send<{ items: { employeeNo: string; nationalId: string }[] }>(
      'hr',
      'POST',
      '/persons/search',
      { field: 'nationalId', value: identityNumber(20) },
    );
    expect(found.body.items).toMatchObject([
      { employeeNo: 'T20', nationalId: expect.stringMatching(/^320\*+/) },
    ]);
    const lines = await within((tx) =>
      tx.auditLog.findMany({ where: { personId: person?.id ?? '' } }),
    );
    expect(lines).toMatchObject([{ action: 'create', userName: 'hr', requestId: one.id }]);
    const events = await within((tx) =>
      tx.outboxEvent.findMany({ where: { subject: person?.id ?? '' } }),
    );
    expect(events.map(({ type }) => type)).toEqual(['cn.anshi.person.created.v1']);
    expect((await hr.act(one, 'run', { mode: 'good-rows' })).status).toBe(409);
  });

  it('the rows that were not taken come back as a file to correct and bring again', async () => {
    const headers = await api.signIn('hr');
    const answer = await api.get(`/api/v1/imports/${one.id}/result?lang=en`, headers);
    const sheet = await readSheet(Buffer.from(await answer.arrayBuffer()));
    expect(sheet[0]).toEqual([...HEADINGS, 'To correct']);
    expect(sheet.slice(1).map(([no]) => no)).toEqual([
      'T3',
      'T4',
      'T5',
      'T1',
      'E001',
      'T8',
      'T9',
      'T10',
      'T11',
      'T12',
      'T13',
    ]);
    expect(sheet[1]?.at(-1)).toMatch(/^E3 There is no such day/);
    // What a spreadsheet would compute stays text.
    expect(sheet[6]?.[1]).toBe("'=A1&B1");
    const mended = sheet.map((cells) => cells.map((cell) => (cell === null ? null : String(cell))));
    mended[1]![4] = '2026-02-28';
    const again = await hr.checked('people', mended.slice(0, 2));
    expect(await hr.run(again)).toMatchObject({ done: 1, bad: 0 });
    expect((await personOf('T3'))?.hiredOn?.toISOString().slice(0, 10)).toBe('2026-02-28');
  });

  it('an undo takes back what nobody changed, and says which rows stay and why', async () => {
    const [changed, worn] = [await personOf('T1'), await personOf('T20')];
    await api.send('hr', 'PATCH', `/persons/${changed?.id}`, { version: 1, name: '改名' });
    await api.send('hr', 'POST', `/persons/${worn?.id}/badges`, { badge: 'TAG-1' });
    one = await hr.undo(one);
    expect(one).toMatchObject({ state: 'undone', undone: 1, kept: 2 });
    expect(
      (await hr.rows(one.id, '?state=kept')).map(({ label, issues }) => [
        label,
        issues.at(-1)?.code,
      ]),
    ).toEqual([
      ['T1 · 测试1', 'left-changed'],
      ['T20 · 测试20', 'left-in-use'],
    ]);
    expect(await personOf('T21')).toBeNull();
    expect(await personOf('T20')).not.toBeNull();
  });
});

it('all or nothing: one row that is refused keeps all from being saved', async () => {
  const one = await hr.checked('people', [HEADINGS, ...goodRows(40, 5)]);
  const person = { employeeNo: 'T44', name: '抢先', departmentId: 'press-shop' };
  expect((await api.send('hr', 'POST', '/persons', person)).status).toBe(201);
  const ended = await hr.run(one, 'all-or-nothing');
  expect(ended).toMatchObject({
    state: 'checked',
    done: 0,
    good: 4,
    bad: 1,
    problem: { code: 'all-refused' },
  });
  expect(codesIn(await hr.rows(one.id, '?state=bad'))).toEqual({ A6: 'taken' });
  expect(await personOf('T40')).toBeNull();
  expect(await hr.run(ended)).toMatchObject({ state: 'done', done: 4 });
  const whole = await hr.checked('people', [HEADINGS, ...goodRows(50, 30)]);
  expect(await hr.run(whole, 'all-or-nothing')).toMatchObject({
    state: 'done',
    done: 30,
    failed: 0,
  });
});

it('badges are given from a CSV in GB 18030, and handed back by an undo', async () => {
  // 工号;卡号 / E007;TAG-７ / E007;TAG-8 / nobody;TAG-9
  const gb = Buffer.from(
    `${Buffer.from('b9a4bac53bbfa8bac5', 'hex').toString('latin1')}\r\nE007;TAG-${Buffer.from('a3b7', 'hex').toString('latin1')}\r\nX999;TAG-9\r\n`,
    'latin1',
  );
  const one = await hr.checked('badges', gb, 'badges.csv');
  expect(one).toMatchObject({ good: 1, bad: 1, warned: 1 });
  expect(codesIn(await hr.rows(one.id))).toEqual({ B2: 'full-width', A3: 'person' });
  const done = await hr.run(one);
  const worn = () => within((tx) => tx.badge.findFirst({ where: { badge: 'TAG-7' } }));
  expect(await worn()).toMatchObject({ until: null });
  expect(await hr.undo(done)).toMatchObject({ undone: 1, kept: 0 });
  expect((await worn())?.until).not.toBeNull();
});

it('a badge stays with its wearer where a day of return was set since', async () => {
  const one = await hr.run(
    await hr.checked('badges', Buffer.from('工号,卡号\nE008,TAG-80\n'), 'b.csv'),
  );
  const worn = () => within((tx) => tx.badge.findFirstOrThrow({ where: { badge: 'TAG-80' } }));
  const lent = { badge: 'TAG-80', dueBack: '2027-01-31' };
  const { personId } = await worn();
  expect((await api.send('hr', 'POST', `/persons/${personId}/badges`, lent)).status).toBe(200);
  expect(await hr.undo(one)).toMatchObject({ undone: 0, kept: 1 });
  expect((await hr.rows(one.id))[0]?.issues.at(-1)?.code).toBe('left-changed');
  expect(await worn()).toMatchObject({ until: null });
});

describe('who may', () => {
  it('import what they may write by hand, within their reach', async () => {
    const kinds = await api.send<{ items: { id: string }[] }>('operator', 'GET', '/import-kinds');
    expect(kinds.body.items).toEqual([]);
    expect((await importer(api, 'operator').begin('people', [HEADINGS])).body.code).toBe(
      'import.kind',
    );
    const head = importer(api, 'press-head');
    const one = await head.checked('people', [
      HEADINGS,
      ...goodRows(90, 1),
      ['T91', '他', '维修部', null, null, null, null],
      ['T92', '她', 'purchasing', null, null, null, null],
    ]);
    expect(Object.values(codesIn(await head.rows(one.id))).sort()).toContain('out-of-reach');
    expect(one).toMatchObject({ good: 1 });
  });

  it('see imports of others without their file, and only where they may write everywhere', async () => {
    const one = await hr.checked('people', [HEADINGS, ...goodRows(95, 1)]);
    const other = importer(api, 'hr2');
    expect(await other.get(one.id)).toMatchObject({ mine: false, createdBy: { zh: 'hr' } });
    for (const path of ['head', 'result']) {
      const answer = await api.send('hr2', 'GET', `/imports/${one.id}/${path}`);
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'import.not-yours']);
    }
    expect((await other.act(one, 'run', { mode: 'good-rows' })).status).toBe(403);
    expect((await api.send('press-head', 'GET', `/imports/${one.id}`)).status).toBe(404);
    const { fileId } = await within((tx) =>
      tx.dataImport.findFirstOrThrow({ where: { id: one.id } }),
    );
    expect((await api.send('hr2', 'GET', `/files/${fileId}`)).status).toBe(404);
    expect((await api.send('hr', 'DELETE', `/imports/${one.id}`)).status).toBe(204);
    expect((await api.send('hr', 'GET', `/files/${fileId}`)).status).toBe(404);
  });

  it('a run goes on with the account as it is then: what it no longer reaches is refused', async () => {
    const other = await hr.checked('people', [HEADINGS, ...goodRows(390, 1)]);
    await makeUser(database, 'mover', ['person:manage@all']);
    const mover = importer(api, 'mover');
    const one = await mover.checked('people', [HEADINGS, ...goodRows(400, 150)]);
    // The second chunk of the run waits for a row until the account has another reach.
    const steps = new EventEmitter();
    const [moved, locked] = [once(steps, 'moved'), once(steps, 'locked')];
    const lock = within(async (tx) => {
      await tx.$queryRaw`
        SELECT 1 FROM data_import_row WHERE import_id = ${one.id} AND "row" = 30 FOR UPDATE`;
      steps.emit('locked');
      await moved;
    });
    await locked;
    const ended = mover.run(one);
    await until(async () => (await hr.get(one.id)).done >= 25, 'the first chunk is saved');
    await within((tx) =>
      tx.role.updateMany({
        where: { id: 'only-mover' },
        data: { permissions: ['person:manage@department'] },
      }),
    );
    await until(
      async () => (await api.send('mover', 'GET', `/imports/${other.id}`)).status === 404,
      'the change has reached the API',
    );
    steps.emit('moved');
    await lock;
    const { state, done, failed } = await ended;
    // The rows of the piece at hand, of 100 of the file, are those of the account before.
    expect([state, done <= 99, failed >= 51, done + failed]).toEqual(['done', true, true, 150]);
    const refused = await mover.rows(one.id, '?state=failed&limit=200');
    expect(new Set(Object.values(codesIn(refused)))).toEqual(new Set(['out-of-reach']));
  });

  it('a step stops where the permission was taken away meanwhile', async () => {
    const id = await makeUser(database, 'short', ['person:manage@all']);
    const short = importer(api, 'short');
    const one = await short.checked('people', [HEADINGS, ...goodRows(120, 1)]);
    await within((tx) => tx.userRole.deleteMany({ where: { userId: id } }));
    // As if the job had waited: the request itself would be refused.
    await within((tx) =>
      tx.dataImport.updateMany({ where: { id: one.id }, data: { state: 'running', runner: null } }),
    );
    const again = await startApi(site, api.settings.databaseUrl, { apiId: 'again' });
    const ended = await importer(again, 'hr').ended(one.id);
    await again.stop();
    expect(ended).toMatchObject({ state: 'done', done: 0, problem: { code: 'no-permission' } });
    expect(await personOf('T120')).toBeNull();
  });
});
