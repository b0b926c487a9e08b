import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findCycle } from '../chunk-cycles.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-chunks-'));
  mkdirSync(join(folder, 'nodes'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const write = (name: string, code: string) => writeFileSync(join(folder, name), code);

it('finds the cycle among the files of a build', () => {
  write('a.js', 'import{t as e}from"./b.js";class n extends e{}export{n};');
  write('b.js', 'import"./c.js";var t=1;export{t};');
  write('c.js', 'export*from"./d.js";');
  write('d.js', 'let a=1;export{a};');
  write('nodes/1.js', 'import e,{x as t}from"../a.js";import*as n from"../c.js";');
  expect(findCycle(folder)).toBeNull();
  write('d.js', 'let a=1;import{n}from"./a.js";export{a};');
  expect(findCycle(folder)).toEqual(['a.js', 'b.js', 'c.js', 'd.js', 'a.js']);
});

it('a page that is loaded later is no cycle', () => {
  write('a.js', 'import"./b.js";');
  write('b.js', 'const page=()=>import("./a.js");export{page};');
  expect(findCycle(folder)).toBeNull();
});
