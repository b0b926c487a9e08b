import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingTests, namedTests } from './named-tests.ts';

const file = join(import.meta.dirname, '../../docs/faults.md');
const text = readFileSync(file, 'utf8');
const rows = text.split('\n').filter((line) => /^\| (?!---|what happens)/.test(line));

describe('docs/faults.md', () => {
  it('names tests that exist, by parts of their titles', () => {
    expect(missingTests(text)).toEqual([]);
  });

  it('names for each point a test with its title', () => {
    expect(rows.length).toBeGreaterThanOrEqual(15);
    const unproved = rows.filter((row) => !namedTests(row).some(({ titles }) => titles.length > 0));
    expect(unproved).toEqual([]);
  });
});
