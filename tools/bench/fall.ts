import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { benched } from '@anshi/contracts/model-digest';
import { z } from 'zod';
import { DetectorPool } from '../../vision/src/detect/detector-pool.ts';
import { loadPoseCard, loadPpeCard } from '../../vision/src/detect/model-card.ts';
import { askedPath } from './asked-path.ts';
import { type FallClip, watchClip } from './fall-clip.ts';
import { fallFigures, fallMisses } from './fall-misses.ts';
import { note, tell } from './result.ts';
import { TARGETS, TargetError, targetOf } from './targets.ts';

/*
 * Falls found and false alarms on clips, by the shipped models and the shipped rule. Explained in
 * docs/benches.md.
 */

/** A record that starts this long before the true start has another cause, seconds. */
const EARLY = 1;

const truthFile = z.array(
  z.object({
    file: z.string().regex(/^[^/\\]+$/, 'must be the name of a file in the same folder'),
    /** Start and end, seconds; null where no fall happens. */
    fall: z.tuple([z.number().min(0), z.number().min(0)]).nullable(),
  }),
);

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    fps: { type: 'string' },
    model: { type: 'string' },
    target: { type: 'string' },
    'target-delay': { type: 'string' },
  },
});
if (!values.data) {
  console.error('Which clips? npm run -s bench -- fall --data DIR (clips and truth.json)');
  process.exit(2);
}
const folder = askedPath(values.data);
const fps = values.fps === undefined ? 5 : Number(values.fps);
if (!(fps > 0 && fps <= 30)) {
  console.error(`--fps must be above 0 and at most 30, not "${values.fps}"`);
  process.exit(2);
}
const targets = readTargets();
const truth = readTruth(folder);
const root = join(import.meta.dirname, '../..');
const card = loadPpeCard(values.model ? askedPath(values.model) : join(root, 'models/ppe'));
const pose = loadPoseCard(join(root, 'models/pose'), join(root, '.anshi/models'));
const pool = await DetectorPool.create({ cards: [card], pose, threads: 1 });

const clips: FallClip[] = [];
try {
  for (const { file, fall } of truth) {
    const clip = await watchClip({
      file: join(folder, file),
      card,
      pose,
      pool,
      fps,
      fall,
      early: EARLY,
    });
    clips.push(clip);
    note(describe(clip));
  }
} finally {
  await pool.close();
}

const figures = fallFigures(clips);
const misses = fallMisses(figures, targets);
for (const miss of misses) note(`missed: ${miss}`);
process.stdout.write(`${JSON.stringify({ clips })}\n`);
tell({
  bench: 'fall',
  ok: misses.length === 0,
  figures,
  ratio: figures.falls > 0 ? figures.found / figures.falls : 0,
  against: `all falls found; at least ${targets.found} of them, by a median of ${targets.delaySeconds} s, and no alarm on clips of daily life`,
  // The pose model sees who lies; the detector supports it.
  model: benched(pose),
  with: [benched(card)],
});

function readTargets() {
  try {
    return {
      found: targetOf(values.target, TARGETS.fallsFound),
      delaySeconds: targetOf(values['target-delay'], TARGETS.fallDelaySeconds),
      alarms: TARGETS.fallAlarms,
    };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

function readTruth(from: string): z.infer<typeof truthFile> {
  const path = join(from, 'truth.json');
  let problem: string;
  try {
    const truths = truthFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    const absent = truths.filter(({ file }) => !existsSync(join(from, file)));
    if (absent.length === 0) return truths;
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

function describe({ file, fall, delay, alarms }: FallClip): string {
  const what = !fall
    ? 'daily life'
    : delay === null
      ? 'fall MISSED'
      : `fall found after ${delay.toFixed(1)} s`;
  return `${basename(file)}: ${what}${alarms > 0 ? `, ${alarms} FALSE` : ''}`;
}
