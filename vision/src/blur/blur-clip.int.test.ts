import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Box } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxArea, sharedArea } from '../boxes.ts';
import { findFfmpeg } from '../capture/ffmpeg-tool.ts';
import { loadPpeCard } from '../detect/model-card.ts';
import { headsAt } from '../testing/scene-heads.ts';
import { blurClip } from './blur-clip.ts';
import { faceAt } from './face-tracks.ts';
import { PeopleFinder } from './people-finder.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const hall = join(root, 'simulator/clips/hall-west.mp4');
let folder: string;
let finder: PeopleFinder;
let major: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-blur-clip-'));
  finder = await PeopleFinder.load(loadPpeCard(join(root, 'models/ppe')), null);
  ({ major } = await findFfmpeg());
});
afterAll(async () => {
  await finder?.close();
  await rm(folder, { recursive: true, force: true });
});

async function film(name: string, ...flags: string[]): Promise<string> {
  const path = join(folder, name);
  await run('ffmpeg', ['-v', 'error', '-ss', '9', '-i', hall, '-t', '2', ...flags, path]);
  return path;
}
/** Times of the pictures, in the order in which they are shown, and size and duration. */
async function facts(path: string) {
  const wanted = 'packet=pts_time:stream=width,height,codec_name:format=duration';
  const form = ['-v', 'error', '-of', 'json', '-select_streams', 'v:0'];
  const { stdout } = await run('ffprobe', [...form, '-show_entries', wanted, path]);
  const { packets, streams, format } = JSON.parse(stdout);
  const times = (packets as { pts_time: string }[]).map(({ pts_time: at }) => Number(at));
  return {
    times: times.sort((a, b) => a - b),
    size: [streams[0].width, streams[0].height],
    codec: streams[0].codec_name,
    seconds: Number(format.duration),
  };
}
const blur = async (input: string) => {
  const output = join(folder, `${basename(input)}.blurred.mp4`);
  const made = await blurClip({ input, output, boxes: null, ffmpeg: major }, finder);
  return { ...made, output };
};

describe('the rendition of a clip', () => {
  it.each([
    ['as a camera sends it', ['-c', 'copy']],
    ['with B-frames', ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3']],
    [
      'with pictures at uneven times',
      [
        '-vf',
        "select='not(mod(n,3))+gt(random(1),0.6)'",
        '-fps_mode',
        'vfr',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
      ],
    ],
  ])('has the size, the pictures and the times of its original, %s', async (name, flags) => {
    const input = await film(`${name.replaceAll(' ', '-')}.mp4`, ...flags);
    const { output } = await blur(input);
    const [before, after] = await Promise.all([facts(input), facts(output)]);
    expect(after.codec).toBe('h264');
    expect(after.size).toEqual(before.size);
    expect(after.times).toHaveLength(before.times.length);
    const start = after.times[0]! - before.times[0]!;
    for (const [i, at] of before.times.entries()) {
      expect(Math.abs(after.times[i]! - at - start)).toBeLessThan(0.002);
    }
    expect(Math.abs(after.seconds - before.seconds)).toBeLessThan(0.1);
  });

  it('covers the faces of workers who are seen, by the truth of the scene', async () => {
    const { tracks } = await blur(await film('truth.mp4', '-c', 'copy'));
    const truth = JSON.parse(await readFile(hall.replace('.mp4', '.truth.json'), 'utf8'));
    let [heads, open] = [0, 0];
    // The clip begins at the ninth second.
    for (let t = 9; t < 11; t += 1 / truth.fps) {
      for (const { box } of headsAt(truth, t)) {
        heads++;
        if (shareCovered(faceOf(box), tracks, t - 9) < 0.5) open++;
      }
    }
    expect(heads).toBeGreaterThan(30);
    expect(open / heads).toBeLessThan(0.03);
  });

  it('says what is wrong with a file that is no film', async () => {
    const input = join(root, 'package.json');
    await expect(blur(input)).rejects.toThrow();
  });
});

/** The face of a head, below the crown. */
function faceOf([left, top, right, bottom]: Box): Box {
  const [width, height] = [right - left, bottom - top];
  return [left + 0.1 * width, top + 0.45 * height, right - 0.1 * width, bottom];
}

function shareCovered(
  face: Box,
  tracks: readonly Parameters<typeof faceAt>[0][],
  t: number,
): number {
  const shares = tracks.map((track) => {
    const box = faceAt(track, t, 0);
    return box ? sharedArea(box, face) / boxArea(face) : 0;
  });
  return Math.max(0, ...shares);
}
