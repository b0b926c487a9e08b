import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const module = new URL('./heap-growth.ts', import.meta.url).href;

/**
 * Major collections of a process with a live heap of 50 MiB, few small objects and 60 MiB of buffers a second, as a
 * worker has while it handles clips. V8 takes some seconds to lower its limit: the second half is counted.
 */
async function majorCollections(prepare: string): Promise<number> {
  const script = `
    import { constants, PerformanceObserver } from 'node:perf_hooks';
    ${prepare}
    let major = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) {
        if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) major++;
      }
    }).observe({ entryTypes: ['gc'] });
    const held = Array.from({ length: 600_000 }, (_, n) => ({ n, text: 'text ' + n }));
    const buffers = [];
    for (let n = 0; n < 500; n++) {
      if (n === 250) major = 0;
      buffers[n % 4] = new ArrayBuffer(1024 * 1024);
      Array.from({ length: 500 }, (_, i) => ({ i }));
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    console.log(major, held.length);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-semi-space-size=16', '--input-type=module', '-e', script],
    { env: { PATH: process.env.PATH } },
  );
  expect(stdout).toMatch(/^\d+ 600000\n$/);
  return Number(stdout.split(' ')[0]);
}

it('has the heap marked less often while buffers come and go', async () => {
  const [without, grown] = await Promise.all([
    majorCollections(''),
    majorCollections(`(await import(${JSON.stringify(module)})).letHeapGrow();`),
  ]);
  expect(without).toBeGreaterThan(1.5 * grown);
}, 60_000);
