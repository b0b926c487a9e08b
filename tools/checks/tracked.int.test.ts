import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trackedFiles } from './tracked.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'anshi-tracked-'));
});
afterAll(() => rmSync(root, { recursive: true }));

it('a generated file that is committed is found, by name and by folder', () => {
  const paths = ['made.json', 'generated'];
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  mkdirSync(join(root, 'generated'));
  for (const file of ['made.json', 'generated/client.ts', 'source.ts']) {
    writeFileSync(join(root, file), '');
  }
  expect(trackedFiles(root, paths)).toEqual([]);
  git('init', '-q');
  git('add', 'source.ts');
  expect(trackedFiles(root, paths)).toEqual([]);
  git('add', '.');
  expect(trackedFiles(root, paths)).toEqual(['generated/client.ts', 'made.json']);
});
