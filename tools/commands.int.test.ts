import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const run = (...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: withoutVitest() });

/** A nested vitest run must not inherit the variables of the outer one. */
function withoutVitest() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST/.test(name)));
}

describe('npm run bench', () => {
  it('lists the benches, all that docs/benches.md explains', () => {
    const { status, stderr } = run('tools/bench.mjs', 'sped');
    expect(status).toBe(2);
    expect(stderr).toContain('There is no bench "sped".');
    const text = readFileSync(resolve(root, 'docs/benches.md'), 'utf8');
    const explained = [...text.matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name);
    expect(explained).toContain('latency');
    for (const name of explained) expect(stderr).toMatch(new RegExp(`-- ${name} `));
  });
});

describe('npm test', { timeout: 300_000 }, () => {
  it('ends with the correct numbers of passed and failed tests, also for a part', () => {
    const part = run('tools/test.mjs', '--project', 'unit', 'tools/acceptance');
    expect(part.stdout.trim().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    expect(part.status).toBe(0);
  });

  it('fails where nothing could be run', () => {
    const part = run('tools/test.mjs', '--project', 'unit', 'no/such/test');
    expect(part.stdout.trim().split('\n').at(-1)).toBe('0 passed, 1 failed');
    expect(part.status).toBe(1);
  });
});
