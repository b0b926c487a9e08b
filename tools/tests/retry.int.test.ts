import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** The set-up may have to build something first. */
const LONG = 300_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-retry-'));
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { root: ${JSON.stringify(folder)}, test: { name: 'unit', globals: true } };`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A test file; in it, `isFirst` is true on the first run. */
function testFile(name: string, tests: string): void {
  const mark = JSON.stringify(join(folder, `${name}.ran`));
  writeFileSync(
    join(folder, `${name}.test.js`),
    `import { existsSync, writeFileSync } from 'node:fs';
     const isFirst = !existsSync(${mark});
     writeFileSync(${mark}, '');
     ${tests}`,
  );
}

/** As CI runs it, or as a developer does. */
async function run({ ci, args = [] }: { ci: boolean; args?: string[] }) {
  const env = Object.entries(process.env).filter(([name]) => !/^(VITEST|CI$)/.test(name));
  const child = spawn(
    process.execPath,
    ['tools/test.mjs', '--config', join(folder, 'vitest.config.mjs'), ...args],
    { cwd: root, env: { ...Object.fromEntries(env), ...(ci && { CI: 'true' }) } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise((done) => child.once('close', done));
  const lines = output.trim().split('\n');
  return {
    status,
    last: lines.at(-1),
    again: output.includes('retry, alone'),
    flaky: lines.filter((line) => line.startsWith('flaky')),
    failed: lines.filter((line) => /^✗ .*\.test\.js/.test(line)),
    slow: lines.filter((line) => line.includes('its budget is')),
  };
}

it('a test that passes on retry passes, and is listed as flaky', { timeout: LONG }, async () => {
  testFile('shaky', `it('shakes', () => expect(isFirst).toBe(false)); it('stands', () => {});`);
  testFile('steady', `it('is steady', () => {});`);
  expect(await run({ ci: true })).toMatchObject({
    status: 0,
    again: true,
    flaky: ['flaky (passed on retry): shakes'],
    last: '3 passed, 0 failed, 1 flaky',
  });
});

it('a file that fails outside its tests is retried too', { timeout: LONG }, async () => {
  testFile('hook', `afterAll(() => { if (isFirst) throw new Error('end'); }); it('a', () => {});`);
  testFile(
    'stray',
    `it('b', async () => { if (isFirst) Promise.reject(new Error('stray')); await new Promise(setImmediate); });`,
  );
  const { status, flaky, last } = await run({ ci: true });
  expect(flaky).toEqual([
    expect.stringMatching(/^flaky \(passed on retry\): .*hook\.test\.js, outside its tests$/),
    expect.stringMatching(/^flaky \(passed on retry\): .*stray\.test\.js, outside its tests$/),
  ]);
  expect([status, last]).toEqual([0, '2 passed, 0 failed, 2 flaky']);
});

it('what fails twice fails', { timeout: LONG }, async () => {
  testFile('wrong', `it('is wrong', () => expect(1).toBe(2));`);
  testFile('shaky', `it('shakes', () => expect(isFirst).toBe(false));`);
  testFile('absent', `import './nowhere.js'; it('never runs', () => {});`);
  expect(await run({ ci: true })).toMatchObject({
    status: 1,
    again: true,
    flaky: ['flaky (passed on retry): shakes'],
    last: '1 passed, 2 failed, 1 flaky',
    failed: expect.arrayContaining([
      expect.stringMatching(/wrong\.test\.js: is wrong: AssertionError: expected 1 to be 2/),
      expect.stringMatching(/absent\.test\.js, outside its tests$/),
    ]),
  });
});

it('more than twelve files are not retried', { timeout: LONG }, async () => {
  for (const name of 'abcdefghijklm')
    testFile(name, `it('${name}', () => expect(isFirst).toBe(false));`);
  expect(await run({ ci: true })).toMatchObject({
    status: 1,
    again: false,
    flaky: [],
    last: '0 passed, 13 failed',
  });
});

it('without CI, a failure is shown without a retry', { timeout: LONG }, async () => {
  testFile('shaky', `it('shakes', () => expect(isFirst).toBe(false));`);
  expect(await run({ ci: false })).toMatchObject({
    status: 1,
    again: false,
    flaky: [],
    last: '0 passed, 1 failed',
  });
});

it('a file over its budget fails with its seconds', { timeout: LONG }, async () => {
  testFile('slow', `it('is slow', () => {});`);
  const { status, slow, last } = await run({ ci: false, args: ['--budget-factor', '0.000001'] });
  expect(slow).toEqual([expect.stringMatching(/slow\.test\.js took \d+\.\d s, its budget is/)]);
  expect([status, last]).toEqual([1, '1 passed, 1 failed']);
});
