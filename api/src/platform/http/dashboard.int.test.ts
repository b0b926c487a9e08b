import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';

const script = 'start();'.repeat(100);
let site: Site;
let api: RunningApi;

beforeAll(async () => {
  site = await openSite();
  const folder = join(site.folder, 'dashboard');
  await mkdir(join(folder, '_app', 'immutable'), { recursive: true });
  await writeFile(
    join(folder, 'index.html'),
    '<html><script>start()</script><script src="/x.js"></script></html>',
  );
  await writeFile(join(folder, '_app', 'immutable', 'a1b2.js'), script);
  await writeFile(join(folder, '_app', 'immutable', 'a1b2.js.br'), brotliCompressSync(script));
  api = await startApi(site, (await site.seededDatabase()).appUrl);
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

describe('the dashboard', () => {
  it('is served at the root with all pages, and hashed files are immutable', async () => {
    const page = await api.get('/violations/01ABC');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'sha256-[^']+';/);
    expect(policy).toContain(`connect-src 'self' ws://${new URL(api.url).host}`);
    const script = await api.get('/_app/immutable/a1b2.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await api.get('/_app/immutable/gone.js')).status).toBe(404);
    expect((await api.get('/api/v2/anything')).status).toBe(404);
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/%00']) {
      expect(await (await api.get(path)).text()).not.toContain('root:');
    }
  });

  it('sends the compressed copy of a file to a browser that takes it', async () => {
    for (const [accepted, sent] of [
      ['gzip, br', 'br'],
      ['identity', null],
      // There is no such copy of this file.
      ['gzip', null],
    ] as const) {
      const answer = await api.get('/_app/immutable/a1b2.js', { 'accept-encoding': accepted });
      expect([accepted, answer.headers.get('content-encoding')]).toEqual([accepted, sent]);
      expect(answer.headers.get('content-type')).toContain('javascript');
      expect(answer.headers.get('vary')).toContain('accept-encoding');
      expect(await answer.text()).toBe(script);
    }
  });

  it('answers an unknown address', async () => {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      request({ hostname, port, path: '//[' }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});
