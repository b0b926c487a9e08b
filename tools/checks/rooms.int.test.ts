import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rooms = ['contracts', 'vision', 'api', 'dashboard', 'gateway', 'simulator'];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-rooms-'));
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.base.json']) {
    await copyFile(join(root, file), join(folder, file));
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const room of rooms) await mkdir(join(folder, room));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The check of `npm test`, on a checkout with one file in each room. */
async function cruise(files: Record<string, string>): Promise<{ code: number; output: string }> {
  for (const room of rooms) {
    await writeFile(join(folder, room, 'main.ts'), files[room] ?? 'export const nothing = 0;');
  }
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, '--config', '.dependency-cruiser.mjs', ...rooms],
      { cwd: folder },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    );
  });
}

it('[ARC-06] the parts of the system may import the contracts but not each other', async () => {
  const contract = { contracts: 'export const word = 1;' };
  const use = (path: string) => `import { word } from '${path}';\nexport const used = word;`;
  const fine = await cruise({
    ...contract,
    api: use('../contracts/main.ts'),
    vision: use('../contracts/main.ts'),
  });
  expect(fine.output).toContain('no dependency violations found');
  expect(fine.code).toBe(0);
  const wrong = await cruise({
    ...contract,
    api: 'export const word = 2;',
    vision: use('../api/main.ts'),
    gateway: use('../api/main.ts'),
  });
  expect(wrong.output).toContain('vision-meets-others-over-the-wire');
  expect(wrong.output).toContain('gateway-meets-others-over-the-wire');
  expect(wrong.code).toBeGreaterThan(0);
});
