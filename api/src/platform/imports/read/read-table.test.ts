import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { people } from '../../../modules/people/imports.ts';
import { workbook } from '../../../testing/workbooks.ts';
import type { StoredRow } from '../repository.ts';
import { resultRows } from '../result.ts';
import { decode, delimiterOf } from './read-csv.ts';
import { openTable, readHead } from './read-table.ts';
import { serialDay } from './serial-day.ts';
import { columnIndex, columnName, type RawRow, type TableFault } from './types.ts';

async function rowsOf(bytes: Buffer): Promise<RawRow[]> {
  const table = await openTable(new Uint8Array(bytes));
  const rows: RawRow[] = [];
  for await (const some of table.rows()) rows.push(...some);
  return rows;
}
const faultOf = (bytes: Buffer) =>
  rowsOf(bytes).then(
    () => null,
    ({ code, at }: TableFault) => [code, at],
  );
/** GB 18030 of 工号,姓名\r\nE1,张三 */
const GB = Buffer.from('b9a4bac52cd0d5c3fb0d0a45312cd5c5c8fd', 'hex');

describe('a table of a file', () => {
  it('is read from UTF-8 with and without byte order mark, GB 18030 and UTF-16', async () => {
    const text = '工号,姓名\r\nE1,张三';
    const wanted = [
      { row: 1, cells: ['工号', '姓名'] },
      { row: 2, cells: ['E1', '张三'] },
    ];
    expect(await rowsOf(Buffer.from(text))).toEqual(wanted);
    expect(await rowsOf(Buffer.from(`\uFEFF${text}`))).toEqual(wanted);
    expect(await rowsOf(GB)).toEqual(wanted);
    expect(await rowsOf(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual(wanted);
    expect(() => decode(Buffer.from([0x80, 0xff, 0xff]))).toThrow('encoding');
  });

  it.each([
    [',', 'a,b\n1,"x;y;z"\n'],
    [';', 'a;b\n1,5;2\n'],
    ['\t', 'a\tb\n1,2\t3\n'],
  ])('is divided by %j', (delimiter, text) => {
    expect(delimiterOf(text)).toBe(delimiter);
  });

  it('counts rows as a spreadsheet does, with empty ones and breaks within quotes', async () => {
    const rows = await rowsOf(Buffer.from('a,b\n\n"x\ny",2\n,\n"p ""q""",\n'));
    expect(rows).toEqual([
      { row: 1, cells: ['a', 'b'] },
      { row: 3, cells: ['x\ny', '2'] },
      { row: 5, cells: ['p "q"', null] },
    ]);
    expect(await faultOf(Buffer.from('a,b\n1,"open\n2,3\n'))).toEqual(['quote', '2']);
  });

  it('has texts, numbers, days, formulas, errors and merged cells of a workbook', async () => {
    const rows = await rowsOf(
      await workbook(
        [
          ['工号', 'n'],
          [{ number: '7', style: 2 }, 3.7e17],
          [
            { number: '45352', style: 1 },
            { formula: 'A1&"x"', value: '工号x' },
          ],
          [null, { error: '#N/A' }],
        ],
        { merges: ['A3:A4'] },
      ),
    );
    expect(rows).toEqual([
      { row: 1, cells: ['工号', 'n'] },
      {
        row: 2,
        cells: [
          { text: '0007', kind: 'number', day: '1900-01-07' },
          { text: '370000000000000000', kind: 'number' },
        ],
      },
      {
        row: 3,
        cells: [
          { text: '45352', kind: 'day', day: '2024-03-01', merged: 'A3:A4' },
          { text: '=A1&"x"', kind: 'formula' },
        ],
      },
      {
        row: 4,
        cells: [
          { text: '', kind: 'text', merged: 'A3:A4' },
          { text: '#N/A', kind: 'error' },
        ],
      },
    ]);
  });

  it('says what it is, and ends early where only its head is wanted', async () => {
    const bytes = await workbook(Array.from({ length: 2_000 }, (_, n) => [`E${n}`]));
    const { info, rows } = await readHead(new Uint8Array(bytes), { most: 3 });
    expect(info).toEqual({ format: 'xlsx', sheets: ['花名册'], sheet: 0 });
    expect(rows.map(({ cells }) => cells[0])).toEqual(['E0', 'E1', 'E2']);
  });

  it('is refused where it was made to do harm or is broken', async () => {
    const open = '<worksheet><sheetData>';
    const entity = `<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]>${open}<row r="1"><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`;
    expect((await faultOf(await workbook([], { sheetXml: entity })))?.[0]).toBe('broken');
    expect((await faultOf(await workbook([], { sheetXml: `${open}<row>` })))?.[0]).toBe('broken');
    const wide = `${open}<row r="1"><c r="ZZZ1"><v>1</v></c></row></sheetData></worksheet>`;
    expect(await faultOf(await workbook([], { sheetXml: wide }))).toEqual([
      'too-many-columns',
      '1',
    ]);
    const long = `${open}${'<row><c><v>1</v></c></row>'.repeat(100_002)}</sheetData></worksheet>`;
    expect((await faultOf(await workbook([], { sheetXml: long })))?.[0]).toBe('too-many-rows');
    expect((await faultOf(Buffer.from('PK\u0003\u0004 no archive')))?.[0]).toBe('broken');
  });

  it.each([
    ['twice the same', '<row r="7"/><row r="7">'],
    ['one before another', '<row r="7"/><row r="6">'],
    ['beyond the last', '<row r="7"/><row r="1048577">'],
    ['half', '<row r="7"/><row r="7.5">'],
    ['none', '<row r="7"/><row r="x">'],
    ['below the first', '<row r="6"/><row/><row r="0">'],
  ])('is broken where the number of a row is %s', async (_, rows) => {
    const sheetXml = `<worksheet><sheetData>${rows}<c><v>1</v></c></row></sheetData></worksheet>`;
    const fault = await faultOf(await workbook([], { sheetXml }));
    expect(fault).toEqual(['broken', '8']);
  });

  it('is refused where few texts, used again and again, make many rows', async () => {
    const row = `<row>${'<c t="s"><v>0</v></c>'.repeat(200)}</row>`;
    const sheetXml = (rows: number) =>
      `<worksheet><sheetData>${row.repeat(rows)}</sheetData></worksheet>`;
    const text = [['x'.repeat(2_000)]];
    const large = await workbook(text, { sheetXml: sheetXml(400) });
    expect(large.length).toBeLessThan(20_000);
    // Nobody has more in memory than some rows at once.
    const table = await openTable(new Uint8Array(large));
    const messages: number[] = [];
    await expect(async () => {
      for await (const some of table.rows()) messages.push(some.length);
    }).rejects.toMatchObject({ code: 'too-complex' });
    expect([messages.length > 200, Math.max(...messages)]).toEqual([true, 1]);
    // Each row is read, but all of them are too much for one file of what is to be corrected.
    const bad = new Map<number, Pick<StoredRow, 'issues'>>(
      Array.from({ length: 60 }, (_, n) => [n + 2, { issues: [] }]),
    );
    const bytes = new Uint8Array(await workbook(text, { sheetXml: sheetXml(61) }));
    await expect(
      resultRows(bytes, { sheet: 0, headingRow: 1 }, people, bad, 'en'),
    ).rejects.toMatchObject({ code: 'too-complex' });
  });

  it('is read by two threads at a time, however many files come at once', async () => {
    let [running, most] = [0, 0];
    const count = (thread: Worker) => {
      most = Math.max(most, ++running);
      thread.once('exit', () => running--);
    };
    process.on('worker', count);
    onTestFinished(() => void process.off('worker', count));
    const bytes = () => new Uint8Array(Buffer.from('a,b\n1,2\n'));
    const heads = await Promise.all(
      Array.from({ length: 6 }, () => readHead(bytes(), { most: 1 })),
    );
    expect(heads.map(({ rows }) => rows.length)).toEqual(Array(6).fill(1));
    expect(most).toBe(2);
  });
});

it('serial numbers are days in both systems, but for the day that was not', () => {
  expect([1, 59, 60, 61, 45352.75, 0, -1, 3e6].map((one) => serialDay(one))).toEqual([
    '1900-01-01',
    '1900-02-28',
    undefined,
    '1900-03-01',
    '2024-03-01',
    undefined,
    undefined,
    undefined,
  ]);
  expect(serialDay(43890, true)).toBe('2024-03-01');
});

it('columns have names', () => {
  expect([0, 25, 26, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  expect(['A', 'Z', 'AA', 'ZZ', 'AAA'].map(columnIndex)).toEqual([0, 25, 26, 701, 702]);
});
