import type { Clock } from './clock.ts';

/** A periodic task on the common clock. */
export interface Task {
  /** Next run in elapsed seconds; Infinity where there is none. */
  due(): number;
  /** Runs the work due at `now`, elapsed seconds. */
  run(now: number): void;
}

/** Tasks due within this time run together, which saves wake-ups. */
const TOGETHER = 0.002;

/** One timer for all mounts, badges and machines. */
export class Scheduler {
  readonly #tasks = new Set<Task>();
  #timer: NodeJS.Timeout | undefined;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;

  /** @param onError called when a task failed; the others continue. */
  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  add(task: Task): void {
    this.#tasks.add(task);
    this.wake();
  }

  remove(task: Task): void {
    this.#tasks.delete(task);
    this.wake();
  }

  /** To be called when a task's next run may have moved closer. */
  wake(): void {
    clearTimeout(this.#timer);
    let next = Infinity;
    for (const task of this.#tasks) next = Math.min(next, task.due());
    if (next === Infinity) return;
    const wait = Math.min(Math.max(1, (next - this.#clock.elapsed()) * 1000), 60_000);
    this.#timer = setTimeout(() => this.#tick(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#tasks.clear();
  }

  #tick(): void {
    const now = this.#clock.elapsed() + TOGETHER;
    for (const task of [...this.#tasks]) {
      if (task.due() > now) continue;
      try {
        task.run(now);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.wake();
  }
}
