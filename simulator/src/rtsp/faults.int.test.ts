import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decode, H264_WITH_B, makeClip, start } from '../testing/ffmpeg.ts';
import { startTestPlant, temporaryFolder } from '../testing/plant.ts';
import { isRtp, RtspClient, sequenceOf, timestampOf } from '../testing/rtsp-client.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let plant: Awaited<ReturnType<typeof startTestPlant>>;
let file: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'cam.mp4');
  await makeClip(file, { seconds: 1.6, codec: H264_WITH_B });
  plant = await startTestPlant(folder.path);
});
afterAll(async () => {
  await plant?.close();
  await folder?.remove();
});

/** ffmpeg that reads until its stream ends. */
async function startReader(name: string, options: string[] = []) {
  const input = ['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', ...options];
  const reader = start('ffmpeg', [...input, '-i', plant.url(name), '-f', 'null', '-']);
  await vi.waitFor(async () => expect(await plant.clientsOf(name)).toHaveLength(1), 60_000);
  return reader;
}

describe('drop', () => {
  it('ends the stream of a TCP client, and the mount can be played again', async () => {
    const reader = await startReader('cam');
    expect((await plant.call('POST', '/mounts/cam/drop')).body).toEqual({
      name: 'cam',
      dropped: 1,
    });
    await reader.ended;
    expect(await plant.clientsOf('cam')).toEqual([]);
    expect((await decode(plant.url('cam'), 'tcp', 5)).times).toHaveLength(5);
  });
});

describe('freeze', () => {
  it('stalls while the connection stays open; thaw continues with a key picture', async () => {
    const client = await RtspClient.connect(plant.rtspPort);
    await client.play(plant.url('cam'));
    const [before] = (await client.take(20, isRtp)).slice(-1);
    const seenAt = performance.now();
    await plant.call('POST', '/mounts/cam/freeze');
    await client.request('OPTIONS', plant.url('cam'));
    const sent = client.packets.length;
    const last = client.packets.filter(isRtp).at(-1)!;
    // Requests are still answered, for longer than several picture intervals.
    const from = performance.now();
    while (performance.now() - from < 1500) await client.request('OPTIONS', plant.url('cam'));
    expect(client.packets.length).toBe(sent);

    const next = client.take(1, isRtp);
    await plant.call('POST', '/mounts/cam/thaw');
    const [first] = await next;
    expect(sequenceOf(first!)).toBe((sequenceOf(last) + 1) & 0xffff);
    // An SPS comes before each key picture.
    expect(first!.bytes[12]! & 0x1f).toBe(7);
    // It continues at the current time of the clip, not where it stopped.
    const passed = (performance.now() - seenAt) / 1000;
    const inStream = ((timestampOf(first!) - timestampOf(before!)) >>> 0) / 90_000;
    expect(Math.abs(inStream - passed)).toBeLessThan(passed / 2);
    client.close();
  });

  it('triggers the timeout of a client that has one', async () => {
    const reader = await startReader('cam', ['-timeout', '1000000']);
    await plant.call('POST', '/mounts/cam/freeze');
    await reader.ended;
    await plant.call('POST', '/mounts/cam/thaw');
    await vi.waitFor(async () => expect(await plant.clientsOf('cam')).toEqual([]), 60_000);
  });

  it('accepts new clients and sends them nothing', async () => {
    await plant.call('POST', '/mounts/cam/freeze');
    const client = await RtspClient.connect(plant.rtspPort);
    await client.play(plant.url('cam'));
    expect(await plant.clientsOf('cam')).toHaveLength(1);
    const first = client.take(1, isRtp);
    expect(client.packets).toEqual([]);
    await plant.call('POST', '/mounts/cam/thaw');
    expect(await first).toHaveLength(1);
    client.close();
  });
});

describe('shift', () => {
  it.each([3_600, -3_600])(
    'lets the timestamps jump by %i s on the open connection, and no number is left out',
    async (seconds) => {
      await plant.call('PUT', '/mounts/shifted', { file });
      const client = await RtspClient.connect(plant.rtspPort);
      await client.play(plant.url('shifted'));
      await client.take(20, isRtp);
      expect((await plant.call('POST', '/mounts/shifted/shift', { seconds })).status).toBe(200);
      await client.take(20, isRtp);
      const packets = client.packets.filter(isRtp);
      const jumps = packets.slice(1).map((packet, n) => {
        expect(sequenceOf(packet)).toBe((sequenceOf(packets[n]!) + 1) & 0xffff);
        return ((timestampOf(packet) - timestampOf(packets[n]!)) | 0) / 90_000;
      });
      const far = jumps.filter((jump) => Math.abs(jump) > 10);
      expect(far).toHaveLength(1);
      expect(Math.abs(far[0]! - seconds)).toBeLessThan(1);
      client.close();
    },
  );

  it('of nothing, or of too much, is refused', async () => {
    for (const body of [{}, { seconds: '1' }, { seconds: 1e6 }]) {
      expect((await plant.call('POST', '/mounts/cam/shift', body)).status).toBe(400);
    }
  });
});

describe('unmount', () => {
  it('disconnects clients and answers 404 until it is mounted again', async () => {
    await plant.call('PUT', '/mounts/gone', { file });
    const reader = await startReader('gone');
    expect((await plant.call('DELETE', '/mounts/gone')).status).toBe(200);
    await reader.ended;
    expect((await decode(plant.url('gone'), 'tcp', 1)).complaints).toContain('404 Not Found');
    expect((await plant.call('DELETE', '/mounts/gone')).status).toBe(404);
    await plant.call('PUT', '/mounts/gone', { file });
    expect((await decode(plant.url('gone'), 'tcp', 5)).times).toHaveLength(5);
  });
});

describe('the control API', () => {
  it.each([
    ['no JSON', '/mounts/x', '{', 400, 'not JSON'],
    ['an unknown field', '/mounts/x', { fil: 'a' }, 400, 'fil'],
    ['no file', '/mounts/x', {}, 400, 'needs a file'],
    ['a password alone', '/mounts/x', { audioOnly: true, password: 'p' }, 400, 'go together'],
    ['a stamp on sound', '/mounts/x', { audioOnly: true, stamped: true }, 400, 'no picture'],
    ['an invalid name', '/mounts/..%2Fx', { audioOnly: true }, 400, 'a name has'],
    ['a missing file', '/mounts/x', { file: '/no/such.mp4' }, 422, '/no/such.mp4'],
    ['a file without video', '/mounts/x', { file: import.meta.filename }, 422, 'cannot be used'],
  ])('refuses %s', async (_, path, body, status, words) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${plant.controlUrl}${path}`, { method: 'PUT', body: text });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining(words) });
  });

  it('refuses unknown requests, and never returns passwords', async () => {
    expect((await plant.call('POST', '/mounts/cam/explode')).status).toBe(404);
    expect((await plant.call('POST', '/mounts/none/drop')).status).toBe(404);
    expect((await plant.call('GET', '/nothing')).status).toBe(404);
    await plant.call('PUT', '/mounts/locked', { file, username: 'u', password: 'topsecret' });
    const all = await plant.call('GET', '/mounts');
    expect(JSON.stringify(all.body)).not.toContain('topsecret');
    expect((await plant.mounts()).find(({ name }) => name === 'locked')?.protected).toBe(true);
  });

  it('keeps the old mount where the new one fails', async () => {
    await plant.call('PUT', '/mounts/kept', { file });
    expect((await plant.call('PUT', '/mounts/kept', { file: '/no/such.mp4' })).status).toBe(422);
    expect((await decode(plant.url('kept'), 'tcp', 3)).times).toHaveLength(3);
  });
});
