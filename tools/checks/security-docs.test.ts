import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingTests } from './named-tests.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/security');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = readdirSync(folder).filter((name) => name.endsWith('.md'));

describe.each(documents)('docs/security/%s', (document) => {
  const text = read(join('docs/security', document));

  it('names tests that exist, by parts of their titles', () => {
    expect(missingTests(text)).toEqual([]);
  });

  it('names decisions by their number', () => {
    const files = readdirSync(join(root, 'docs/decisions'));
    const links = [...text.matchAll(/\[([^\]]+)\]\(\.\.\/decisions\/([^)]+)\)/g)];
    const wrong = links.filter(([, label = '', file = '']) => {
      const number = /^decision (\d+)$/.exec(label)?.[1];
      return (
        !files.includes(file) ||
        (number !== undefined && Number(number) !== Number(file.slice(0, 4)))
      );
    });
    expect(wrong.map(([link]) => link)).toEqual([]);
  });
});

describe('docs/security/asvs.md', () => {
  const text = read('docs/security/asvs.md');
  const states = ['met', 'partly', 'not met', 'not applicable'];
  const rows = [...text.matchAll(/^\| (V[\d.]+) \| ([12]) \| (.+?) \| ([^|]+) \| (.+) \|$/gm)].map(
    ([, id = '', level = '', , state = '', proof = '']) => ({ id, level, state, proof }),
  );

  it('has each requirement of levels 1 and 2 of version 5.0.0 once, under its chapter, with a state', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(rows.filter(({ level }) => level === '1')).toHaveLength(70);
    expect(rows.filter(({ level }) => level === '2')).toHaveLength(183);
    expect(rows.filter(({ state }) => !states.includes(state))).toEqual([]);
    for (const part of text.split(/^## /m).filter((one) => /^V\d/.test(one))) {
      const chapter = part.split(' ')[0] as string;
      const ids = [...part.matchAll(/^\| (V[\d.]+) /gm)].map(([, id = '']) => id);
      expect(ids.filter((id) => !id.startsWith(`${chapter}.`))).toEqual([]);
    }
  });

  it('counts them right', () => {
    const count = (state: string, level = '') =>
      rows.filter((row) => row.state === state && row.level.includes(level)).length;
    for (const state of states) {
      const figures = [count(state, '1'), count(state, '2'), count(state)].join(' | ');
      expect(text).toContain(`\n| ${state} | ${figures} |\n`);
    }
    expect(text).toContain('\n| all | 70 | 183 | 253 |\n');
  });

  it('proves what it calls met by a test, a step of the checks or a document', () => {
    const unproved = rows.filter(
      ({ state, proof }) => state === 'met' && !/\.test\.ts`|\]\([^)]+\)|`npm test`/.test(proof),
    );
    expect(unproved).toEqual([]);
  });

  it('names among the worst gaps only what is not met', () => {
    const gaps = text.split('## The worst gaps')[1]?.split('\n## ')[0] ?? '';
    const ids = [...gaps.matchAll(/V\d+\.\d+\.\d+/g)].map(([id]) => id);
    expect(ids.length).toBeGreaterThan(5);
    const open = rows.filter(({ state }) => state === 'partly' || state === 'not met');
    expect(ids.filter((id) => !open.some((row) => row.id === id))).toEqual([]);
    const unmet = rows.filter(({ state }) => state === 'not met').map(({ id }) => id);
    expect(unmet.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

it('docs/security/inventory.md has the sizes of uploads that the API accepts', () => {
  const kinds = read('api/src/platform/files/kinds.ts');
  const limits = [...kinds.matchAll(/^ {2}(\w+): (\d+) \* MIB,$/gm)];
  expect(limits.map(([, kind]) => kind)).toEqual(['photo', 'video', 'audio', 'document']);
  const text = read('docs/security/inventory.md');
  for (const [, kind, size] of limits) {
    expect(text).toMatch(new RegExp(`^\\| ${kind} \\| .+ \\| ${size} MiB\\b`, 'm'));
  }
});
