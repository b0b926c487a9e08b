import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAcceptance } from './document.mjs';
import { proofsOf, verdictOf } from './results.mjs';

const root = join(import.meta.dirname, '../..');
const table = (...rows: string[]) =>
  ['# Acceptance', '', '## VIS Vision', '', '| id | kind | what | state |', ...rows].join('\n');

describe('docs/acceptance.md', () => {
  it('has all 314 rows, each under its heading', () => {
    const groups = readAcceptance(readFileSync(join(root, 'docs/acceptance.md'), 'utf8'));
    expect(groups).toHaveLength(21);
    expect(groups.flatMap(({ rows }) => rows)).toHaveLength(314);
  });

  it('is read into groups and rows', () => {
    expect(readAcceptance(table('| VIS-02 | F | Crossing of a line | first form |'))).toEqual([
      {
        title: 'VIS Vision',
        rows: [{ id: 'VIS-02', kind: 'F', what: 'Crossing of a line', state: 'first form' }],
      },
    ]);
  });

  it.each([
    ['| VIS-02 | F | a | done |', 'unknown state "done"'],
    ['| VIS-02 | Z | a | open |', 'unknown kind "Z"'],
    ['| VIS-02 | F |  | open |', 'says nothing'],
    ['| VIS-02 | F | a | b | open |', 'too many columns'],
    ['| EQP-02 | F | a | open |', 'under another heading'],
    ['| VIS-02 | F | a | open |\n| VIS-02 | F | a | open |', 'there twice'],
  ])('refuses %j: %s', (row, problem) => {
    expect(() => readAcceptance(table(row))).toThrow(problem);
  });
});

describe('proofs', () => {
  const test = (fullName: string, status: string) => ({ fullName, status });

  it('are the tests whose title contains the id; one test may prove several rows', () => {
    const proofs = proofsOf([
      {
        name: 'a.test.ts',
        status: 'passed',
        assertionResults: [
          test('rules [VIS-02] counts a crossing', 'passed'),
          test('rules [VIS-02] [VIS-08] keeps the direction', 'skipped'),
          test('rules [VIS-08] keeps the reviewer', 'failed'),
          test('rules VIS-06 without brackets', 'passed'),
        ],
      },
    ]);
    expect(Object.fromEntries(proofs)).toEqual({
      'VIS-02': {
        passed: ['rules [VIS-02] counts a crossing'],
        failed: [],
        skipped: ['rules [VIS-02] [VIS-08] keeps the direction'],
        flaky: [],
      },
      'VIS-08': {
        passed: [],
        failed: ['rules [VIS-08] keeps the reviewer'],
        skipped: ['rules [VIS-02] [VIS-08] keeps the direction'],
        flaky: [],
      },
    });
  });

  it('that did not run because their file failed to load count as failed', () => {
    const broken = {
      name: 'a.test.ts',
      status: 'failed',
      assertionResults: [test('[VIS-02] counts', 'skipped')],
    };
    expect(verdictOf(proofsOf([broken]).get('VIS-02'))).toBe('failed');
    const chosen = { ...broken, status: 'passed' };
    expect(verdictOf(proofsOf([chosen]).get('VIS-02'))).toBe('not run here');
  });

  it.each([
    ['holds', ['passed', 'passed']],
    ['not run here', ['passed', 'skipped']],
    ['failed', ['passed', 'failed', 'skipped']],
  ] as const)('of a row give %s for %j', (verdict, statuses) => {
    const assertionResults = statuses.map((status) => test('[VIS-02] counts', status));
    const status = (statuses as readonly string[]).includes('failed') ? 'failed' : 'passed';
    const file = { name: 'a.test.ts', status, assertionResults };
    expect(verdictOf(proofsOf([file]).get('VIS-02'))).toBe(verdict);
    expect(verdictOf(undefined)).toBe('no test');
  });
});
