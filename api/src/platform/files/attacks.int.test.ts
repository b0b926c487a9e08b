import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPicture, recordVideo, wordDocument, zip } from '../../testing/media.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import {
  beginUpload,
  sendPiece,
  type UploadOptions,
  upload,
  uploadFile,
} from '../../testing/tus.ts';
import { QUOTA } from './uploads.ts';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const MIB = 1024 * 1024;

let site: Site;
let api: RunningApi;
let user: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  user = await api.signIn('operator');
});

afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

/** Uploads a file that must be refused, and returns the reason. */
async function refusal(
  bytes: Buffer,
  options: UploadOptions,
): Promise<{ code: string; detail: string }> {
  const answer = await upload(api, user, bytes, options);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  return (await answer.json()) as { code: string; detail: string };
}

describe('names', () => {
  it.each([
    ['../../../../etc/cron.d/evil.jpg', 'evil.jpg'],
    ['..\\..\\windows\\system32\\evil.jpg', 'evil.jpg'],
    ['photo.jpg\u0000.exe', 'photo.jpg'],
    ['CON.jpg', '_CON.jpg'],
    ['....', 'file.jpg'],
    ['\u202egpj.exe', 'gpj.jpg'],
    [`${'长'.repeat(400)}.jpg`, `${'长'.repeat(120)}.jpg`],
    ['"><script>alert(1)</script>.jpg', 'script_.jpg'],
  ])('%j is never a path', async (name, shown) => {
    const before = await readdir(join(api.settings.dataDir, 'uploads'));
    const answer = await upload(api, user, await drawPicture(11), { name });
    expect(answer.status).toBe(200);
    const file = (await answer.json()) as { name: string; url: string };
    expect(file.name).toBe(shown);
    // The upload's files are removed, and no others were written.
    expect(await readdir(join(api.settings.dataDir, 'uploads'))).toEqual(before);
    const header = (await api.get(file.url, user)).headers.get('content-disposition');
    expect(header).toMatch(/^inline; filename="[^"\\]*"; filename\*=UTF-8''[A-Za-z0-9._%-]+$/);
  });

  it('and ids cannot traverse paths', async () => {
    for (const id of ['..%2F..%2Fetc%2Fpasswd', '..', '%00', 'a'.repeat(26), '../config']) {
      for (const path of [`/api/v1/files/${id}/content`, `/api/v1/uploads/${id}/file`]) {
        expect([400, 404]).toContain((await api.get(path, user)).status);
      }
    }
  });
});

describe('an upload', () => {
  it('is writable by its sender only, also where the address names another after a question mark', async () => {
    const other = await api.signIn('safety');
    const start = async (who: { authorization: string }) =>
      (await beginUpload(api, who, 10)).headers.get('location') ?? '';
    const [mine, theirs] = [await start(user), await start(other)];
    const id = theirs.split('/').at(-1);
    const offset = async (location: string, who: { authorization: string }) =>
      (
        await fetch(`${api.url}${location}`, {
          method: 'HEAD',
          headers: { ...who, 'tus-resumable': '1.0.0' },
        })
      ).headers.get('upload-offset');
    for (const address of [`${mine}?/${id}`, `${mine}?x=/${id}`, `${mine}#/${id}`]) {
      await sendPiece(api, user, address, 0, Buffer.from('evil'));
    }
    expect(await offset(theirs, other)).toBe('0');
    // It was written to the router's id, once.
    expect(await offset(mine, user)).toBe('4');
    expect((await sendPiece(api, user, theirs, 0, Buffer.from('evil'))).status).toBe(404);
    // Nor is any other file of the folder reachable.
    for (const name of ['..', '.', 'uploads', '%2e%2e%2fkeyring.json']) {
      expect(await offset(`${mine}?/${name}`, user)).toBe('4');
    }
  });
});

describe('disguised content', () => {
  it.each([
    ['a web page as a photo', Buffer.from('<html><script>alert(1)</script></html>'), {}],
    [
      'a web page as text',
      Buffer.from('\n <!doctype html><p>hi'),
      { name: 'a.txt', type: 'text/plain' },
    ],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), {}],
    [
      'a script as a table',
      Buffer.from('#!/bin/sh\nrm -rf /'),
      { name: 'a.csv', type: 'text/csv' },
    ],
    ['a program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(200)]), {}],
    [
      'a Windows program',
      Buffer.concat([Buffer.from('MZ\x90\0\x03'), Buffer.alloc(300, 1)]),
      { name: 'a.txt', type: 'text/plain' },
    ],
    ['a GIF with a script behind it', Buffer.from('GIF89a/*\x01\0\x01\0*/=1;alert(1)'), {}],
    [
      'a page before a PDF',
      Buffer.from('<html></html>\n%PDF-1.7\n%%EOF'),
      { name: 'a.pdf', type: 'application/pdf' },
    ],
    [
      'an archive as a document',
      zip([{ name: 'a.txt', bytes: Buffer.from('x') }]),
      { name: 'a.docx', type: WORD },
    ],
    [
      'macros',
      wordDocument([{ name: 'word/vbaProject.bin', bytes: Buffer.from('x') }]),
      { name: 'a.docx', type: WORD },
    ],
    [
      'a list of videos elsewhere',
      Buffer.from('#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n'),
      { name: 'a.mp4', type: 'video/mp4' },
    ],
  ] as const)('%s is refused', async (_what, bytes, options) => {
    const { code } = await refusal(bytes, options);
    expect(['file.type', 'file.mismatch']).toContain(code);
  });

  it('a photo declared as a document is refused, with both types named', async () => {
    const why = await refusal(await drawPicture(12), { name: 'a.pdf', type: 'application/pdf' });
    expect(why).toMatchObject({
      code: 'file.mismatch',
      detail: expect.stringMatching(/application\/pdf.*image\/jpeg/),
    });
  });

  it('a photo with an appended archive is re-encoded without it', async () => {
    const polyglot = Buffer.concat([
      await drawPicture(13),
      zip([{ name: 'payload.html', bytes: Buffer.from('<script>alert(1)</script>') }]),
    ]);
    const id = await uploadFile(api, user, polyglot);
    const shown = Buffer.from(
      await (await api.get(`/api/v1/files/${id}/content`, user)).arrayBuffer(),
    );
    expect(shown.includes('PK\u0003\u0004')).toBe(false);
    expect((await sharp(shown).metadata()).format).toBe('jpeg');
  });

  it('a PDF with an appended page is download-only, and runs nothing', async () => {
    const bytes = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n<script>alert(1)</script>');
    const id = await uploadFile(api, user, bytes, { name: 'a.pdf', type: 'application/pdf' });
    const { headers } = await api.get(`/api/v1/files/${id}/content`, user);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('decompression attacks', () => {
  it('a zip bomb is refused, whether it declares its size or not', async () => {
    const zeros = Buffer.alloc(60 * MIB);
    const honest = wordDocument([{ name: 'word/media/a.bin', bytes: zeros }]);
    const lying = wordDocument([{ name: 'word/media/a.bin', bytes: zeros, claims: 1000 }]);
    expect(honest.length).toBeLessThan(100_000);
    for (const bytes of [honest, lying]) {
      const why = await refusal(bytes, { name: 'a.docx', type: WORD });
      expect(why.code).toBe('file.archive');
    }
  });

  it('overlapping entries are refused', async () => {
    const whole = zip([
      { name: 'a.xml', bytes: Buffer.alloc(1000, 1) },
      { name: 'b.xml', bytes: Buffer.alloc(1000, 2) },
    ]);
    // The second directory entry points to the bytes of the first.
    const second =
      whole.indexOf(Buffer.from('b.xml'), whole.indexOf(Buffer.from('PK\u0001\u0002'))) - 46;
    whole.writeUInt32LE(0, second + 42);
    const why = await refusal(whole, { name: 'a.docx', type: WORD });
    expect(why).toMatchObject({
      code: 'file.archive',
      detail: expect.stringContaining('parts overlap'),
    });
  });

  it('a picture of 100 megapixels is refused by its header, with little memory', async () => {
    const width = 10_000;
    const picture = await sharp({
      create: { width, height: width, channels: 3, background: '#123' },
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(picture.length).toBeLessThan(MIB);
    const before = process.memoryUsage.rss();
    const why = await refusal(picture, { name: 'a.png', type: 'image/png' });
    expect(why).toMatchObject({
      code: 'file.picture',
      detail: expect.stringMatching(/100 million pixels; at most 80/),
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * MIB);
  });

  it.each([0.2, 0.6, 0.95])('a picture truncated at %f is refused', async (share) => {
    const picture = await drawPicture(14, 1500);
    const why = await refusal(picture.subarray(0, Math.floor(picture.length * share)), {});
    expect(why).toMatchObject({ code: 'file.picture', detail: expect.stringContaining('cut off') });
  });

  it('a video that cannot be played is refused', async () => {
    const video = await recordVideo();
    const cut = video.subarray(0, Math.floor(video.length / 2));
    const why = await refusal(cut, { name: 'a.mp4', type: 'video/mp4' });
    expect(why.code).toBe('file.media');
  });
});

describe('sizes', () => {
  it('more than announced is refused, less stays unfinished', async () => {
    const photo = await drawPicture(15);
    const begun = await beginUpload(api, user, 1000);
    const location = begun.headers.get('location')!;
    const more = await sendPiece(api, user, location, 0, photo);
    expect(more.status).toBe(413);
    expect((await api.get(`${location}/file`, user)).status).toBe(409);
    expect((await sendPiece(api, user, location, 0, photo.subarray(0, 999))).status).toBe(204);
    expect((await api.get(`${location}/file`, user)).status).toBe(409);
  });

  it.each([
    ['image/jpeg', 41],
    ['video/mp4', 501],
    ['application/pdf', 51],
    ['audio/mpeg', 51],
    ['', 501],
  ])('a file of %s with %d MiB is refused before its bytes come', async (type, mebibytes) => {
    const answer = await beginUpload(api, user, mebibytes * MIB, { type });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'file.too-large' });
  });

  it('an upload needs a size and a name', async () => {
    expect((await beginUpload(api, user, 0)).status).toBe(400);
    expect((await beginUpload(api, user, -5)).status).toBe(400);
    expect((await beginUpload(api, user, 100, { name: ' ' })).status).toBe(400);
  });

  it('unattached files have a quota', async () => {
    const safety = await api.signIn('safety');
    const bytes = 500 * MIB;
    const most = Math.floor(QUOTA.bytes / bytes);
    const answers = await Promise.all(
      Array.from({ length: most + 3 }, () =>
        beginUpload(api, safety, bytes, { name: 'a.mp4', type: 'video/mp4' }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    expect(await refused[0]!.json()).toMatchObject({ code: 'file.quota' });
    // Cancelling one makes room.
    const location = answers.find(({ status }) => status === 201)!.headers.get('location')!;
    const headers = { ...safety, 'tus-resumable': '1.0.0' };
    expect((await fetch(api.url + location, { method: 'DELETE', headers })).status).toBe(204);
    expect(
      (await beginUpload(api, safety, bytes, { name: 'a.mp4', type: 'video/mp4' })).status,
    ).toBe(201);
  });
});

describe('the store', () => {
  it('holds no plaintext', async () => {
    const text = Buffer.from(`隐患 ${'secret words of a report '.repeat(20)}`);
    await uploadFile(api, user, text, { name: 'a.txt', type: 'text/plain' });
    const digest = createHash('sha256').update(text).digest('hex');
    const path = join(api.settings.dataDir, 'files', 'demo', digest.slice(0, 2), digest);
    const { readFile } = await import('node:fs/promises');
    expect((await readFile(path)).includes('secret words')).toBe(false);
  });
});
