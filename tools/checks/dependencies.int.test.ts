import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, readAudit } from './dependencies.mjs';

/** A registry with an audit service, for npm itself to ask. */
let registry: Server;
let url = '';
let folder = '';
let advisories: Record<string, object[]> = {};
let isThere = true;
const asked: Record<string, string[]>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-audit-'));
  const manifest = { name: 'plant', version: '1.0.0', dependencies: { leaky: '1.0.0' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    join(folder, 'package-lock.json'),
    JSON.stringify({
      name: 'plant',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': manifest,
        'node_modules/leaky': { version: '1.0.0' },
        'node_modules/loose': { version: '1.0.0', dev: true },
      },
    }),
  );
  registry = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const isAudit = request.method === 'POST' && request.url?.endsWith('/advisories/bulk');
      if (!isAudit || !isThere) return response.writeHead(405).end('{}');
      const body = Buffer.concat(parts);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      asked.push(JSON.parse(text.toString()));
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify(advisories));
    });
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  registry?.close();
  await rm(folder, { recursive: true, force: true });
});

const hole = (severity: string) => ({
  leaky: [
    {
      id: 1001,
      url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
      title: 'Leaks',
      severity,
      vulnerable_versions: '<2.0.0',
    },
  ],
});

/** The command as CI runs it, on the folder of the test. */
async function scan(allowed: object[]): Promise<{ code: number; output: string }> {
  const allowFile = join(folder, 'allowed.json');
  await writeFile(allowFile, JSON.stringify(allowed));
  const program = `import { checkDependencies } from ${JSON.stringify(new URL('./dependencies.mjs', import.meta.url).href)};
    process.exitCode = (await checkDependencies(${JSON.stringify(folder)}, ${JSON.stringify(allowFile)})) ? 0 : 1;`;
  const environment = {
    ...process.env,
    npm_config_registry: url,
    npm_config_fetch_retries: '0',
    // npm remembers what it made of an advisory, and here one changes.
    npm_config_cache: await mkdtemp(join(folder, 'cache-')),
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', program],
      { env: environment },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    );
  });
}

const until = (day: number) => new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10);
const allowed = (day: number) => ({
  advisory: 'GHSA-aaaa-bbbb-cccc',
  reason: 'the part that leaks is never called',
  until: until(day),
});

describe('the scan of the dependencies', () => {
  it('[SEC-23] fails on a grave hole in what production runs with, and names it', async () => {
    advisories = hole('high');
    const { code, output } = await scan([]);
    expect(output).toContain('failed: high leaky: Leaks (GHSA-aaaa-bbbb-cccc)');
    expect(code).toBe(1);
    // What only the tests use is not asked for.
    expect(asked.at(-1)).toEqual({ leaky: ['1.0.0'] });
  });

  it('[SEC-23] lets pass what is allowed for a reason, until the day on which that ends', async () => {
    advisories = hole('critical');
    const now = await scan([allowed(30)]);
    expect(now).toMatchObject({ code: 0 });
    expect(now.output).toContain('the part that leaks is never called');
    const late = await scan([allowed(-1)]);
    expect(late.output).toContain(`it was allowed until ${until(-1)}`);
    expect(late.code).toBe(1);
  });

  it('[SEC-23] is the first step of continuous integration, which a failure of it ends', async () => {
    const steps = await readFile(join(import.meta.dirname, '../../.ci/run'), 'utf8');
    const lines = steps.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toContain('set -euo pipefail');
    const commands = lines.filter((line) => /^(node|npm|npx) /.test(line));
    expect(commands[0]).toBe('node tools/checks/dependencies.mjs');
  });

  it('notes what is not grave, and an allowance that nothing needs', async () => {
    advisories = hole('moderate');
    expect(await scan([])).toMatchObject({ code: 0, output: expect.stringContaining('moderate') });
    advisories = {};
    const { output } = await scan([allowed(30)]);
    expect(output).toContain('GHSA-aaaa-bbbb-cccc is no longer needed');
    expect(output).toContain('0 known holes');
  });

  it('[SEC-23] finds no grave hole in the packages that production of this version runs with', async ({
    skip,
  }) => {
    const output = await new Promise<string>((resolve) => {
      const program = join(import.meta.dirname, 'dependencies.mjs');
      execFile(process.execPath, [program], (error, stdout, stderr) =>
        resolve(`exit ${Number(error?.code ?? 0)}\n${stdout}${stderr}`),
      );
    });
    if (output.includes('not scanned')) skip('no audit service answered: nothing was scanned');
    expect(output).toMatch(/^exit 0\n/);
    expect(output).toContain(' known holes, 0 to be mended');
  });

  it('says so where there is no audit service, and passes', async () => {
    isThere = false;
    const { code, output } = await scan([]);
    isThere = true;
    expect(output).toBe('not scanned: no audit service answered\n');
    expect(code).toBe(0);
  });

  it('takes no allowance without a reason and a day', () => {
    const { failures } = judge([], [{ advisory: 'GHSA-x', reason: '', until: 'never' }], until(0));
    expect(failures).toHaveLength(1);
    expect(readAudit('no JSON')).toBeNull();
    expect(readAudit('{"message":"405"}')).toBeNull();
  });
});
