import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendTo, beginLog, closeLog, lastLines, trimLog } from './log-file.ts';

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'anshi-log-')), 'logs', 'api.log');
});
afterEach(() => rmSync(join(file, '../..'), { recursive: true }));

it('keeps the old lines of a long log beside it', () => {
  closeLog(beginLog(file));
  appendFileSync(file, 'x'.repeat(100));
  trimLog(file, 200);
  expect(statSync(file).size).toBe(100);
  trimLog(file, 50);
  expect([statSync(file).size, readFileSync(`${file}.1`, 'utf8').length]).toEqual([0, 100]);
});

it('makes room where no copy can be made, and does not fail', () => {
  closeLog(beginLog(file));
  appendFileSync(file, 'x'.repeat(100));
  mkdirSync(`${file}.1`);
  trimLog(file, 50);
  expect(statSync(file).size).toBe(0);
});

it('continues where the log folder was removed', () => {
  closeLog(beginLog(file));
  rmSync(join(file, '..'), { recursive: true });
  expect(lastLines(file, 15)).toEqual([]);
  closeLog(appendTo(file));
  expect(existsSync(file)).toBe(true);
});
