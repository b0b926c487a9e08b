import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { openContentStore } from './content.ts';
import { openBlobFolder } from './folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await files.mkdtemp(join(tmpdir(), 'anshi-evidence-'));
});
afterAll(() => files.rm(folder, { recursive: true, force: true }));

const terms = { limit: 10_000, accepts: () => true };
const bytes = Buffer.alloc(3_000, 7);
const sha256 = createHash('sha256').update(bytes).digest('hex');

it('fsyncs a file and every parent folder', async () => {
  const open = vi.spyOn(files, 'open');
  // Named imports see the spy, too.
  syncBuiltinESMExports();
  onTestFinished(() => {
    open.mockRestore();
    syncBuiltinESMExports();
  });
  const store = openContentStore(openBlobFolder(folder), null);
  await store.put('demo', sha256, Readable.from([bytes]), terms);
  const synced = open.mock.calls.filter(([, flags]) => flags === 'r').map(([path]) => path);
  const inner = join(folder, 'demo', sha256.slice(0, 2));
  expect(synced).toEqual([inner, join(folder, 'demo'), folder]);
});

it.skipIf(process.platform === 'win32')('keeps nothing of a partially written file', async () => {
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const put = `
    import { Readable } from 'node:stream';
    import { openContentStore } from ${at('./content.ts')};
    import { openBlobFolder } from ${at('./folder.ts')};
    const store = openContentStore(openBlobFolder(${JSON.stringify(join(folder, 'small'))}), null);
    const terms = { limit: 10_000, accepts: () => true };
    const bytes = Readable.from([Buffer.alloc(3_000, 7)]);
    console.log(await store.put('demo', '${sha256}', bytes, terms).catch(({ code }) => code));
    console.log(await store.size('demo', '${sha256}'));`;
  // Files are limited to 2 KiB: the last write of 3000 bytes is truncated.
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', 'ulimit -f 2; exec "$0" --input-type=module -e "$1"', process.execPath, put],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    },
  );
  expect(stdout.trim().split('\n')).toEqual(['EFBIG', 'null']);
});
