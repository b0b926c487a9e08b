import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A test file that a document names, with parts of the titles of its tests. */
export interface NamedTest {
  readonly name: string;
  readonly titles: readonly string[];
}

/** `path.test.ts` "title", "title": the files named in a text, each with parts of its titles. */
export function namedTests(text: string): NamedTest[] {
  return [...text.matchAll(/`([\w.*/-]+\.test\.ts)`((?:,? "[^"]+")*)/g)].map(
    ([, name = '', titles = '']) => ({
      name,
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
    }),
  );
}

/** The tests named in a text that are not there: files, and titles that none of the files has. */
export function missingTests(text: string): string[] {
  const listed = ['ls-files', '-co', '--exclude-standard', '*.test.ts'];
  const tests = execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\n');
  return namedTests(text).flatMap(({ name, titles }) => {
    const files = tests.filter((path) => patternOf(name).test(path));
    if (files.length === 0) return [name];
    const contents = files
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('\n')
      .replaceAll("\\'", "'");
    return titles.filter((title) => !contents.includes(title)).map((title) => `${name} "${title}"`);
  });
}

/** The end of a path; `*` stands for a part of a name. */
function patternOf(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[.\\]/g, '\\$&'));
  return new RegExp(`(^|/)${parts.join('[^/]*')}$`);
}
