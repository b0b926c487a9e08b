import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bannedIn } from './plain-words.ts';

const root = join(import.meta.dirname, '../..');
const folders = [
  'api/src',
  'contracts',
  'dashboard/src',
  'e2e',
  'gateway',
  'models',
  'simulator',
  'tools',
];
const skipped = new Set(['node_modules', 'generated', 'dist', 'build', 'clips']);

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* sources(path);
    } else if (
      /\.(?:ts|mjs|svelte|py)$/.test(entry.name) &&
      !entry.name.endsWith('.d.ts') &&
      !entry.name.startsWith('plain-words')
    ) {
      yield path;
    }
  }
}

describe('comments and test titles', () => {
  it('use plain technical words (CONTRIBUTING.md)', () => {
    const found = [...folders, 'vision'].flatMap((folder) =>
      [...sources(join(root, folder))].flatMap((path) =>
        bannedIn(readFileSync(path, 'utf8')).map((hit) => `${relative(root, path)}:${hit}`),
      ),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['/** Whoever opened it closes it. */', 1],
    ["it('is closed by whoever opened it', () => {});", 1],
    ['call(); // read anew', 1],
    ["const text = 'whoever reads this';", 0],
    ['const url = "http://somebody.example";', 0],
    ['/** The caller that opened it closes it. */', 0],
  ])('are searched, and texts are not: %s', (line, hits) => {
    expect(bannedIn(line)).toHaveLength(hits);
  });
});
