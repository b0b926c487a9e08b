import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commitOf, fingerprint } from './fingerprint.mjs';

const checkout = resolve(import.meta.dirname, '../..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'anshi-acceptance-'));
  for (const part of ['acceptance.mjs', 'acceptance', 'setup'])
    cpSync(join(checkout, 'tools', part), join(root, 'tools', part), { recursive: true });
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, '.gitignore'), '.anshi/\n');
  claim('proved', 'open');
  git('init', '-q');
  commit();
});
afterEach(() => rmSync(root, { recursive: true }));

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'gc.auto=0'];
  const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: root });
  expect(status, String(stderr)).toBe(0);
}

function commit(): void {
  git('add', '-A');
  git('commit', '-q', '-m', 'x');
}

function claim(vis: string, arc: string): void {
  writeFileSync(
    join(root, 'docs/acceptance.md'),
    `## ARC Architecture\n| ARC-09 | F | Console | ${arc} |\n## VIS Vision\n| VIS-02 | F | Line | ${vis} |\n`,
  );
}

/** As `npm test` does in its last step. */
function tested(...titles: [fullName: string, status: string, flaky?: string][]): void {
  const assertionResults = titles.map(([fullName, status, flaky]) => ({ fullName, status, flaky }));
  mkdirSync(join(root, '.anshi'), { recursive: true });
  writeFileSync(
    join(root, '.anshi/test-results.json'),
    JSON.stringify({
      ...commitOf(root),
      fingerprint: fingerprint(root),
      tests: [{ name: 'a.test.ts', status: 'passed', assertionResults }],
    }),
  );
}

function acceptance() {
  const { status, stdout } = spawnSync(process.execPath, ['tools/acceptance.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, last: stdout.trim().split('\n').at(-1) };
}

it('counts a claimed row that a passed test proves, and names the test', () => {
  tested(['[VIS-02] counts a crossing', 'passed'], ['[ARC-09] shows the wall', 'passed']);
  const { status, stdout, last } = acceptance();
  expect(last).toBe('1 of 2 proved');
  expect(stdout).toContain('✓ [VIS-02] counts a crossing');
  expect(status).toBe(0);
});

it('does not count a row whose test is flaky, and names it', () => {
  tested(
    ['[VIS-02] counts a crossing', 'passed', 'passed on retry'],
    ['[VIS-02] keeps the direction', 'passed'],
  );
  const { status, stdout, last } = acceptance();
  expect(last).toBe('0 of 2 proved');
  expect(stdout).toContain('VIS-02  flaky');
  expect(stdout).toContain(
    'Not proved, because its test is flaky (a bug): VIS-02: "[VIS-02] counts a crossing"',
  );
  expect(status).toBe(0);
});

it('does not count a row with a test that was not run here, says so, and does not fail for it', () => {
  tested(['[VIS-02] counts a crossing', 'passed'], ['[VIS-02] in a real clip', 'skipped']);
  const { status, stdout, last } = acceptance();
  expect(last).toBe('0 of 2 proved');
  expect(stdout).toContain('VIS-02  not run here');
  expect(stdout).toContain('Not run here, so not proved here: VIS-02: "[VIS-02] in a real clip"');
  expect(status).toBe(0);
});

it.each([
  [
    'failed',
    [
      ['[VIS-02] counts', 'passed'],
      ['[VIS-02] loses', 'failed'],
    ],
  ],
  ['is absent', [['counts without an id', 'passed']]],
] as [string, [string, string][]][])('fails where the test of a claim %s', (_, titles) => {
  tested(...titles);
  const { status, stdout, last } = acceptance();
  expect(last).toBe('0 of 2 proved');
  expect(stdout).toContain('claims as proved, but no test proves it: VIS-02');
  expect(status).toBe(1);
});

it('says so where there is no result file, and fails only for claims', () => {
  expect(acceptance()).toMatchObject({ status: 1, last: '0 of 2 proved' });
  claim('open', 'open');
  const { status, stdout } = acceptance();
  expect(stdout).toContain('There is no result of a test run');
  expect(status).toBe(0);
});

it('ignores results for other file contents, and accepts results after the tested files are committed', () => {
  writeFileSync(join(root, 'new.ts'), 'export {};');
  tested(['[VIS-02] counts a crossing', 'passed']);
  commit();
  expect(acceptance().last).toBe('1 of 2 proved');
  writeFileSync(join(root, 'new.ts'), 'export const later = 1;');
  const { stdout, last } = acceptance();
  expect(last).toBe('0 of 2 proved');
  expect(stdout).toContain('not of the files that are here now');
  commit();
  expect(acceptance().last).toBe('0 of 2 proved');
});

it('reports a test that names a row which does not exist', () => {
  tested(['[VIS-02] counts', 'passed'], ['[VIS-99] dreams', 'passed']);
  expect(acceptance()).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('A test names VIS-99, which is not in docs/acceptance.md.'),
  });
});
