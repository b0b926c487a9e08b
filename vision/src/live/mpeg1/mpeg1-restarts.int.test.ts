import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RtpIngest } from '../rtp-ingest.ts';
import { Mpeg1Views } from './mpeg1-views.ts';
import { pictureSizeOf } from './ts-packets.ts';

const SILENT_MS = 1_500;
const POLLING = { timeout: 30_000, interval: 50 };

/** H.264 as the capture of a camera sends it, with a key frame each second. */
function startSource(port: number, size = '320x180'): ChildProcess {
  const input = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=15`];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15'];
  const output = ['-bsf:v', 'dump_extra=freq=keyframe', '-f', 'rtp', '-payload_type', '96'];
  const url = `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`;
  const quiet = ['-loglevel', 'error', '-nostdin'];
  return spawn('ffmpeg', [...quiet, ...input, ...codec, '-pix_fmt', 'yuv420p', ...output, url], {
    stdio: 'ignore',
  });
}

let ingest: RtpIngest;
let source: ChildProcess;
let views: Mpeg1Views;
let bytes = 0;
let closed = 0;
/** Of the pictures that were sent. */
let sizes: Set<string>;
/** When the last picture of the camera came. */
let lastAt = 0;

beforeEach(async () => {
  bytes = closed = 0;
  sizes = new Set();
  ingest = await RtpIngest.open(() => {
    lastAt = performance.now();
  });
  source = startSource(ingest.port);
  views = new Mpeg1Views({ most: 2, log: pino({ level: 'silent' }), silentMs: SILENT_MS });
  await expect.poll(() => ingest.recent.isFresh(), POLLING).toBe(true);
  views.open('gate', ingest, 'a', {
    write: (chunk) => {
      bytes += chunk.length;
      const size = pictureSizeOf(chunk);
      if (size) sizes.add(size);
    },
    close: () => {
      closed += 1;
    },
  });
});
afterEach(async () => {
  await views.close();
  source.kill('SIGKILL');
  ingest.close();
});

async function more(): Promise<void> {
  const before = bytes;
  await expect.poll(() => bytes, POLLING).toBeGreaterThan(before + 50_000);
}
async function another(pid: number): Promise<number> {
  await expect.poll(() => views.pids.filter((one) => one !== pid), POLLING).toHaveLength(1);
  return views.pids[0]!;
}

describe('an encoder of MPEG-1, while it is watched', () => {
  test('starts again after its process was killed, and again after that', async () => {
    await more();
    for (const _ of [1, 2]) {
      const pid = views.pids[0]!;
      process.kill(pid, 'SIGKILL');
      expect(await another(pid)).not.toBe(pid);
      await more();
    }
    expect(closed).toBe(0);
  });

  test('starts again where it is silent although the camera sends', async () => {
    await more();
    const pid = views.pids[0]!;
    process.kill(pid, 'SIGSTOP');
    await another(pid);
    await more();
    expect(closed).toBe(0);
  });

  test('is not blamed for a camera that is away, and starts again with its next run', async () => {
    await more();
    source.kill('SIGKILL');
    const pid = views.pids[0]!;
    await expect.poll(() => performance.now() - lastAt, POLLING).toBeGreaterThan(SILENT_MS + 1_000);
    expect(views.pids).toEqual([pid]);
    ingest.restart();
    source = startSource(ingest.port);
    await another(pid);
    await more();
    expect(closed).toBe(0);
  });

  test('is not started where the camera sends nothing, for a page whose frames stopped', async () => {
    await more();
    views.end('a');
    const open = () => views.open('gate', ingest, 'b', { write: () => {}, close: () => {} });
    source.kill('SIGSTOP');
    await expect.poll(() => performance.now() - lastAt, POLLING).toBeGreaterThan(2_200);
    expect(open).toThrow(expect.objectContaining({ status: 503 }));
    expect(views.pids).toEqual([]);
    expect(views.viewers).toBe(0);
    source.kill('SIGCONT');
    await expect.poll(() => performance.now() - lastAt, POLLING).toBeLessThan(500);
    open();
    expect(views.pids).toHaveLength(1);
  });

  test('is not started again for a camera that pauses between its pictures', async () => {
    await more();
    const pid = views.pids[0]!;
    for (let pauses = 0; pauses < 2; pauses++) {
      source.kill('SIGSTOP');
      await expect.poll(() => performance.now() - lastAt, POLLING).toBeGreaterThan(2_500);
      source.kill('SIGCONT');
      await more();
      expect(views.pids).toEqual([pid]);
    }
  });

  test('ends its views where the pictures get another size, with nothing of them sent', async () => {
    await more();
    expect(sizes).toEqual(new Set(['320x180']));
    source.kill('SIGKILL');
    ingest.restart();
    source = startSource(ingest.port, '640x480');
    await expect.poll(() => closed, POLLING).toBe(1);
    expect(sizes).toEqual(new Set(['320x180']));
    expect([views.pids, views.viewers]).toEqual([[], 0]);
  });

  test('a worker without a file descriptor for it goes on, and starts it later', async () => {
    const file = fileURLToPath(
      new URL('../../testing/encoder-without-descriptors.ts', import.meta.url),
    );
    const script = 'ulimit -n 128 && exec "$0" "$1"';
    const { stderr } = await promisify(execFile)('sh', ['-c', script, process.execPath, file]);
    expect(stderr).not.toContain('Error');
  });

  test('ends with the last viewer, and a picture comes to none after it', async () => {
    await more();
    const other: Buffer[] = [];
    views.open('gate', ingest, 'b', { write: (chunk) => other.push(chunk), close: () => {} });
    expect(views.pids).toHaveLength(1);
    await expect.poll(() => other.length, POLLING).toBeGreaterThan(5);
    expect(views.end('a')).toBe(true);
    expect([views.end('a'), views.has('a'), closed]).toEqual([false, false, 1]);
    const [before, seen] = [bytes, other.length];
    await expect.poll(() => other.length, POLLING).toBeGreaterThan(seen + 5);
    expect(bytes).toBe(before);
    views.endCamera('gate');
    expect([views.pids, views.viewers, ingest.receivers]).toEqual([[], 0, 0]);
  });
});
