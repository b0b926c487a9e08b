import { describe, expect, it } from 'vitest';
import { countTests, failedOf, filesToRetry, flakyOf, mergeRetry } from './retry.mjs';

type Tests = Record<string, 'passed' | 'failed' | 'skipped'>;
const file = (name: string, tests: Tests, isBroken = false) => ({
  name,
  status: isBroken || Object.values(tests).includes('failed') ? 'failed' : 'passed',
  assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
});

describe('the summary', () => {
  it('names each failed test with the first line of its failure, and each broken file', () => {
    const failed = {
      name: '/app/a.test.ts',
      status: 'failed',
      assertionResults: [
        { fullName: 'good', status: 'passed' },
        { fullName: 'bad', status: 'failed', why: 'Error: no answer' },
        { fullName: 'mute', status: 'failed' },
      ],
    };
    expect(failedOf('/app', [failed, file('/app/b.test.ts', {}, true)])).toEqual([
      '✗ a.test.ts: bad: Error: no answer',
      '✗ a.test.ts: mute',
      '✗ b.test.ts, outside its tests',
    ]);
  });
});

describe('a retry', () => {
  it('covers the failed files, where they are few', () => {
    const failing = [...'abcdefghijklm'].map((name) => file(name, { x: 'failed' }));
    const retry = { failed: true };
    expect(filesToRetry([file('good', { x: 'passed' })], [], retry)).toEqual([]);
    const few = [...failing.slice(0, 3), file('good', {})];
    expect(filesToRetry(few, [], retry)).toEqual(['a', 'b', 'c']);
    expect(filesToRetry(few, [], { failed: false })).toEqual([]);
    expect(filesToRetry(failing, [], retry)).toEqual([]);
  });

  it('covers files over their budget too, and the smaller duration counts', () => {
    const slow = { ...file('slow', { x: 'passed' }), seconds: 50 };
    const files = [slow, file('good', { x: 'passed' })];
    expect(filesToRetry(files, [slow], { failed: false })).toEqual(['slow']);
    // However many failed: whether a file is slow is another question.
    const failing = [...'abcdefghijklm'].map((name) => file(name, { x: 'failed' }));
    expect(filesToRetry([...failing, slow], [slow], { failed: true })).toEqual(['slow']);
    const all = Array.from({ length: 31 }, (_, n) => file(`slow ${n}`, { x: 'passed' }));
    expect(filesToRetry(all, all, { failed: true })).toEqual([]);
    expect(filesToRetry(all, all.slice(1), { failed: true })).toHaveLength(30);
    const [merged] = mergeRetry(files, [{ ...slow, seconds: 20 }]);
    expect(merged).toEqual({ ...slow, seconds: 20 });
    expect(flakyOf([merged!])).toEqual([]);
  });

  it.each<[string, Tests, Tests, string[], string]>([
    ['passed then', { x: 'failed' }, { x: 'passed' }, ['passed on retry'], '1 0'],
    ['failed twice', { x: 'failed' }, { x: 'failed' }, [], '0 1'],
    [
      'failed in another test',
      { x: 'failed', y: 'passed' },
      { x: 'passed', y: 'failed' },
      ['passed on retry', 'failed on retry'],
      '2 0',
    ],
    ['was gone', { x: 'failed' }, {}, [], '0 1'],
    ['was not come to', { x: 'failed', y: 'passed' }, { x: 'skipped', y: 'skipped' }, [], '1 1'],
    [
      'left out what is always left out',
      { x: 'failed', y: 'skipped' },
      { x: 'passed', y: 'skipped' },
      ['passed on retry'],
      '1 0',
    ],
  ])('that %s', (_, first, second, flaky, counts) => {
    const merged = mergeRetry([file('f', first)], [file('f', second)]);
    expect(merged[0]?.assertionResults.flatMap((test) => test.flaky ?? [])).toEqual(flaky);
    const { passed, failed } = countTests(merged);
    expect(`${passed} ${failed}`).toBe(counts);
  });

  it('of a file that could not load makes its tests flaky; a second load failure fails', () => {
    const broken = file('f', { x: 'skipped' }, true);
    const merged = mergeRetry([broken], [file('f', { x: 'passed' })]);
    expect(flakyOf(merged)).toEqual(['flaky (passed on retry): x']);
    expect(countTests(merged)).toEqual({ passed: 1, failed: 0, skipped: 0, flaky: 1 });
    const twice = mergeRetry([broken], [broken]);
    expect(countTests(twice)).toEqual({ passed: 0, failed: 1, skipped: 1, flaky: 0 });
  });

  it('leaves other files unchanged, and distinguishes tests with the same title', () => {
    const same = { fullName: 'same', status: 'failed' };
    const pair = (name: string, ...statuses: string[]) => ({
      name,
      status: 'failed',
      assertionResults: statuses.map((status) => ({ ...same, status })),
    });
    const good = file('good', { x: 'passed' });
    const merged = mergeRetry(
      [good, pair('f', 'passed', 'failed')],
      [pair('f', 'passed', 'passed')],
    );
    expect(merged[0]).toBe(good);
    expect(countTests(merged)).toMatchObject({ passed: 3, failed: 0, flaky: 1 });
  });
});
