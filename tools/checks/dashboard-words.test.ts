import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifests } from '../../api/src/modules/manifests.ts';

const root = join(import.meta.dirname, '../../dashboard/src/lib');
const folders = readdirSync(join(root, 'features'));
const problemsOf = (folder: string): string => {
  try {
    return readFileSync(join(root, 'features', folder, 'problems.ts'), 'utf8');
  } catch {
    return '';
  }
};
const texts = [readFileSync(join(root, 'i18n/zh-problems.ts'), 'utf8'), ...folders.map(problemsOf)];

/** Answers to programs, devices and workers, which no page shows. */
const FOR_PROGRAMS =
  /^(request\.(cursor|media-type|range)|metrics\.|device\.(key-taken|too-many|refused|wrong-kind|other-name|enrolled-before)|evidence\.(digest|content|too-large|no-space)|match\.(time|too-many)|auth\.origin)/;

it('every refusal of the API has words in both languages, unless the general ones say enough', () => {
  const codes = manifests.flatMap(({ problems = {} }) =>
    Object.entries(problems)
      // The dashboard has general words for these.
      .filter(([, [status]]) => ![401, 403, 404].includes(status))
      .map(([code]) => code),
  );
  expect(codes.length).toBeGreaterThan(80);
  const missing = codes.filter(
    (code) => !FOR_PROGRAMS.test(code) && !texts.some((text) => text.includes(`'${code}'`)),
  );
  expect(missing).toEqual([]);
});

it('each group of permissions has a name in the form of a role', () => {
  const named = readFileSync(join(root, 'features/roles/permission-groups.ts'), 'utf8');
  const groups = new Set(
    manifests.flatMap(({ permissions = {} }) =>
      Object.keys(permissions).map((permission) => permission.split(':')[0] ?? ''),
    ),
  );
  expect([...groups].filter((group) => !new RegExp(`(^|\\s)'?${group}'?:`).test(named))).toEqual(
    [],
  );
});

it('pages join words by the separator of the language, not by the Chinese one alone', () => {
  const parts = globSync('**/*.svelte', { cwd: root });
  expect(parts.length).toBeGreaterThan(300);
  const wrong = parts.filter((path) =>
    readFileSync(join(root, path), 'utf8').includes("join('、')"),
  );
  expect(wrong).toEqual([]);
});
