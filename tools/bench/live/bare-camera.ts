import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStamp } from '../../../simulator/src/stamp.ts';
import { cpuSeconds } from '../cpu.ts';
import type { ShownFrame } from './in-page.ts';

const [WIDTH, HEIGHT] = [640, 360];

/**
 * Reads a camera with ffmpeg alone for some seconds: the frames that come, with the time at which each was decoded. What a
 * viewer sees later than this is the product's.
 */
export async function watchBare(url: string, seconds: number): Promise<ShownFrame[]> {
  const quick = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '32768'];
  const source = ['-rtsp_transport', 'tcp', ...quick, '-analyzeduration', '0', '-i', url];
  const raw = ['-vf', `scale=${WIDTH}:${HEIGHT}`, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'];
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...source, '-an', ...raw], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const frames: ShownFrame[] = [];
  const size = WIDTH * HEIGHT;
  let rest = Buffer.alloc(0);
  child.stdout.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= size) {
      const stamp = readStamp(rest.subarray(0, size), WIDTH, HEIGHT);
      if (stamp !== null) frames.push([Date.now(), stamp]);
      rest = rest.subarray(size);
    }
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1_000);
  await ended;
  clearTimeout(timer);
  // The first ones waited until ffmpeg knew the stream.
  return frames.slice(Math.floor(frames.length / 3));
}

/** Cores that ffmpeg alone takes to send a camera on as RTP, without encryption, to a port where nothing reads it. */
export async function forwardBare(url: string, seconds: number): Promise<number> {
  const source = ['-rtsp_transport', 'tcp', '-i', url, '-an', '-c', 'copy'];
  // Port 9 is for what is thrown away (RFC 863).
  const target = ['-f', 'rtp', 'rtp://127.0.0.1:9'];
  const child = spawn('ffmpeg', ['-v', 'quiet', '-nostdin', ...source, ...target], {
    stdio: 'ignore',
  });
  const pid = child.pid ?? 0;
  // It opens the stream first.
  await sleep(3_000);
  const [before, began] = [cpuSeconds(pid), performance.now()];
  await sleep(seconds * 1_000);
  const cores = ((cpuSeconds(pid) - before) * 1_000) / (performance.now() - began);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return cores;
}
