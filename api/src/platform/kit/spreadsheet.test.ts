import readXlsxFile, { readSheet } from 'read-excel-file/node';
import { expect, it } from 'vitest';
import type { AuditEntry } from '../audit/entry.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { csvLine } from './csv.ts';
import { exportList, type ListExport } from './list-export.ts';
import { type Column, harmless } from './spreadsheet.ts';

interface Thing {
  name: string;
  size: number | null;
  at: Date;
}
const columns: Column<Thing>[] = [
  { name: { zh: '名称', en: 'Name' }, value: ({ name }) => name },
  { name: { zh: '大小', en: 'Size' }, value: ({ size }) => size },
  { name: { zh: '时间', en: 'Time' }, value: ({ at }) => at },
];
const things: Thing[] = ['=1+1', 'a "b", c', '吊带'].map((name, n) => ({
  name,
  size: n === 0 ? null : n,
  at: new Date(Date.UTC(2026, 0, 1 + n, 20)),
}));

async function made(list: Partial<ListExport<Thing>>) {
  const lines: AuditEntry[] = [];
  const unit = { audit: async (entry: AuditEntry) => void lines.push(entry) };
  const file = await exportList(unit as unknown as Unit, {
    entity: 'person',
    format: 'csv',
    language: 'zh',
    timeZone: 'Asia/Shanghai',
    fileName: 'things',
    title: { zh: '清单', en: 'Things' },
    columns,
    items: things,
    filter: { q: 'a' },
    ...list,
  });
  return { file, lines };
}

it('text is never a formula, for any input', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', ' =HYPERLINK("x")', '\t=1', '|calc']) {
    expect(harmless(text)).toMatch(/^'/);
    expect(csvLine([text])).toMatch(/^"?'/);
  }
  expect(harmless('配电箱 = 未上锁')).toBe('配电箱 = 未上锁');
  expect(harmless('bad\u0000\u001btext')).toBe('badtext');
});

it('a list as CSV: UTF-8 for spreadsheets, quoted, in the time of the plant', async () => {
  const { file, lines } = await made({});
  expect(file).toMatchObject({ type: 'text/csv; charset=utf-8', rowLimit: null });
  expect(file.name).toMatch(/^things-\d{4}-\d\d-\d\d\.csv$/);
  expect(file.bytes.toString()).toBe(
    '\uFEFF名称,大小,时间\r\n' +
      "'=1+1,,2026-01-02 04:00\r\n" +
      '"a ""b"", c",1,2026-01-03 04:00\r\n' +
      '吊带,2,2026-01-04 04:00\r\n',
  );
  expect(lines).toEqual([
    {
      action: 'export',
      entity: 'person',
      after: { format: 'csv', rows: 3, complete: true, filter: { q: 'a' } },
    },
  ]);
});

it('notes truncation below the rows and in the log', async () => {
  for (const format of ['csv', 'xlsx'] as const) {
    const { file, lines } = await made({ format, most: 2, language: 'en' });
    expect(file.rowLimit).toBe(2);
    expect(lines[0]?.after).toMatchObject({ rows: 2, complete: false });
    const text =
      format === 'csv'
        ? file.bytes.toString().trim().split('\r\n')
        : (await readSheet(file.bytes, 'Things')).map((row) => String(row[0]));
    expect(text).toHaveLength(4);
    expect(text.at(-1)).toContain('Only the first 2 rows');
  }
});

it('a list as a workbook has real numbers and dates', async () => {
  const { file } = await made({ format: 'xlsx' });
  const [sheet] = await readXlsxFile(file.bytes);
  expect(sheet?.sheet).toBe('清单');
  expect(sheet?.data[1]).toEqual(["'=1+1", null, new Date(Date.UTC(2026, 0, 2, 4))]);
  expect(sheet?.data[2]?.[1]).toBe(1);
});
