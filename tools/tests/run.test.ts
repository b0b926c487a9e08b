import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RUN_ROOT } from './machine-load.mjs';
import { runVitest } from './run.mjs';

it('a lane that shares the processor is measured by its own processes, any other by those of the whole run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-run-'));
  const rootOf = async (shares: boolean) => {
    let root: string | undefined;
    const run = await runVitest(folder, 'lane', [], shares, async (_command, env) => {
      root = env[RUN_ROOT];
      return 0;
    });
    // It left no report.
    expect(run).toEqual({ files: [], broke: true });
    return root;
  };
  try {
    expect(await rootOf(true)).toBe('');
    expect(await rootOf(false)).toBe(String(process.pid));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
