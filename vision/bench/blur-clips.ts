import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CameraConfig, type ClipBoxes, readCamerasFile } from '@anshi/contracts';
import { blurClip } from '../src/blur/blur-clip.ts';
import { faceAt } from '../src/blur/face-tracks.ts';
import { PeopleFinder } from '../src/blur/people-finder.ts';
import { rawPictures } from '../src/blur/raw-pictures.ts';
import { findFfmpeg } from '../src/capture/ffmpeg-tool.ts';
import type { PpeCard } from '../src/detect/model-card.ts';
import { ModelRunner } from '../src/detect/model-runner.ts';
import type { Detection } from '../src/frame.ts';
import { runClip } from '../src/pipeline/run-clip.ts';
import { drawnBoxes } from '../src/record/clip-boxes.ts';
import { headsAt, type SceneTruth } from '../src/testing/scene-heads.ts';
import { type BlurScore, noScore, scorePicture } from './blur-score.ts';
import { lookAsWorker } from './blur-sets.ts';

const clips = join(import.meta.dirname, '../../simulator/clips');
/** Pictures a second that are scored. */
const SCORED_FPS = 4;

/** Blurs the simulator's clips as the worker does, and scores them by the truth of the scene. */
export async function blurClips(card: PpeCard): Promise<Map<string, BlurScore>> {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-bench-blur-'));
  const { major: ffmpeg } = await findFfmpeg();
  const finder = await PeopleFinder.load(card, null);
  const runner = await ModelRunner.load(card, (work) => work());
  const cameras = camerasOfClips();
  const scores = new Map<string, BlurScore>();
  try {
    for (const file of readdirSync(clips)
      .filter((name) => name.endsWith('.mp4'))
      .sort()) {
      const name = file.replace('.mp4', '');
      const truth: SceneTruth = JSON.parse(readFileSync(join(clips, `${name}.truth.json`), 'utf8'));
      const input = join(clips, file);
      const output = join(folder, file);
      const boxes = await recordedBoxes(card, cameras.get(name)!, input);
      const before = cpuMs();
      const { tracks } = await blurClip({ input, output, boxes, ffmpeg }, finder);
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

/** The cameras that show the clips. */
function camerasOfClips(): Map<string, CameraConfig> {
  const file = join(import.meta.dirname, '../../cameras.yaml');
  const { cameras } = readCamerasFile(readFileSync(file, 'utf8'), file);
  return new Map(cameras.map((camera) => [camera.id, camera]));
}

/** What the worker records beside a clip: the people and parts of the frames that it analyses. */
async function recordedBoxes(
  card: PpeCard,
  config: CameraConfig,
  file: string,
): Promise<ClipBoxes> {
  const { observations } = await runClip(config, card, { file });
  const [width, height] = config.picture;
  const start = Date.parse(observations[0]!.at);
  const frames = observations.map((observation) => ({
    t: (Date.parse(observation.at) - start) / 1000,
    boxes: drawnBoxes(observation),
  }));
  return { width, height, tracks: [], frames };
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

/** CPU time of this process and of its children that ended, ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // After the name in parentheses; utime and stime of children that were waited for, in ticks of 10 ms.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const children = (Number(fields[13]) + Number(fields[14])) * 10;
  return (user + system) / 1000 + children;
}
