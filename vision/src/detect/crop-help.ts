import type { CropsRead, CropTask, HelpEnded } from './thread-messages.ts';

/** A thread as far as it matters to {@link CropHelp}. */
export interface HelpThread {
  readonly worker: { postMessage(message: unknown): void };
  /** The frame that it helps with. */
  helping: number | undefined;
}

interface Case {
  readonly asker: HelpThread;
  readonly helpers: Set<HelpThread>;
  readonly read: CropsRead[];
}

/**
 * Lets idle threads read crops of a frame that another thread analyses: with several people in the
 * picture the crops cost more than the full pass, and one camera has one frame in progress. A
 * thread that asks always gets an answer, also where no thread was idle or a helper failed.
 */
export class CropHelp {
  readonly #cases = new Map<number, Case>();
  readonly #idle: () => HelpThread[];
  #crops = 0;

  /** @param idle the threads that have nothing to do now. */
  constructor(idle: () => HelpThread[]) {
    this.#idle = idle;
  }

  /** Crops that were read by helpers, since the start. */
  get crops(): number {
    return this.#crops;
  }

  /** `asker` shares its crops: it reads them, too, so one thread less is needed. */
  ask(asker: HelpThread, task: CropTask): void {
    const helpers = this.#idle().slice(0, task.crops.length - 1);
    this.#cases.set(task.id, { asker, helpers: new Set(helpers), read: [] });
    for (const helper of helpers) {
      helper.helping = task.id;
      helper.worker.postMessage(task);
    }
    this.#endIfDone(task.id);
  }

  /** A helper is idle again. */
  helped(helper: HelpThread, id: number, read: CropsRead): void {
    this.#cases.get(id)?.read.push(read);
    this.#crops += read.found.length;
    this.#leave(helper);
  }

  /** The thread is gone: nobody waits for it, and its own frame needs no help. */
  gone(thread: HelpThread): void {
    this.#leave(thread);
    for (const [id, { asker }] of this.#cases) if (asker === thread) this.#cases.delete(id);
  }

  #leave(helper: HelpThread): void {
    const id = helper.helping;
    if (id === undefined) return;
    helper.helping = undefined;
    this.#cases.get(id)?.helpers.delete(helper);
    this.#endIfDone(id);
  }

  #endIfDone(id: number): void {
    const one = this.#cases.get(id);
    if (!one || one.helpers.size > 0) return;
    this.#cases.delete(id);
    one.asker.worker.postMessage({ kind: 'help-ended', id, read: one.read } satisfies HelpEnded);
  }
}
