import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cameraFaultCode } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'README.zh-CN.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

describe('the documents', () => {
  it.each(documents)('%s links only to files that exist', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)];
    const missing = targets
      .map((match) => match[1] as string)
      .filter((target) => !existsSync(join(root, dirname(document), target)));
    expect(missing).toEqual([]);
  });

  it.each(['en', 'zh'])('the manual (%s) says what to do about every camera fault', (language) => {
    const manual = readFileSync(join(root, `docs/manual/${language}/administrator.md`), 'utf8');
    const missing = cameraFaultCode.options.filter((code) => !manual.includes(`| \`${code}\` |`));
    expect(missing).toEqual([]);
  });

  it('has each page of the manual in both languages', () => {
    const pages = (language: string) => readdirSync(join(root, 'docs/manual', language)).sort();
    expect(pages('zh')).toEqual(pages('en'));
  });
});
