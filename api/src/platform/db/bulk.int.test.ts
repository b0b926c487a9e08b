import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { systemCaller } from '../access/caller.ts';
import { insertAll, insertsOf } from './bulk.ts';
import { type Database, openDatabase, type Transaction } from './database.ts';
import { newId } from './ids.ts';
import { createUnits, type Units } from './unit-of-work.ts';

let site: Site;
let database: Database;
let units: Units;

beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.freshDatabase()).appUrl);
  units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

const as = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const siteRow = (id: string) => ({ tenant_id: 'demo', id, name: { zh: id, en: 'x' } });
const notice = (id: string) => ({
  tenant_id: 'demo',
  id,
  kind: 'test',
  severity: 'info',
  title: { zh: '一', en: '"1\\' },
  body: { zh: 'b', en: 'b' },
  link: undefined,
  subject_entity: null,
  subject_id: null,
});
const recipient = (noticeId: string, user: string) => ({
  tenant_id: 'demo',
  notice_id: noticeId,
  user_id: user,
});

describe('rows of several tables in one statement', () => {
  it('are written completely, in any order of references, and counted', async () => {
    const id = newId();
    const written = await as((tx) =>
      insertAll(tx, [
        // It refers to a row after it.
        { table: 'notice_recipient', rows: [recipient(id, 'a'), recipient(id, 'b')] },
        { table: 'notice', rows: [notice(id)] },
        { table: 'site', rows: [] },
      ]),
    );
    expect(written).toEqual({ notice_recipient: 2, notice: 1 });
    const [row] = await as((tx) => tx.notice.findMany({ where: { id } }));
    expect(row).toMatchObject({ title: { zh: '一', en: '"1\\' }, link: null, subjectEntity: null });
  });

  it('store times, lists, numbers, JSON and missing values by column type', async () => {
    const id = newId();
    const at = new Date('2026-02-28T23:59:59.123Z');
    const row = {
      tenant_id: 'demo',
      id,
      definition_id: 'w',
      definition_version: 1,
      version: 1,
      entity: 'x',
      entity_id: id,
      state: 's',
      assignees: ["it's", 'a,b', '{}'],
      parts: {},
      played: { a: ['b'] },
      entered_at: at,
      opened_at: at,
      due_at: null,
      title: {},
      link: '/',
    };
    await as(async (tx) => {
      const rows = [{ tenant_id: 'demo', id: 'w', version: 1, definition: {}, origin: 'seed' }];
      await insertAll(tx, [
        { table: 'workflow_definition', rows },
        { table: 'workflow_case', rows: [row] },
      ]);
    });
    const [found] = await as((tx) => tx.workflowCase.findMany({ where: { id } }));
    expect(found).toMatchObject({
      assignees: ["it's", 'a,b', '{}'],
      played: { a: ['b'] },
      dueAt: null,
    });
    expect(found?.enteredAt).toEqual(at);
  });

  it('are unchanged where they exist, and their dependent rows are not written', async () => {
    const insert = (id: string, more: string) =>
      as((tx) =>
        insertAll(tx, [
          { table: 'notice', rows: [notice(id)], skipDuplicates: true },
          { table: 'notice_recipient', rows: [recipient(id, more)], ifWritten: 'notice' },
        ]),
      );
    const id = newId();
    expect(await insert(id, 'a')).toEqual({ notice: 1, notice_recipient: 1 });
    expect(await insert(id, 'b')).toEqual({ notice: 0, notice_recipient: 0 });
    const users = await as((tx) => tx.noticeRecipient.findMany({ where: { noticeId: id } }));
    expect(users.map(({ userId }) => userId)).toEqual(['a']);
  });

  it('are not written at all where one of them fails', async () => {
    const write = as((tx) =>
      insertAll(tx, [
        { table: 'site', rows: [siteRow('half')] },
        { table: 'notice_recipient', rows: [recipient('nothing', 'a')] },
      ]),
    );
    await expect(write).rejects.toMatchObject({ code: '23503' });
    expect(await as((tx) => tx.site.count({ where: { id: 'half' } }))).toBe(0);
  });

  it('are refused for another tenant', async () => {
    const row = { ...siteRow('stolen'), tenant_id: 'other' };
    const write = as((tx) => insertAll(tx, [{ table: 'site', rows: [row] }]));
    await expect(write).rejects.toThrow('row-level security');
  });
});

describe('rows deferred to the end of a unit', () => {
  it('are written with its lines and events, or by a flush', async () => {
    const id = newId();
    await units.run(systemCaller('demo'), async (unit) => {
      const count = () => unit.tx.notice.count({ where: { id } });
      unit.later(...insertsOf([{ table: 'notice', rows: [notice(id)] }]));
      expect(await count()).toBe(0);
      await unit.flush();
      expect(await count()).toBe(1);
      unit.later(...insertsOf([{ table: 'notice_recipient', rows: [recipient(id, 'a')] }]));
      await unit.audit({ action: 'create', entity: 'notice-rules', id });
      await unit.emit({ entity: 'notice', what: 'written', subject: id, data: {} });
    });
    const found = await as(async (tx) => [
      await tx.noticeRecipient.count({ where: { noticeId: id } }),
      await tx.auditLog.count({ where: { entityId: id } }),
      await tx.outboxEvent.count({ where: { subject: id } }),
    ]);
    expect(found).toEqual([1, 1, 1]);
  });

  it('roll back lines, events and all other rows where they cannot be written', async () => {
    const id = newId();
    let told = false;
    const failed = units.run(systemCaller('demo'), async (unit) => {
      await unit.tx.site.create({ data: { tenantId: 'demo', id: 'with-it', name: {} } });
      unit.later(...insertsOf([{ table: 'notice_recipient', rows: [recipient(id, 'a')] }]));
      await unit.audit({ action: 'create', entity: 'notice-rules', id });
      unit.afterCommit(() => {
        told = true;
      });
    });
    await expect(failed).rejects.toMatchObject({ code: '23503' });
    const found = await as(async (tx) => [
      await tx.site.count({ where: { id: 'with-it' } }),
      await tx.auditLog.count({ where: { entityId: id } }),
    ]);
    expect(found).toEqual([0, 0]);
    expect(told).toBe(false);
  });
});
