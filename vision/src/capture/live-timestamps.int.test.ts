import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFlashes } from '../testing/odd-clips.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';
import { WatchedCapture } from '../testing/watched-capture.ts';
import { type FfmpegTool, findFfmpeg } from './ffmpeg-tool.ts';

const RTP_HEADER = 12;
const IDR = 5;
const STAP_A = 24;
const FU_A = 28;
/** Mean luma of a white picture in limited range is 235, of a grey one 126. */
const WHITE = 200;

let simulator: TestSimulator;
let ffmpeg: FfmpegTool;
let folder: string;

beforeAll(async () => {
  [simulator, ffmpeg] = await Promise.all([startSimulator(), findFfmpeg()]);
  folder = await mkdtemp(join(tmpdir(), 'anshi-flashes-'));
});
afterAll(async () => {
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The types of the NAL units in an RTP packet of H.264 (RFC 6184, sections 5.6 to 5.8). */
function nalTypes(packet: Buffer): number[] {
  const type = packet[RTP_HEADER]! & 31;
  if (type === FU_A) return [packet[RTP_HEADER + 1]! & 31];
  if (type !== STAP_A) return [type];
  const types: number[] = [];
  let at = RTP_HEADER + 1;
  while (at + 2 < packet.length) {
    types.push(packet[at + 2]! & 31);
    at += 2 + packet.readUInt16BE(at);
  }
  return types;
}

test.each([0, 2])(
  'an analysed picture names the RTP timestamp with which viewers get it, with %d B-frames, over a restart',
  { timeout: 90_000 },
  async (bFrames) => {
    const file = await makeFlashes(folder, bFrames);
    const name = `flashes-${bFrames}`;
    const own = join(folder, name);
    await mkdir(own);
    await simulator.mount(name, { file });
    const keyFrames = new Set<number>();
    const others = new Set<number>();
    const white: (number | undefined)[] = [];
    const grey: (number | undefined)[] = [];
    const camera = await WatchedCapture.open({
      url: simulator.url(name),
      ffmpeg,
      folder: own,
      change: { analysisFps: 10 },
      onPacket: (packet) => {
        const to = nalTypes(packet).includes(IDR) ? keyFrames : others;
        to.add(packet.readUInt32BE(4));
      },
      look: ({ pixels, width, height, rtpTimestamp }) => {
        const luma = new Uint8Array(pixels, 0, width * height);
        const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length;
        (mean > WHITE ? white : grey).push(rtpTimestamp);
      },
    });
    try {
      await camera.until(() => white.length >= 5);
      const before = camera.frames.findLast(({ rtpTimestamp }) => rtpTimestamp !== undefined);
      await simulator.mount(name, { file });
      await camera.fault('ended');
      const seen = white.length;
      await camera.until(() => white.length >= seen + 5);
      const known = (some: readonly (number | undefined)[]) =>
        some.filter((time) => time !== undefined);
      // The first picture of a run is sent with time 0, and is a white one.
      const times = white.filter((_, n) => n !== 0 && n !== seen);
      expect(times.filter((time) => time === undefined || !keyFrames.has(time))).toEqual([]);
      expect(grey.length - known(grey).length).toBeLessThanOrEqual(2);
      expect(known(grey).filter((time) => !others.has(time) || keyFrames.has(time))).toEqual([]);
      // Measured from the packets alone: a key frame each 0.9 s at most, and the order of pictures.
      await camera.until(() => camera.shape.bFrames !== null);
      expect(camera.shape.bFrames).toBe(bFrames > 0);
      expect(camera.shape.keyFrameSeconds).toBeGreaterThan(0.3);
      expect(camera.shape.keyFrameSeconds).toBeLessThan(1.3);
      // The second run goes on after the first one.
      const after = camera.frames.at(-1)!;
      const passed = (after.rtpTimestamp! - before!.rtpTimestamp!) >>> 0;
      expect(Math.abs(passed / 90 - (after.at - before!.at))).toBeLessThan(1_500);
    } finally {
      await camera.close();
    }
  },
);
