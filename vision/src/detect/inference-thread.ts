import { parentPort, workerData } from 'node:worker_threads';
import type { FrameDetections } from '../frame.ts';
import type { DetectOptions } from './detect-options.ts';
import type { PoseCard, PpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';
import type { InferenceGate } from './model-session.ts';
import { Permits } from './permits.ts';
import { PoseRunner } from './pose-runner.ts';

/** The workerData of this thread, from {@link DetectorPool}. */
export interface ThreadData {
  readonly cards: readonly PpeCard[];
  readonly pose: PoseCard | null;
  readonly permits: SharedArrayBuffer;
  readonly thread: number;
}

/** One frame to analyse. */
export interface ThreadTask {
  readonly id: number;
  /** `performance.timeOrigin + performance.now()` of the sender. */
  readonly sentAt: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: SharedArrayBuffer;
  readonly sequence: number;
  readonly options: DetectOptions;
}

/** `close`: exit after the frame in progress. */
export type ThreadMessage = ThreadTask | 'close';

export type ThreadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'found'; readonly id: number; readonly found: FrameDetections }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

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

port.on('message', (message: ThreadMessage) => {
  if (message === 'close') void work.then(() => port.close());
  else work = infer(message);
});

async function infer(task: ThreadTask): Promise<void> {
  try {
    const wait = Math.max(0, performance.timeOrigin + performance.now() - task.sentAt);
    const model = task.options.model ?? cards[0]!.name;
    const runner = runners.get(model);
    if (!runner) throw new Error(`there is no model "${model}" in this pool`);
    const found = await runner.detect(task, task.sequence, task.options);
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
    answer({ kind: 'found', id: task.id, found: { ...found, ...(poses && { poses }), timings } });
  } catch (error) {
    answer({ kind: 'failed', id: task.id, message: String((error as Error)?.message ?? error) });
  }
}

answer({ kind: 'ready' });
