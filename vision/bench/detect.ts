/**
 * Throughput of the whole vision pipeline compared with bare inference.
 *
 *   npm run -s bench -- detect [--threads 1] [--cameras 3] [--seconds 4] [--rounds 7] [--clip FILE]
 *
 * A: several cameras play a 1280x720 H264 clip: ffmpeg decodes -> frames in shared memory -> pixels
 * prepared -> full pass and crops -> decoded -> tracked -> judged. Counted: `session.run` calls.
 * B: a bare loop of `session.run` on as many threads, with the same input shapes in the same mix.
 * A and B alternate; figures are medians of the rounds, the ratio is the median of A / B.
 * Target: ratio >= 0.85.
 *
 * Figures (ms are means a frame in the median round):
 *   pipelineRunsPerSecond   A
 *   bareRunsPerSecond       B
 *   framesPerSecond         frames through the whole pipeline
 *   looksPerFrame           crops (second pass)
 *   waitMs                  from the scheduler to the thread
 *   prepareMs, inferMs, decodeMs   all passes together
 *   trackJudgeMs            tracking, locating and judging, on the main thread
 *   worstTrackJudgeMs       the same, the worst frame of all
 *   inferenceShare          share of the time in which the inference permits are in use: the upper
 *                           bound of the ratio on an otherwise idle machine
 *   bestRatio, worstRatio   of the rounds: how noisy the machine was
 *   threads, cameras, rounds, seconds   as asked for
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { loadPpeCard } from '../src/detect/model-card.ts';
import { fullPassSize, SESSION_OPTIONS } from '../src/detect/model-session.ts';
import { HEIGHT, PipelineLoad, type Tally, WIDTH } from './pipeline-load.ts';

const TARGET = 0.85;
const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    cameras: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '7' },
    clip: { type: 'string', default: join(root, 'simulator/clips/hall-west.mp4') },
  },
});
const [threads, cameras, seconds, rounds] = (
  ['threads', 'cameras', 'seconds', 'rounds'] as const
).map((name) => {
  const value = Number(values[name]);
  if (!(value > 0)) {
    console.error(`--${name} must be a number above 0, not "${values[name]}"`);
    process.exit(2);
  }
  return value;
}) as [number, number, number, number];
if (!existsSync(values.clip)) {
  console.error(`there is no clip ${values.clip}: run \`npm run scenes\`, or name one with --clip`);
  process.exit(2);
}

const card = loadPpeCard(join(root, 'models/ppe'));

/**
 * The input shapes of a run of the pipeline: one full pass to so many crops of each size,
 * interleaved.
 */
function mixOf({ frames, cropSizes }: Tally): { width: number; height: number }[] {
  const shapes: { width: number; height: number }[] = [];
  const sizes = [...cropSizes].map(([size, count]) => {
    const [width, height] = size.split('x').map(Number) as [number, number];
    return { shape: { width, height }, share: count / Math.max(1, frames), due: 0 };
  });
  for (let i = 0; i < 20; i++) {
    shapes.push(fullPassSize(card, WIDTH, HEIGHT));
    for (const size of sizes) {
      for (size.due += size.share; size.due >= 1; size.due--) shapes.push(size.shape);
    }
  }
  return shapes;
}

function startBare(): Promise<Worker> {
  const worker = new Worker(new URL('./bare-loop.mjs', import.meta.url), {
    workerData: { weights: card.weightsPath, input: card.input.name, options: SESSION_OPTIONS },
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(worker));
    worker.once('error', reject);
  });
}

/** @returns runs a second of all threads together. */
async function runBare(workers: Worker[], shapes: ReturnType<typeof mixOf>): Promise<number> {
  const answers = workers.map(
    (worker) =>
      new Promise<{ runs: number; seconds: number }>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('message', (answer) => {
          worker.off('error', reject);
          resolve(answer);
        });
        worker.postMessage({ shapes, seconds });
      }),
  );
  return (await Promise.all(answers)).reduce((sum, one) => sum + one.runs / one.seconds, 0);
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const round = (value: number, digits = 2) => Number(value.toFixed(digits));

const load = await PipelineLoad.start(card, { clip: values.clip, cameras, threads });
const bare = await Promise.all(Array.from({ length: threads }, startBare));
const results: { pipeline: number; bare: number; tally: Tally }[] = [];
// Warm up: tables, compiled code, tracks.
await runBare(bare, mixOf(await load.measure(2)));
for (let i = 0; i < rounds; i++) {
  const tally = await load.measure(seconds);
  const pipelineRuns = (tally.frames + tally.crops) / tally.seconds;
  const bareRuns = await runBare(bare, mixOf(tally));
  results.push({ pipeline: pipelineRuns, bare: bareRuns, tally });
  console.log(
    `round ${i + 1}: pipeline ${pipelineRuns.toFixed(1)} runs/s, bare ${bareRuns.toFixed(1)} runs/s, ` +
      `ratio ${(pipelineRuns / bareRuns).toFixed(3)}`,
  );
}
await load.end();
for (const worker of bare) worker.postMessage('close');

const ratios = results.map((one) => one.pipeline / one.bare);
const ratio = round(median(ratios), 3);
const perFrame = (key: Exclude<keyof Tally, 'cropSizes'>) =>
  round(median(results.map(({ tally }) => tally[key] / Math.max(1, tally.frames))));
const ok = ratio >= TARGET;
console.log(
  JSON.stringify({
    bench: 'detect',
    ok,
    figures: {
      pipelineRunsPerSecond: round(median(results.map((one) => one.pipeline))),
      bareRunsPerSecond: round(median(results.map((one) => one.bare))),
      framesPerSecond: round(median(results.map(({ tally }) => tally.frames / tally.seconds))),
      looksPerFrame: perFrame('crops'),
      waitMs: perFrame('wait'),
      prepareMs: perFrame('prepare'),
      inferMs: perFrame('infer'),
      decodeMs: perFrame('decode'),
      trackJudgeMs: perFrame('judge'),
      worstTrackJudgeMs: round(load.worstJudge),
      inferenceShare: round(
        median(results.map(({ tally }) => tally.infer / 1000 / tally.seconds / threads)),
        3,
      ),
      bestRatio: round(Math.max(...ratios), 3),
      worstRatio: round(Math.min(...ratios), 3),
      threads,
      cameras,
      rounds,
      seconds,
    },
    ratio,
    against: `bare session.run loop on ${threads} thread(s), same input shapes in the same mix; target ${TARGET}`,
  }),
);
process.exitCode = ok ? 0 : 1;
