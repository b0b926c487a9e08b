import { type ChildProcess, spawn } from 'node:child_process';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RtpIngest } from '../rtp-ingest.ts';
import { Mpeg1Views } from './mpeg1-views.ts';

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

beforeEach(async () => {
  bytes = closed = 0;
  ingest = await RtpIngest.open(() => {});
  source = startSource(ingest.port);
  views = new Mpeg1Views({ most: 2, log: pino({ level: 'silent' }), silentMs: 1_500 });
  views.open('gate', ingest, 'a', {
    write: (chunk) => {
      bytes += chunk.length;
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

  test('is not blamed for a camera that is away, and goes on with it, also in another size', async () => {
    await more();
    source.kill('SIGKILL');
    const pid = views.pids[0]!;
    // Longer than silence is borne, and than what is filled with copies.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(views.pids).toEqual([pid]);
    ingest.restart();
    source = startSource(ingest.port, '640x480');
    await another(pid);
    await more();
    expect(closed).toBe(0);
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
