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

/** The command as CI runs it, on the test's folder. */
async function scan(allowed: object[]): Promise<{ code: number; output: string }> {
  const allowFile = join(folder, 'allowed.json');
  await writeFile(allowFile, JSON.stringify(allowed));
  const program = `import { checkDependencies } from ${JSON.stringify(new URL('./dependencies.mjs', import.meta.url).href)};
    process.exitCode = (await checkDependencies(${JSON.stringify(folder)}, ${JSON.stringify(allowFile)})) ? 0 : 1;`;
  const environment = {
    ...process.env,
    npm_config_registry: url,
    npm_config_fetch_retries: '0',
    // npm caches advisories, and one changes here.
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
  reason: 'the vulnerable function is never called',
  until: until(day),
});

describe('the scan of the dependencies', () => {
  it('[SEC-23] fails on a severe vulnerability in a production dependency, and names it', async () => {
    advisories = hole('high');
    const { code, output } = await scan([]);
    expect(output).toContain('failed: high leaky: Leaks (GHSA-aaaa-bbbb-cccc)');
    expect(code).toBe(1);
    // Dev dependencies are not scanned.
    expect(asked.at(-1)).toEqual({ leaky: ['1.0.0'] });
  });

  it('[SEC-23] accepts an allowed advisory until its expiry date', async () => {
    advisories = hole('critical');
    const now = await scan([allowed(30)]);
    expect(now).toMatchObject({ code: 0 });
    expect(now.output).toContain('the vulnerable function is never called');
    const late = await scan([allowed(-1)]);
    expect(late.output).toContain(`it was allowed until ${until(-1)}`);
    expect(late.code).toBe(1);
  });

  it('[SEC-23] is the first step of continuous integration, and its failure stops the run', async () => {
    const steps = await readFile(join(import.meta.dirname, '../../.ci/run'), 'utf8');
    const lines = steps.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toContain('set -euo pipefail');
    const commands = lines.filter((line) => /^(node|npm|npx) /.test(line));
    expect(commands[0]).toBe('node tools/checks/dependencies.mjs');
  });

  it('notes minor advisories, and an allowance that is no longer used', async () => {
    advisories = hole('moderate');
    expect(await scan([])).toMatchObject({ code: 0, output: expect.stringContaining('moderate') });
    advisories = {};
    const { output } = await scan([allowed(30)]);
    expect(output).toContain('GHSA-aaaa-bbbb-cccc is no longer needed');
    expect(output).toContain('0 known vulnerabilities');
  });

  it('[SEC-23] finds no severe vulnerability in the production packages of this version', async ({
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
    expect(output).toContain(' known vulnerabilities, 0 to be fixed');
  });

  it('says so where there is no audit service, and passes', async () => {
    isThere = false;
    const { code, output } = await scan([]);
    isThere = true;
    expect(output).toBe('not scanned: no audit service answered\n');
    expect(code).toBe(0);
  });

  it('refuses an allowance without a reason and an expiry date', () => {
    const { failures } = judge([], [{ advisory: 'GHSA-x', reason: '', until: 'never' }], until(0));
    expect(failures).toHaveLength(1);
    expect(readAudit('no JSON')).toBeNull();
    expect(readAudit('{"message":"405"}')).toBeNull();
  });
});
