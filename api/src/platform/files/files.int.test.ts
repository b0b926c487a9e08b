import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPicture, record, recordVideo, withExif, wordDocument } from '../../testing/media.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { beginUpload, sendPiece, upload, uploadFile } from '../../testing/tus.ts';

let site: Site;
let api: RunningApi;
let user: { authorization: string };
let other: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  user = await api.signIn('operator');
  other = await api.signIn('safety');
});

afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

async function saved(bytes: Buffer): Promise<string> {
  const path = join(site.folder, 'saved.mov');
  await writeFile(path, bytes);
  return path;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

describe('uploads', () => {
  it('[UX-08] accepts a photo from a phone: time and place are read, and removed from the shown picture', async () => {
    const photo = await withExif(await drawPicture(1), {
      takenAt: '2026:11:25 16:30:05',
      offset: '+08:00',
      latitude: 31.2304,
      longitude: 121.4737,
    });
    const answer = await upload(api, user, photo, { name: '照片 1.jpg' });
    expect(answer.status).toBe(200);
    const file = (await answer.json()) as Record<string, unknown>;
    expect(file).toMatchObject({
      name: '照片 1.jpg',
      kind: 'photo',
      mediaType: 'image/jpeg',
      bytes: photo.length,
      sha256: sha256(photo),
      width: 640,
      height: 480,
      takenAt: '2026-11-25T08:30:05.000Z',
      scan: 'unscanned',
      attachedTo: null,
    });
    expect(file.takenWhere).toMatchObject({
      latitude: expect.closeTo(31.2304, 4),
      longitude: expect.closeTo(121.4737, 4),
    });
    expect(file.perceptualHash).toMatch(/^[0-9a-f]{16}$/);

    const shown = await api.get(String(file.url), user);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    expect(shown.headers.get('content-security-policy')).toContain('sandbox');
    const picture = await bytesOf(shown);
    expect((await sharp(picture).metadata()).exif).toBeUndefined();
    expect(picture.includes('Secretphone')).toBe(false);
    const preview = await bytesOf(await api.get(String(file.previewUrl), user));
    expect((await sharp(preview).metadata()).format).toBe('jpeg');
    const original = await api.get(String(file.originalUrl), user);
    expect(sha256(await bytesOf(original))).toBe(sha256(photo));
    expect(original.headers.get('content-disposition')).toContain('attachment');
  });

  it('resumes an interrupted upload, in chunks of any size', async () => {
    const photo = await drawPicture(2, 1200);
    const begun = await beginUpload(api, user, photo.length);
    expect(begun.status).toBe(201);
    expect(begun.headers.get('access-control-allow-origin')).toBeNull();
    const location = begun.headers.get('location')!;
    expect(location).toMatch(/^\/api\/v1\/uploads\/[0-9A-Z]{26}$/);
    await sendPiece(api, user, location, 0, photo.subarray(0, 10_000));
    const early = await api.get(`${location}/file`, user);
    expect(early.status).toBe(409);
    const head = await fetch(api.url + location, {
      method: 'HEAD',
      headers: { ...user, 'tus-resumable': '1.0.0' },
    });
    expect(head.headers.get('upload-offset')).toBe('10000');
    expect((await sendPiece(api, user, location, 500, photo)).status).toBe(409);
    const last = await sendPiece(api, user, location, 10_000, photo.subarray(10_000));
    expect(last.status).toBe(204);
    expect(last.headers.get('anshi-file-id')).toBe(location.split('/').at(-1));
    // A client that lost the last response asks again.
    const again = await fetch(api.url + location, {
      method: 'HEAD',
      headers: { ...user, 'tus-resumable': '1.0.0' },
    });
    expect(again.status).toBe(200);
    expect(again.headers.get('upload-offset')).toBe(String(photo.length));
    expect((await api.get(`${location}/file`, user)).status).toBe(200);
  });

  it('allows only the sender to resume, query and read', async () => {
    const photo = await drawPicture(3);
    const begun = await beginUpload(api, user, photo.length);
    const location = begun.headers.get('location')!;
    expect((await sendPiece(api, other, location, 0, photo)).status).toBe(404);
    for (const method of ['HEAD', 'DELETE']) {
      const headers = { ...other, 'tus-resumable': '1.0.0' };
      expect((await fetch(api.url + location, { method, headers })).status).toBe(404);
    }
    expect((await sendPiece(api, { authorization: '' }, location, 0, photo)).status).toBe(401);
    expect((await sendPiece(api, user, location, 0, photo)).status).toBe(204);
    const id = location.split('/').at(-1);
    for (const path of ['', '/content', '/preview', '/original']) {
      expect((await api.get(`/api/v1/files/${id}${path}`, other)).status).toBe(404);
      expect((await api.get(`/api/v1/files/${id}${path}`, user)).status).toBe(200);
    }
  });

  it('[HAZ-03] accepts a video and serves it by ranges, without its location metadata', async () => {
    const video = await recordVideo();
    const answer = await upload(api, user, video, { name: 'clip.mp4', type: 'video/mp4' });
    const file = (await answer.json()) as Record<string, unknown>;
    expect(file).toMatchObject({
      kind: 'video',
      width: 320,
      height: 240,
      takenAt: '2026-11-25T08:30:00.000Z',
      takenWhere: { latitude: 31.2304, longitude: 121.4737 },
    });
    expect(file.durationSeconds).toBeCloseTo(1, 0);
    const shown = await bytesOf(await api.get(String(file.url), user));
    expect(shown.includes('+31.2304')).toBe(false);
    const part = await api.get(String(file.url), { ...user, range: 'bytes=4-11' });
    expect(part.status).toBe(206);
    expect((await bytesOf(part)).equals(shown.subarray(4, 12))).toBe(true);
    expect((await api.get(String(file.previewUrl), user)).headers.get('content-type')).toBe(
      'image/jpeg',
    );
  });

  it('accepts speech in the containers that phones record', async () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=duration=2'];
    for (const [extension, type, mediaType, ...codec] of [
      // A browser declares no duration, and names the container only.
      ['webm', 'audio/webm;codecs=opus', 'audio/webm', '-c:a', 'libopus', '-live', '1'],
      ['m4a', 'audio/x-m4a', 'audio/mp4', '-c:a', 'aac', '-metadata', 'location=+31.2+121.4/'],
      ['mp4', 'video/mp4', 'audio/mp4', '-c:a', 'aac'],
      ['ogg', 'application/ogg', 'audio/ogg', '-c:a', 'libopus'],
      ['mp3', 'audio/mp3', 'audio/mpeg'],
      ['wav', 'audio/x-wav', 'audio/wav'],
    ] as const) {
      const bytes = await record([...tone, ...codec], extension);
      const answer = await upload(api, user, bytes, { name: `说明.${extension}`, type });
      expect([extension, answer.status]).toEqual([extension, 200]);
      const file = (await answer.json()) as { durationSeconds: number; url: string };
      expect(file).toMatchObject({ kind: 'audio', mediaType, previewUrl: null });
      expect(file.durationSeconds).toBeGreaterThan(1.8);
      expect(file.durationSeconds).toBeLessThan(2.3);
      const shown = await api.get(file.url, user);
      expect(shown.headers.get('content-type')).toBe(mediaType);
    }
  });

  it('accepts a portrait video of a phone, and one recorded by a browser', async () => {
    const scene = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10:duration=1'];
    const upright = await record(
      [...scene, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-metadata:s:v', 'rotate=90'],
      'mov',
    );
    const turned = await record(
      ['-display_rotation', '90', '-i', await saved(upright), '-c', 'copy'],
      'mov',
    );
    const file = await (
      await upload(api, user, turned, { name: 'a.mov', type: 'video/quicktime' })
    ).json();
    expect(file).toMatchObject({
      kind: 'video',
      mediaType: 'video/quicktime',
      width: 240,
      height: 320,
    });
    const webm = await record([...scene, '-c:v', 'libvpx', '-live', '1'], 'webm');
    const recorded = await (
      await upload(api, user, webm, { name: 'a.webm', type: 'video/webm' })
    ).json();
    expect(recorded).toMatchObject({ kind: 'video', mediaType: 'video/webm', width: 320 });
  });

  it('accepts documents and serves them for download only', async () => {
    const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    const id = await uploadFile(api, user, wordDocument(), { name: '整改报告.docx', type });
    const answer = await api.get(`/api/v1/files/${id}/content`, user);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; .*filename\*=UTF-8''%E6/,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await bytesOf(answer)).equals(wordDocument())).toBe(true);
  });

  it('cancels an upload on request', async () => {
    const begun = await beginUpload(api, user, 1000);
    const location = begun.headers.get('location')!;
    const headers = { ...user, 'tus-resumable': '1.0.0' };
    expect((await fetch(api.url + location, { method: 'DELETE', headers })).status).toBe(204);
    expect((await fetch(api.url + location, { method: 'HEAD', headers })).status).toBe(404);
  });
});
