import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder of short videos for tests, made by ffmpeg. */
export interface TestClips {
  readonly folder: string;
  readonly h264: string;
  readonly hevc: string;
  remove(): Promise<void>;
}

/** Eight seconds of a test picture, 320x180 at 10 fps, a key frame each second, with B-frames. */
export async function makeClips(): Promise<TestClips> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-clips-'));
  const make = async (name: string, ...codec: string[]) => {
    const path = join(folder, name);
    const source = ['-f', 'lavfi', '-i', 'testsrc=s=320x180:r=10:d=8', '-pix_fmt', 'yuv420p'];
    await run('ffmpeg', ['-v', 'error', ...source, ...codec, '-g', '10', path]);
    return path;
  };
  const [h264, hevc] = await Promise.all([
    make('h264.mp4', '-c:v', 'libx264', '-preset', 'veryfast'),
    make('hevc.mp4', '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'),
  ]);
  return { folder, h264, hevc, remove: () => rm(folder, { recursive: true, force: true }) };
}
