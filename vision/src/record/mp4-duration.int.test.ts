import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../capture/ffmpeg.ts';
import { durationOfMp4 } from './mp4-duration.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-mp4-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function film(name: string, ...flags: string[]): Promise<string> {
  const path = join(folder, name);
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=7:duration=3.3'];
  await run('ffmpeg', ['-v', 'error', ...source, '-c:v', 'libx264', ...flags, path]);
  return path;
}

describe('the duration of a clip', () => {
  it.each([
    ['its header first', ['-movflags', '+faststart']],
    ['its header last', []],
  ])('is that which ffprobe finds, with %s', async (name, flags) => {
    const path = await film(`${flags.length}.mp4`, ...flags);
    const { durationSeconds } = await probe(path);
    expect(durationSeconds, name).toBeGreaterThan(3);
    expect(await durationOfMp4(path)).toBeCloseTo(durationSeconds!, 2);
  });

  it('is refused of a file that is cut off, empty or no MP4', async () => {
    const whole = await readFile(await film('whole.mp4', '-movflags', '+faststart'));
    const moov = whole.indexOf('moov');
    for (const bytes of [Buffer.alloc(0), Buffer.from('no film'), whole.subarray(0, moov + 10)]) {
      const path = join(folder, 'damaged.mp4');
      await writeFile(path, bytes);
      await expect(durationOfMp4(path)).rejects.toThrow('the clip is empty');
    }
  });
});
