import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, expect, it } from 'vitest';
import type { App } from './app-types.ts';
import { serveDashboard } from './dashboard.ts';
import { answerProblems } from './problems.ts';

const outside = mkdtempSync(join(tmpdir(), 'anshi-dashboard-'));
const folder = join(outside, 'build');
mkdirSync(join(folder, '_app'), { recursive: true });
mkdirSync(join(outside, '.git'));
writeFileSync(join(outside, '.git/config'), 'secret');
writeFileSync(join(outside, 'secret.js'), 'secret');
writeFileSync(join(folder, 'index.html'), '<p>page</p>');
writeFileSync(join(folder, '_app/start.js'), 'start');
afterAll(() => rmSync(outside, { recursive: true }));

it('files of the build are served; no list of a folder, and nothing beside it', async () => {
  const app = fastify() as unknown as App;
  answerProblems(app);
  await serveDashboard(app, folder);
  expect((await app.inject('/_app/start.js')).body).toBe('start');
  for (const url of [
    '/_app/',
    '/_app',
    '/../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/_app/..%5c..%5csecret.js',
    '/..%2f.git%2fconfig',
    '/.git/config',
    '/_app/start.js%00',
    '//etc/passwd',
  ]) {
    const { body } = await app.inject(url);
    expect([url, body]).toEqual([url, expect.not.stringMatching(/secret|start|root:/)]);
  }
  // What is not there is no page where it looks like a file.
  expect((await app.inject('/account.css')).statusCode).toBe(404);
});
