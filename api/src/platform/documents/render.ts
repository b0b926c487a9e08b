import { Worker } from 'node:worker_threads';
import type { DocumentSpec, DrawnDocument } from './spec.ts';

/** A document is drawn within this time, or not at all, ms. */
const WITHIN_MS = 60_000;
/** Threads at once: the rest of the machine has other work. */
const AT_ONCE = 1;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Draws a document in a thread of its own, so that the API answers others meanwhile.
 *
 * @throws Error where it cannot be drawn, or takes more than a minute.
 */
export async function renderDocument(spec: DocumentSpec): Promise<DrawnDocument> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await drawInThread(spec);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function drawInThread(spec: DocumentSpec): Promise<DrawnDocument> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./draw-thread.ts', import.meta.url), { workerData: spec });
    const late = setTimeout(() => {
      void thread.terminate();
      reject(new Error('the document was not drawn within a minute'));
    }, WITHIN_MS);
    thread.on('message', (drawn: DrawnDocument) => resolve(drawn));
    thread.on('error', reject);
    thread.on('exit', (code) => {
      clearTimeout(late);
      if (code !== 0) reject(new Error(`the thread of a document ended with ${code}`));
    });
  });
}
