import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFrames } from '../pipeline/clip-frames.ts';
import { makeTamperedClips, type TamperedClip } from '../testing/tampered-clips.ts';
import { type SceneChange, SceneWatch } from './scene-watch.ts';

const source = join(import.meta.dirname, '../../../simulator/clips/aisle.mp4');
/** The frames of a camera that is analysed as often as by default; the fault comes once the scene is known. */
const SHAPE = { width: 480, height: 270, fps: 5, seconds: 24, begin: 12 };
/** A fault is confirmed after 4 to 8 s; the worst that `bench tamper` measured is 9.2 s. */
const WITHIN_SECONDS = 10;

/** Pictures of a real encoder and decoder. `npm run bench -- tamper` is the same on more clips. */
describe('the picture of a camera', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-scene-'));
  const clips = new Map<string, TamperedClip>();
  const faulty = [
    ['black', 'black'],
    ['frozen', 'frozen'],
    ['blurred', 'blurred'],
    ['turned', 'turned'],
    ['covered-by-cloth', 'covered'],
  ] as const;
  const sound = ['plain', 'lights-off', 'lights-on', 'rain'];

  beforeAll(async () => {
    // Made small once, and not for each alteration.
    const base = join(folder, 'aisle.mp4');
    const small = ['-vf', `fps=${SHAPE.fps},scale=${SHAPE.width}:${SHAPE.height}:out_range=tv`];
    const codec = ['-an', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8'];
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', source, ...small, ...codec, base]);
    const names = [...faulty.map(([name]) => name), ...sound];
    for (const clip of await makeTamperedClips(base, folder, SHAPE, names)) {
      clips.set(clip.name, clip);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What is reported of clips that are shown one after the other, with the second of the report. */
  async function reported(watch: SceneWatch, ...names: string[]) {
    const changes: (SceneChange & { reportedAt: number })[] = [];
    const { width, height, fps } = SHAPE;
    for (const [n, name] of names.entries()) {
      const { file } = clips.get(name)!;
      const startAt = n * SHAPE.seconds * 1000;
      for await (const frame of clipFrames({
        file,
        camera: 'aisle',
        width,
        height,
        fps,
        startAt,
      })) {
        for (const change of watch.look(frame, frame.at)) {
          changes.push({ ...change, reportedAt: frame.at / 1000 });
        }
        frame.release();
      }
    }
    return changes;
  }

  it.each(faulty)('that is %s is reported as %s, and as nothing else', async (name, fault) => {
    const watch = new SceneWatch();
    const changes = await reported(watch, name);
    expect(changes).toMatchObject([{ fault, change: 'begun' }]);
    const [{ at, reportedAt }] = changes as [(typeof changes)[number]];
    expect(Math.abs(at / 1000 - SHAPE.begin)).toBeLessThan(2);
    expect(reportedAt - SHAPE.begin).toBeGreaterThan(3);
    expect(reportedAt - SHAPE.begin).toBeLessThan(WITHIN_SECONDS);
    expect(watch.faults).toEqual([{ fault, since: at }]);
  });

  it.each(sound)('is sound where it is %s', async (name) => {
    expect(await reported(new SceneWatch(), name)).toEqual([]);
  });

  it('is sound again once it shows the scene again', async () => {
    const watch = new SceneWatch();
    const changes = await reported(watch, 'covered-by-cloth', 'plain');
    expect(changes).toMatchObject([
      { fault: 'covered', change: 'begun' },
      { fault: 'covered', change: 'ended' },
    ]);
    const ended = changes[1]!;
    expect(ended.reportedAt - SHAPE.seconds).toBeLessThan(5);
    expect(watch.faults).toEqual([]);
  });
});
