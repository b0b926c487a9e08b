import { describe, expect, it } from 'vitest';
import { checkCharacter } from '../../modules/people/identity.ts';
import { importForms } from '../../modules/people/imports.ts';
import { rowChecker } from './check-rows.ts';
import { findHeading, headingsToRemember, suggestMapping } from './headings.ts';
import { issueWords } from './issue-words.ts';
import type { RawCell } from './read/types.ts';
import type { ImportForm } from './types.ts';

const people = importForms.find(({ id }) => id === 'people') as ImportForm;
const good = `32049919900101001${checkCharacter('32049919900101001')}`;
const wrong = good.slice(0, 16) + (good[16] === '1' ? '2' : '1') + good.slice(17);
const mapping = { A: 'employeeNo', B: 'name', C: 'department', D: 'hiredOn', E: 'nationalId' };
const number = (text: string, day?: string): RawCell => ({
  text,
  kind: 'number',
  ...(day ? { day } : {}),
});

/** The codes of one row by cell. */
function codesOf(...cells: RawCell[]): Record<string, string> {
  const { issues } = rowChecker(people, mapping).check({ row: 17, cells });
  return Object.fromEntries(issues.map(({ cell, code }) => [cell, code]));
}
const rest = (...cells: RawCell[]) => codesOf('E1', '张三', '冲压车间', ...cells);

describe('a row is checked cell by cell', () => {
  it('and is good with days as text, Chinese, digits and serial numbers', () => {
    const dayOf = (cell: RawCell) => {
      const { values, isGood } = rowChecker(people, mapping).check({
        row: 2,
        cells: ['E1', '张三', 'x', cell],
      });
      return isGood ? values.hiredOn : null;
    };
    const days: RawCell[] = [
      '2024-03-01',
      '2024/3/1',
      '2024.3.1',
      '2024年3月1日',
      '20240301',
      '２０２４－０３－０１',
      '2024-03-01 08:30:00',
      '45352',
      number('45352', '2024-03-01'),
      { text: '45352.5', kind: 'day', day: '2024-03-01' },
    ];
    expect(days.map(dayOf)).toEqual(days.map(() => '2024-03-01'));
  });

  it.each([
    ['2026-02-31', 'no-such-day'],
    ['2025/2/29', 'no-such-day'],
    ['2026年13月1日', 'no-such-day'],
    ['60', 'no-such-day'],
    ['03/04/2026', 'day-form'],
    ['昨天', 'day-form'],
    ['1800-01-01', 'day-range'],
  ])('%s is no day: %s', (text, code) => expect(rest(text)).toEqual({ D17: code }));

  it.each<[string, RawCell, string]>([
    ['a wrong check character', wrong, 'id-check'],
    ['a month of birth that cannot be', '320499199013010011', 'id-birth'],
    ['15 digits', '320499900101001', 'id-form'],
    ['a number in scientific notation as text', '3.20499E+17', 'lost-digits'],
    ['a number in scientific notation', number('3.2049919900101001E17'), 'lost-digits'],
    ['a number of more than 15 digits', number('320499199001010000'), 'lost-digits'],
    ['zeros where a spreadsheet keeps 15 digits', '320499199001010000', 'lost-digits'],
    ['a formula', { text: '="x"', kind: 'formula' }, 'formula'],
    ['an error', { text: '#REF!', kind: 'error' }, 'error-cell'],
    ['a merged cell', { text: good, kind: 'text', merged: 'E17:E19' }, 'merged'],
  ])('an identity number: %s', (_, cell, code) => expect(rest(null, cell)).toEqual({ E17: code }));

  it('formulas stay text: none is computed, and what a spreadsheet would compute is flagged', () => {
    const named = (name: string) => codesOf('E1', name, 'x').B17;
    const texts = ['=1+1', "'=1+1", '@SUM(1)', '+cmd|x', "-cmd|' /C calc'!A0", '-', '+86', '@home'];
    expect(texts.map(named)).toEqual([
      ...Array(5).fill('formula'),
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('full-width digits are put right and said, in names nothing is changed', () => {
    const { values, issues, isGood } = rowChecker(people, mapping).check({
      row: 3,
      cells: [
        'Ｅ１００１',
        '张　三（大）',
        'x',
        null,
        [...good]
          .map((one) => (one === 'X' ? 'Ｘ' : String.fromCharCode(one.charCodeAt(0) + 0xfee0)))
          .join(''),
      ],
    });
    expect(values).toMatchObject({ employeeNo: 'E1001', name: '张 三（大）', nationalId: good });
    expect(issues.map(({ cell, code }) => [cell, code])).toEqual([
      ['A3', 'full-width'],
      ['E3', 'full-width'],
    ]);
    expect(isGood).toBe(true);
  });

  it('required cells, forms and lengths', () => {
    expect(codesOf('', null, ' ')).toEqual({ A17: 'required', B17: 'required', C17: 'required' });
    expect(codesOf('E/1', 'x'.repeat(129), 'y')).toEqual({ A17: 'form', B17: 'too-long' });
  });

  it('values that stand twice name the first; sensitive ones are masked', () => {
    const checker = rowChecker(people, mapping);
    checker.check({ row: 2, cells: ['E1', 'a', 'x', null, good] });
    const { issues } = checker.check({ row: 9, cells: ['e1', 'b', 'x', null, good.toLowerCase()] });
    expect(issues).toEqual([
      {
        cell: 'A9',
        column: 'employeeNo',
        code: 'double-in-file',
        params: { other: 'A2' },
        value: 'e1',
      },
      expect.objectContaining({ cell: 'E9', code: 'double-in-file', params: { other: 'E2' } }),
    ]);
    expect(JSON.stringify(issues)).not.toMatch(/19900101/);
  });

  it('texts that are stored have no half of a character', () => {
    const long = `${'x'.repeat(79)}😀`;
    const { issues } = rowChecker(people, mapping).check({
      row: 2,
      cells: ['E1', 'a', 'x', long, `12😀${'3'.repeat(9)}`],
    });
    const values = issues.map(({ value }) => value);
    expect(values).toEqual([`${'x'.repeat(79)}\ufffd`, `12\ufffd${'*'.repeat(6)}3333`]);
  });

  it('each code has words in both languages', () => {
    for (const { what, cure } of [
      ...Object.values(issueWords),
      ...Object.values(people.issues ?? {}),
    ]) {
      for (const text of [what.zh, what.en, cure.zh, cure.en])
        expect(text.length).toBeGreaterThan(2);
    }
  });
});

describe('headings', () => {
  it('are found below a title, by words in both languages', () => {
    const rows = [
      { row: 1, cells: [{ text: '员工姓名登记表', kind: 'text', merged: 'A1:E1' } as const] },
      { row: 3, cells: ['职工号*', '姓 名', '所属部门', '入职日期（必填）', '备注'] },
      { row: 4, cells: ['E1', '张三', '冲压', '2024-01-01', ''] },
    ];
    expect(findHeading(people, rows, new Map())).toMatchObject({
      row: 3,
      mapping: { A: 'employeeNo', B: 'name', C: 'department', D: 'hiredOn' },
    });
    const english = ['Staff number', 'Full name', 'Dept', 'Job title', 'Mobile phone', 'ID Number'];
    expect(suggestMapping(people, english, new Map())).toEqual({
      A: 'employeeNo',
      B: 'name',
      C: 'department',
      D: 'post',
      E: 'phone',
      F: 'nationalId',
    });
  });

  it('are remembered, but no row of people that stands in their place', () => {
    const mapping = { A: 'employeeNo', B: 'name', C: 'department' };
    const headings = ['编码', '姓名*', '归属', '', '13900000001', '备注'.repeat(40), '班组'];
    expect([...headingsToRemember(people, headings, mapping)]).toEqual([
      ['编码', 'employeeNo'],
      ['姓名', 'name'],
      ['归属', 'department'],
      ['班组', ''],
    ]);
    const row = ['E1', '张三', '冲压车间', '139-0000-0001', good];
    expect(headingsToRemember(people, row, mapping).size).toBe(0);
    // A long number is none of a heading, with marks in it or full-width.
    const numbers = ['姓名', '139-0000-0001', '３２０４９９', '2024年'];
    expect([...headingsToRemember(people, numbers, mapping).keys()]).toEqual(['姓名', '2024年']);
  });

  it('mean what they meant the last time', () => {
    const remembered = new Map([
      ['编码', 'employeeNo'],
      ['姓名', ''],
    ]);
    expect(suggestMapping(people, ['编码', '姓名', '全名姓名'], remembered)).toEqual({
      A: 'employeeNo',
      C: 'name',
    });
  });
});
