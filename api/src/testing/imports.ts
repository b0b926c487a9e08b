import { expect } from 'vitest';
import { checkCharacter } from '../modules/people/identity.ts';
import type { Import } from '../platform/imports/schema.ts';
import { type RunningApi, until } from './site.ts';
import { uploadFile } from './tus.ts';
import { type TestCell, workbook } from './workbooks.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const HEADINGS = ['工号', '姓名', '部门', '岗位', '入职日期', '身份证号', '手机号'];

/** A valid identity number; another one for each number. */
export function identityNumber(n: number): string {
  const month = Math.floor(n / 999);
  const born = `${1960 + Math.floor(month / 9)}0${1 + (month % 9)}15`;
  const digits = `320499${born}${String(1 + (n % 999)).padStart(3, '0')}`;
  return digits + checkCharacter(digits);
}

/** Rows of people that are good, each with another number. */
export const goodRows = (from: number, count: number): TestCell[][] =>
  Array.from({ length: count }, (_, n) => [
    `T${from + n}`,
    `测试${from + n}`,
    '冲压车间',
    '冲压工',
    '2024-03-01',
    identityNumber(from + n),
    `139${String(from + n).padStart(8, '0')}`,
  ]);

export interface Row {
  row: number;
  label: string;
  state: string;
  record: string | null;
  target: string | null;
  changes: { column: string; from: string | null; to: string }[];
  issues: {
    cell: string | null;
    code: string;
    value: string | null;
    what: { zh: string; en: string };
  }[];
}

/** Imports as a user does, by HTTP. */
export function importer(api: RunningApi, user: string) {
  const get = async (id: string) => (await api.send<Import>(user, 'GET', `/imports/${id}`)).body;
  const act = async (one: Import, what: string, body: object = {}) =>
    api.send<Import>(user, 'POST', `/imports/${one.id}/${what}`, { version: one.version, ...body });
  return {
    get,
    act,
    async begin(
      kind: string,
      table: Buffer | readonly (readonly TestCell[])[],
      name = 'people.xlsx',
    ) {
      const bytes = Buffer.isBuffer(table) ? table : await workbook(table);
      const type = name.endsWith('.csv') ? 'text/csv' : XLSX;
      const file = await uploadFile(api, await api.signIn(user), bytes, { name, type });
      return api.send<Import>(user, 'POST', '/imports', { kind, file });
    },
    /** Waits for the end of the step at hand. */
    async ended(id: string, withinMs?: number): Promise<Import> {
      const isOver = async () => !/ing$/.test((await get(id)).state);
      await until(isOver, 'the step of the import ended', withinMs);
      return get(id);
    },
    /** Begins an import and checks it with the columns that are suggested. */
    async checked(
      kind: string,
      table: Buffer | readonly (readonly TestCell[])[],
      name?: string,
      existing: Import['existing'] = 'refuse',
    ): Promise<Import> {
      const begun = await this.begin(kind, table, name);
      expect(begun).toMatchObject({ status: 201, body: { state: 'mapping' } });
      return this.checkedAs(begun.body, existing);
    },
    /** Checks an import with the columns that are suggested. */
    async checkedAs(one: Import, existing: Import['existing'] = 'refuse'): Promise<Import> {
      const { body: head } = await api.send<{
        sheet: number;
        headingRow: number;
        columns: { name: string; field: string | null }[];
      }>(user, 'GET', `/imports/${one.id}/head`);
      const mapping = Object.fromEntries(
        head.columns.flatMap(({ name, field }) => (field === null ? [] : [[name, field]])),
      );
      const { sheet, headingRow } = head;
      const asked = await act(one, 'check', { sheet, headingRow, mapping, existing });
      expect(asked.status).toBe(202);
      return this.ended(one.id);
    },
    async run(one: Import, mode = 'good-rows'): Promise<Import> {
      expect((await act(one, 'run', { mode })).status).toBe(202);
      return this.ended(one.id);
    },
    async undo(one: Import): Promise<Import> {
      expect((await act(one, 'undo')).status).toBe(202);
      return this.ended(one.id);
    },
    rows: async (id: string, query = '?limit=200') =>
      (await api.send<{ items: Row[] }>(user, 'GET', `/imports/${id}/rows${query}`)).body.items,
  };
}

/** The codes of rows by cell. */
export const codesIn = (rows: readonly Row[]): Record<string, string> =>
  Object.fromEntries(
    rows.flatMap(({ row, issues }) => issues.map(({ cell, code }) => [cell ?? row, code])),
  );
