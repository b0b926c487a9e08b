import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPicture } from '../../testing/media.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { beginUpload, uploadFile } from '../../testing/tus.ts';

let site: Site;
let api: RunningApi;
let user: { authorization: string };
const script = 'window.started = true;';

beforeAll(async () => {
  site = await openSite();
  const dashboardDir = join(site.folder, 'dashboard');
  await mkdir(join(dashboardDir, '_app/immutable'), { recursive: true });
  await writeFile(join(dashboardDir, '_app/immutable/a.js'), 'export {}');
  await writeFile(
    join(dashboardDir, 'index.html'),
    `<!doctype html><script>${script}</script><script src="/_app/immutable/a.js"></script>`,
  );
  api = await startApi(site, (await site.seededDatabase()).appUrl, {
    dashboardDir,
    trustProxy: true,
  });
  user = await api.signIn('operator');
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

function policyOf(answer: Response): Record<string, string[]> {
  const text = answer.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    text.split('; ').map((one) => {
      const [name = '', ...values] = one.split(' ');
      return [name, values];
    }),
  );
}

describe('[SEC-01] every response', () => {
  it('has security headers: pages, files of the app, the API, errors, uploads', async () => {
    const answers = {
      page: await api.get('/'),
      'page of the app': await api.get('/hazards/x'),
      script: await api.get('/_app/immutable/a.js'),
      api: await api.get('/api/v1/auth/me', user),
      'not signed in': await api.get('/api/v1/auth/me'),
      'no such route': await api.get('/api/v1/nothing'),
      'wrong body': await api.post('/api/v1/auth/login', { a: 1 }),
      upload: await beginUpload(api, user, 10),
      health: await api.get('/api/health'),
      metrics: await api.get('/metrics'),
    };
    for (const [what, answer] of Object.entries(answers)) {
      const { headers } = answer;
      const policy = policyOf(answer);
      expect([what, policy['default-src']]).toEqual([what, ["'self'"]]);
      expect([what, policy['object-src'], policy['base-uri']]).toEqual([
        what,
        ["'none'"],
        ["'none'"],
      ]);
      expect([what, policy['frame-ancestors'], policy['form-action']]).toEqual([
        what,
        ["'none'"],
        ["'self'"],
      ]);
      expect([what, policy['script-src']?.join(' ')]).not.toEqual([
        what,
        expect.stringMatching(/unsafe|\*|http|data:|blob:/),
      ]);
      expect([what, headers.get('x-content-type-options')]).toEqual([what, 'nosniff']);
      expect([what, headers.get('referrer-policy')]).toEqual([what, 'no-referrer']);
      expect([what, headers.get('x-frame-options')]).toEqual([what, 'DENY']);
      expect([what, headers.get('cross-origin-opener-policy')]).toEqual([what, 'same-origin']);
      expect([what, headers.get('cross-origin-resource-policy')]).toEqual([what, 'same-origin']);
      const device = headers.get('permissions-policy') ?? '';
      expect([what, device]).toEqual([what, expect.stringContaining('camera=(self)')]);
      expect([what, device]).toEqual([what, expect.stringContaining('payment=()')]);
      expect([what, headers.get('access-control-allow-origin')]).toEqual([what, null]);
      expect([what, headers.get('x-powered-by'), headers.get('server')]).toEqual([
        what,
        null,
        null,
      ]);
    }
  });

  it('runs the scripts that the page was built with, and no other', async () => {
    const policy = policyOf(await api.get('/'));
    const hash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
    expect(policy['script-src']).toEqual(["'self'", hash]);
    // A forged host is not part of the policy.
    const odd = await fetch(`${api.url}/`, { headers: { 'x-forwarded-host': 'a; script-src *' } });
    expect(odd.headers.get('content-security-policy')).not.toContain('*');
  });

  it('of the API is not cached, and files only with revalidation', async () => {
    for (const path of ['/auth/me', '/hazards', '/notices', '/users/none', '/features']) {
      const answer = await api.get(`/api/v1${path}`, user);
      expect([path, answer.headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
    const signedIn = await api.post('/api/v1/auth/login', { username: 'x', password: 'y' });
    expect(signedIn.headers.get('cache-control')).toBe('no-store');
    const id = await uploadFile(api, user, await drawPicture(5));
    const file = await api.get(`/api/v1/files/${id}/content`, user);
    expect(file.headers.get('cache-control')).toBe('private, no-cache');
    expect(file.headers.get('vary')).toContain('authorization');
    expect(file.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect((await api.get('/_app/immutable/a.js')).headers.get('cache-control')).toContain(
      'immutable',
    );
  });

  it('sends HSTS over TLS', async () => {
    const by = async (proto: string) =>
      (await fetch(`${api.url}/`, { headers: { 'x-forwarded-proto': proto } })).headers.get(
        'strict-transport-security',
      );
    expect(await by('https')).toBe('max-age=31536000; includeSubDomains');
    expect(await by('http')).toBeNull();
  });
});
