import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { clipFrames } from '../../vision/src/pipeline/clip-frames.ts';
import { SceneWatch } from '../../vision/src/scene/scene-watch.ts';
import { makeTamperedClips, type TamperedClip } from '../../vision/src/testing/tampered-clips.ts';
import { askedPath } from './asked-path.ts';
import { pictureSize } from './fall-clip.ts';
import { note, quantile, tell } from './result.ts';
import { type Reported, scoreClip, type TamperTruth, tamperTruth } from './tamper-score.ts';
import { TARGETS } from './targets.ts';

/*
 * Faults of a camera's picture found and false reports on clips, by the shipped rules. Explained in
 * docs/benches.md.
 */

/** Frames a second that a camera is analysed with by default. */
const FPS = 5;
/** Of the clips that are made. */
const SHAPE = { width: 960, height: 540, fps: 10, seconds: 36, begin: 16 };
const root = join(import.meta.dirname, '../..');
/** Those that the thresholds were not chosen on. */
const judged = ['hall-east', 'aisle'].map((name) => join(root, `simulator/clips/${name}.mp4`));

const { values } = parseArgs({
  options: { data: { type: 'string' }, sources: { type: 'string' } },
});
const own = values.data === undefined ? mkdtempSync(join(tmpdir(), 'anshi-tamper-')) : null;
const folder = own ?? askedPath(values.data!);
try {
  if (own !== null) {
    const sources = values.sources?.split(',').map(askedPath) ?? judged;
    note(`making clips of ${sources.length} scenes`);
    const clips: TamperedClip[] = [];
    for (const source of sources) clips.push(...(await makeTamperedClips(source, own, SHAPE)));
    const truth = clips.map(({ file, ...rest }) => ({ file: basename(file), ...rest }));
    writeFileSync(join(own, 'truth.json'), JSON.stringify(truth, null, 1));
  }
  await score(readTruth(folder));
} finally {
  if (own !== null) rmSync(own, { recursive: true, force: true });
}

async function score(truth: readonly TamperTruth[]): Promise<void> {
  const clips = [];
  const times: number[] = [];
  for (const entry of truth) {
    const reports = await watch(join(folder, entry.file), times);
    const clip = scoreClip(entry, reports);
    clips.push(clip);
    const said = reports.map(({ fault, at }) => `${fault} at ${at.toFixed(1)} s`).join(', ');
    note(`${entry.file}: ${entry.fault ?? 'none'}; reported: ${said || 'nothing'}`);
  }
  const faults = clips.filter(({ fault }) => fault !== null);
  const found = faults.filter(({ delay }) => delay !== null);
  const delays = found.map(({ delay }) => delay!);
  const falseReports = clips.reduce((sum, one) => sum + one.falseReports, 0);
  const share = faults.length > 0 ? found.length / faults.length : 1;
  process.stdout.write(`${JSON.stringify({ clips })}\n`);
  tell({
    bench: 'tamper',
    ok:
      clips.length > 0 &&
      share >= TARGETS.tamperFound - 1e-9 &&
      falseReports <= TARGETS.tamperFalse,
    figures: {
      clips: clips.length,
      faults: faults.length,
      found: found.length,
      wrongKind: faults.filter(({ wrongKind }) => wrongKind).length,
      falseReports,
      delayP50: quantile(delays, 0.5),
      delayWorst: Math.max(0, ...delays),
      lookMsP50: quantile(times, 0.5),
      lookMsP95: quantile(times, 0.95),
    },
    ratio: share,
    against: 'all faults found; at least 0.95, and no report in rain, at dusk or without a fault',
  });
}

/** What the rules report of a clip, and how long each look took, milliseconds. */
async function watch(file: string, times: number[]): Promise<Reported[]> {
  const [width, height] = await pictureSize(file);
  const scene = new SceneWatch();
  const reports: Reported[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for await (const frame of clipFrames({
    file,
    camera: 'tamper',
    width,
    height,
    fps: FPS,
    startAt: 0,
  })) {
    const begun = performance.now();
    const changes = scene.look(frame, frame.at);
    if (frame.at - last >= 450) {
      times.push(performance.now() - begun);
      last = frame.at;
    }
    frame.release();
    for (const { fault, change } of changes) {
      if (change === 'begun') reports.push({ fault, at: frame.at / 1000 });
    }
  }
  return reports;
}

function readTruth(of: string): TamperTruth[] {
  const path = join(of, 'truth.json');
  let problem: string;
  try {
    const truth = tamperTruth.parse(JSON.parse(readFileSync(path, 'utf8')));
    const absent = truth.filter(({ file }) => !existsSync(join(of, file)));
    if (absent.length === 0) return truth;
    problem = `names clips that do not exist: ${absent.map(({ file }) => file).join(', ')}`;
  } catch (error) {
    problem =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
        : (error as Error).message;
  }
  console.error(`${path}: ${problem}`);
  process.exit(2);
}
