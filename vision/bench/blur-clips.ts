import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { blurClip } from '../src/blur/blur-clip.ts';
import { faceAt } from '../src/blur/face-tracks.ts';
import { PeopleFinder } from '../src/blur/people-finder.ts';
import { rawPictures } from '../src/blur/raw-pictures.ts';
import { findFfmpeg } from '../src/capture/ffmpeg-tool.ts';
import type { PpeCard } from '../src/detect/model-card.ts';
import { ModelRunner } from '../src/detect/model-runner.ts';
import type { Detection } from '../src/frame.ts';
import { type BlurScore, type LabelledHead, noScore, scorePicture } from './blur-score.ts';
import { lookAsWorker } from './blur-sets.ts';

const clips = join(import.meta.dirname, '../../simulator/clips');
/** Pictures a second that are scored. */
const SCORED_FPS = 4;
/** Of a worker, so much must be seen. */
const VISIBLE = 0.6;

interface Truth {
  width: number;
  height: number;
  fps: number;
  duration: number;
  frames: {
    t: number;
    workers: { box: Box; act: string; visible: number; inFrame: number; helmet: boolean }[];
  }[];
}

/** Blurs the simulator's clips as the worker does, and scores them by the truth of the scene. */
export async function blurClips(card: PpeCard): Promise<Map<string, BlurScore>> {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-bench-blur-'));
  const { major: ffmpeg } = await findFfmpeg();
  const finder = await PeopleFinder.load(card, null);
  const runner = await ModelRunner.load(card, (work) => work());
  const scores = new Map<string, BlurScore>();
  try {
    for (const file of readdirSync(clips)
      .filter((name) => name.endsWith('.mp4'))
      .sort()) {
      const name = file.replace('.mp4', '');
      const truth: Truth = JSON.parse(readFileSync(join(clips, `${name}.truth.json`), 'utf8'));
      const input = join(clips, file);
      const output = join(folder, file);
      const before = cpuMs();
      const { tracks } = await blurClip({ input, output, boxes: null, ffmpeg }, finder);
      const cost = cpuMs() - before;
      const score = noScore();
      const { width, height } = truth;
      const looks = { width, height, fps: SCORED_FPS, ffmpeg };
      const originals = await detections(runner, input, looks);
      const blurred = await detections(runner, output, looks);
      for (const [at, { t, found }] of originals.entries()) {
        const painted = tracks.map((track) => faceAt(track, t, 0)).filter((box) => box !== null);
        const after = blurred[at]?.found ?? [];
        const heads = headsAt(truth, t);
        scorePicture(score, card, {
          width,
          height,
          heads,
          painted,
          shape: 'box',
          before: found,
          after,
        });
      }
      // Of a second of clip, not of a picture that is scored.
      score.cpuMs = (cost / truth.duration) * score.pictures;
      scores.set(name, score);
      process.stderr.write(
        `${name}: ${score.readable} of ${score.heads} heads readable, ${score.judgedSame} of ${score.judged} judged the same, ${(cost / 1000).toFixed(1)} s of CPU for ${truth.duration} s\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await finder.close();
    await runner.close();
  }
  return scores;
}

async function detections(
  runner: ModelRunner,
  file: string,
  looks: Parameters<typeof rawPictures>[1],
): Promise<{ t: number; found: Detection[] }[]> {
  const all: { t: number; found: Detection[] }[] = [];
  for await (const picture of rawPictures(file, looks)) {
    all.push({ t: picture.t, found: await lookAsWorker(runner, picture) });
  }
  return all;
}

/** Heads of the upright workers who are seen: the truth has bodies, whose upper end is the head. */
function headsAt({ frames, fps }: Truth, t: number): LabelledHead[] {
  const frame = frames[Math.min(frames.length - 1, Math.round(t * fps))];
  return (frame?.workers ?? [])
    .filter(({ act, visible, inFrame }) => act !== 'work' && visible >= VISIBLE && inFrame > 0.99)
    .map(({ box: [left, top, right, bottom], helmet }) => {
      const tall = bottom - top;
      const x = (left + right) / 2;
      const box: Box = [x - 0.06 * tall, top, x + 0.06 * tall, top + 0.15 * tall];
      return { label: helmet ? 'helmet' : 'head', box };
    });
}

/** CPU time of this process and of its children that ended, ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // After the name in parentheses; utime and stime of children that were waited for, in ticks of 10 ms.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const children = (Number(fields[13]) + Number(fields[14])) * 10;
  return (user + system) / 1000 + children;
}
