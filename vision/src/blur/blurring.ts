import type { Models } from '../models-folder.ts';
import { HelperThread } from '../record/helper-thread.ts';
import type { BlurJob, BlurMade, BlurSetup } from './blur-messages.ts';

/** What the thread is asked. */
export interface BlurCall {
  readonly setup: BlurSetup;
  readonly job: BlurJob;
}

/**
 * The blurring as the worker sees it: a thread that starts the process, because to start one blocks for
 * milliseconds.
 */
export class Blurring {
  readonly #setup: BlurSetup;
  readonly #thread = new HelperThread<BlurCall, BlurMade>(
    new URL('./blur-thread.ts', import.meta.url),
  );

  constructor({ ppe, pose }: Models) {
    this.#setup = { cards: [...ppe.values()], pose: typeof pose === 'string' ? null : pose };
  }

  /** @throws Error where it failed; the next call starts again. */
  make(job: BlurJob): Promise<BlurMade> {
    return this.#thread.call({ setup: this.#setup, job });
  }

  /** Ends thread and process, also in the middle of a job. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
