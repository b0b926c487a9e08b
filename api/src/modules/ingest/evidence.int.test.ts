import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { startWorker, type TestWorker, testFile } from '../../testing/worker.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let user: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  worker = await startWorker(site, api);
  user = await api.signIn();
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

describe('evidence', () => {
  it('is stored once under its digest', async () => {
    const file = testFile('image/jpeg', 300_000);
    expect((await worker.put(file)).status).toBe(201);
    expect((await worker.put(file)).status).toBe(200);
    const folder = join(api.settings.dataDir, 'evidence', 'demo', file.sha256.slice(0, 2));
    expect((await readdir(folder)).filter((name) => name.includes(file.sha256))).toEqual([
      file.sha256,
    ]);
  });

  it('is refused with another digest, and nothing is stored', async () => {
    const file = { ...testFile('image/jpeg'), sha256: 'ab'.repeat(32) };
    const answer = await worker.put(file);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'evidence.digest' });
    const folder = join(api.settings.dataDir, 'evidence', 'demo', 'ab');
    expect((await readdir(folder)).filter((name) => name.startsWith(file.sha256))).toEqual([]);
  });

  it('is refused with a wrong content type', async () => {
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const sha256 = createHash('sha256').update(page).digest('hex');
    const answer = await worker.put({ bytes: page, sha256, mediaType: 'image/jpeg' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'evidence.content' });
    const html = await worker.put({ bytes: page, sha256, mediaType: 'text/html' as 'image/jpeg' });
    expect(html.status).toBe(415);
  });

  it('is refused above its limit, declared or not', async () => {
    const file = testFile('image/jpeg', 1_000);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = httpRequest(
        `${api.url}/api/v1/ingest/evidence/${file.sha256}`,
        {
          method: 'PUT',
          headers: {
            ...worker.own,
            'content-type': 'image/jpeg',
            'content-length': 21 * 1024 * 1024,
          },
        },
        (answer) => {
          resolve(answer.statusCode);
          sending.destroy();
        },
      );
      sending.on('error', reject);
      sending.write(file.bytes);
    });
    expect(status).toBe(413);

    const large = testFile('image/jpeg', 20 * 1024 * 1024 + 1);
    const answer = await fetch(`${api.url}/api/v1/ingest/evidence/${large.sha256}`, {
      method: 'PUT',
      headers: { ...worker.own, 'content-type': 'image/jpeg' },
      body: new Blob([new Uint8Array(large.bytes)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'evidence.too-large' });
  });

  it('cannot leave its folder, and needs the credential of a worker', async () => {
    for (const name of ['..%2F..%2Fetc%2Fpasswd', '../../x', 'A'.repeat(64)]) {
      const answer = await fetch(`${api.url}/api/v1/ingest/evidence/${name}`, {
        method: 'PUT',
        headers: { ...worker.own, 'content-type': 'image/jpeg' },
        body: 'x',
      });
      expect([400, 404]).toContain(answer.status);
    }
    const file = testFile('image/jpeg');
    expect((await worker.put(file, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await worker.put(file, user)).status).toBe(401);
  });
});
