import { beforeAll, describe, expect, it } from 'vitest';
import { codesIn, goodRows, HEADINGS, identityNumber, importer } from '../../testing/imports.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Import } from './schema.ts';

const used = useApi();
const within = <R>(work: (tx: import('../db/database.ts').Transaction) => Promise<R>) =>
  used.database.transaction({ tenant: 'demo', user: null }, work);
const personOf = (employeeNo: string) =>
  within((tx) => tx.person.findFirstOrThrow({ where: { employeeNo } }));
let hr: ReturnType<typeof importer>;

beforeAll(async () => {
  await makeUser(used.database, 'hr', [
    'person:read@all',
    'person:manage@all',
    'person:reveal@all',
    'registry:read@all',
  ]);
  hr = importer(used.api, 'hr');
  const one = await hr.checked('people', [HEADINGS, ...goodRows(1, 5)]);
  expect(await hr.run(one)).toMatchObject({ state: 'done', done: 5 });
});

describe('rows whose person exists', () => {
  const table = [
    ['工号', '姓名', '部门', '手机号'],
    ['T1', '改名', null, '13900009999'],
    ['T2', null, '装配车间', null],
    ['T3', '测试3', null, null],
    ['T90', '新来', '冲压车间', null],
    ['T91', '没有部门', null, null],
  ];
  let one: Import;

  it('are bad, or left out, as the user says', async () => {
    const refused = await hr.checked('people', table, undefined, 'refuse');
    expect(refused).toMatchObject({ good: 1, bad: 4, skipped: 0 });
    expect(codesIn(await hr.rows(refused.id))).toMatchObject({
      A2: 'taken',
      A3: 'taken',
      A4: 'taken',
      C6: 'required',
    });
    const skipping = await hr.checked('people', table, undefined, 'skip');
    expect(skipping).toMatchObject({ existing: 'skip', good: 1, bad: 1, skipped: 3, updates: 0 });
    expect(codesIn(await hr.rows(skipping.id, '?state=skipped&limit=9'))).toEqual({
      2: 'exists',
      3: 'exists',
      4: 'exists',
    });
  });

  it('show what they change, old and new, and an empty cell changes nothing', async () => {
    const before = await personOf('T1');
    one = await hr.checked('people', table, undefined, 'update');
    expect(one).toMatchObject({ good: 3, bad: 1, skipped: 1, updates: 2 });
    const rows = await hr.rows(one.id);
    expect(rows.map(({ row, state, changes }) => ({ row, state, changes }))).toEqual([
      {
        row: 2,
        state: 'good',
        changes: [
          { column: 'name', from: '测试1', to: '改名' },
          { column: 'phone', from: '139****0001', to: '139****9999' },
        ],
      },
      {
        row: 3,
        state: 'good',
        changes: [{ column: 'department', from: '冲压车间', to: '装配车间' }],
      },
      { row: 4, state: 'skipped', changes: [] },
      { row: 5, state: 'good', changes: [] },
      { row: 6, state: 'bad', changes: [] },
    ]);
    expect(codesIn(rows)).toEqual({ 4: 'same', C6: 'required' });
    // The check keeps no plain number.
    const stored = await within((tx) => tx.dataImportRow.findMany({ where: { importId: one.id } }));
    expect(JSON.stringify(stored)).not.toContain('13900009999');
    expect(await personOf('T1')).toEqual(before);
  });

  it('are changed as by hand, but not where another person changed them after the check', async () => {
    const other = await personOf('T2');
    await used.api.send('hr', 'PATCH', `/persons/${other.id}`, {
      version: other.version,
      name: '别人改的',
    });
    one = await hr.run(one);
    expect(one).toMatchObject({ state: 'done', done: 2, failed: 1 });
    expect(codesIn(await hr.rows(one.id, '?state=failed&limit=9'))).toEqual({
      A3: 'changed-meanwhile',
    });
    const changed = await personOf('T1');
    expect(changed).toMatchObject({ name: '改名', departmentId: 'press-shop', post: '冲压工' });
    expect(await personOf('T2')).toMatchObject({ name: '别人改的', departmentId: 'press-shop' });
    const lines = await within((tx) =>
      tx.auditLog.findMany({ where: { personId: changed.id }, orderBy: { seq: 'asc' } }),
    );
    expect(lines.map(({ action }) => action)).toEqual(['create', 'update']);
    const stored = await within((tx) => tx.dataImportRow.findMany({ where: { importId: one.id } }));
    expect(JSON.stringify(stored)).not.toMatch(/1390000(0001|9999)/);
  });

  it('have their old values again after an undo, where nobody changed them since', async () => {
    const again = await hr.checked(
      'people',
      [
        ['工号', '部门', '岗位', '身份证号', '入职日期'],
        ['T4', '装配车间', null, identityNumber(77), '2020-01-02'],
        ['T5', '装配车间', null, null, '2020-01-02'],
      ],
      undefined,
      'update',
    );
    expect(again).toMatchObject({ good: 2, updates: 2 });
    const done = await hr.run(again, 'all-or-nothing');
    expect(done).toMatchObject({ state: 'done', done: 2 });
    const moved = await personOf('T4');
    expect(moved).toMatchObject({ departmentId: 'assembly' });
    const five = await personOf('T5');
    await used.api.send('hr', 'PATCH', `/persons/${five.id}`, {
      version: five.version,
      name: '后来改的',
    });
    expect(await hr.undo(done)).toMatchObject({ undone: 1, kept: 1 });
    expect(codesIn(await hr.rows(done.id))).toEqual({ 3: 'left-changed' });
    const back = await personOf('T4');
    expect([back.departmentId, back.hiredOn?.toISOString()]).toEqual([
      'press-shop',
      '2024-03-01T00:00:00.000Z',
    ]);
    const plain = await used.api.send<{ value: string }>(
      'hr',
      'POST',
      `/persons/${back.id}/reveal`,
      { field: 'nationalId', reason: 'test of the undo' },
    );
    expect(plain.body.value).toBe(identityNumber(4));
    expect(await hr.undo(one)).toMatchObject({ undone: 2, kept: 0 });
    expect((await personOf('T1')).name).toBe('测试1');
  });

  it('are refused where the person left, or the kind has no key', async () => {
    const three = await personOf('T3');
    await used.api.send('hr', 'POST', `/persons/${three.id}/leave`, { on: '2026-01-01' });
    const left = await hr.checked(
      'people',
      [
        ['工号', '姓名'],
        ['T3', '回来'],
      ],
      undefined,
      'update',
    );
    expect(codesIn(await hr.rows(left.id))).toEqual({ A2: 'left' });
    const { body } = await hr.begin('badges', [
      ['工号', '工牌号'],
      ['T1', 'B1'],
    ]);
    const refused = await hr.act(body, 'check', {
      sheet: 0,
      headingRow: 1,
      mapping: { A: 'employeeNo', B: 'badge' },
      existing: 'update',
    });
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'import.no-key' }]);
  });
});
