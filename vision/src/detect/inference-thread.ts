import { parentPort, workerData } from 'node:worker_threads';
import type { FrameDetections } from '../frame.ts';
import { CropClaims } from './crop-claims.ts';
import { type CropReader, ModelRunner } from './model-runner.ts';
import type { InferenceGate } from './model-session.ts';
import { Permits } from './permits.ts';
import { PoseRunner } from './pose-runner.ts';
import { StillCheck } from './still-check.ts';
import type {
  CropsRead,
  CropTask,
  FrameTask,
  ThreadAnswer,
  ThreadData,
  ThreadMessage,
} from './thread-messages.ts';

const port = parentPort;
if (!port) throw new Error('inference-thread.ts runs in a worker thread only');
const { cards, pose, permits: memory, thread } = workerData as ThreadData;
const permits = new Permits(memory);
const gate: InferenceGate = async (work) => {
  permits.acquire(thread);
  try {
    return await work();
  } finally {
    permits.release(thread);
  }
};
const runners = new Map<string, ModelRunner>();
for (const card of cards) runners.set(card.name, await ModelRunner.load(card, gate));

/** Loaded with the first frame that requests poses: most plants have no rule that does. */
let poser: PoseRunner | undefined;

const answer = (message: ThreadAnswer) => port.postMessage(message);

let work: Promise<void> = Promise.resolve();
/** The frame in progress that others help with, and what takes their results. */
let helped: { id: number; ended: (read: readonly CropsRead[]) => void } | undefined;

port.on('message', (message: ThreadMessage) => {
  if (message === 'close') void work.then(() => port.close());
  else if (message.kind === 'help-ended') {
    // Of another frame: one that failed here meanwhile.
    if (message.id === helped?.id) helped.ended(message.read);
  } else if (message.kind === 'crops') work = help(message);
  else work = infer(message);
});

function runnerOf(model: string): ModelRunner {
  const runner = runners.get(model);
  if (!runner) throw new Error(`there is no model "${model}" in this pool`);
  return runner;
}

async function infer(task: FrameTask): Promise<void> {
  try {
    const wait = Math.max(0, performance.timeOrigin + performance.now() - task.sentAt);
    const still = task.options.rest && new StillCheck(task.options.rest.memory);
    const isStill = still?.isStill(task) ?? false;
    if (task.options.rest?.allowed && isStill) {
      const prepare = performance.timeOrigin + performance.now() - task.sentAt - wait;
      const timings = { wait, prepare, infer: 0, decode: 0 };
      answer({
        kind: 'found',
        id: task.id,
        found: { detections: [], regions: 0, still: true, rested: true, timings },
      });
      return;
    }
    const model = task.options.model ?? cards[0]!.name;
    const runner = runnerOf(model);
    const found = await runner.detect(task, task.sequence, task.options, withHelp(task, model));
    const timings = { wait, ...found.timings };
    let poses: FrameDetections['poses'];
    if (task.options.poses && pose) {
      poser ??= await PoseRunner.load(pose, gate);
      const { posesAt: expected = [], round = task.sequence } = task.options;
      const people = found.detections.filter(({ label }) => label === 'person');
      const posed = await poser.detect(task, { people, expected, round });
      poses = posed.poses;
      timings.prepare += posed.timings.prepare;
      timings.infer += posed.timings.infer;
      timings.decode += posed.timings.decode;
    }
    const isEmpty = !poses?.length && !found.detections.some(({ label }) => label === 'person');
    if (isEmpty) still?.remember(task);
    const all = { ...found, ...(poses && { poses }), ...(isStill && { still: isStill }), timings };
    answer({ kind: 'found', id: task.id, found: all });
  } catch (error) {
    answer({ kind: 'failed', id: task.id, message: String((error as Error)?.message ?? error) });
  }
}

/** Reads the crops of a frame together with the threads that are idle. */
function withHelp({ id, width, height, pixels }: FrameTask, model: string): CropReader {
  return async (crops, read) => {
    if (crops.length < 2) return [];
    const ended = new Promise<readonly CropsRead[]>((resolve) => {
      helped = { id, ended: resolve };
    });
    const claims = CropClaims.create();
    answer({
      kind: 'help',
      task: { kind: 'crops', id, model, width, height, pixels, crops, claims },
    });
    const open = new CropClaims(claims, crops.length);
    try {
      for (let next = open.next(); next !== undefined; next = open.next()) await read(next);
    } finally {
      // Also where a crop failed: the helpers still read the pixels, which are released with the answer.
      await ended;
    }
    return ended;
  };
}

async function help(task: CropTask): Promise<void> {
  const found: { crop: number; detections: CropsRead['found'][number]['detections'] }[] = [];
  const times = { prepare: 0, infer: 0, decode: 0 };
  try {
    const runner = runnerOf(task.model);
    const open = new CropClaims(task.claims, task.crops.length);
    for (let next = open.next(); next !== undefined; next = open.next()) {
      const { detections } = await runner.readCrop(task, task.crops[next]!, times);
      found.push({ crop: next, detections });
    }
  } catch {
    // A crop that failed here is read by the thread of the frame, which reports what is wrong.
  }
  answer({ kind: 'helped', id: task.id, read: { found, times } });
}

answer({ kind: 'ready' });
