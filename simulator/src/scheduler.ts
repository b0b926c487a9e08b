import type { Clock } from './clock.ts';

/** Something that has to happen again and again at times of the common clock. */
export interface Task {
  /** Elapsed seconds at which it wants to run next; Infinity where it has nothing to do. */
  due(): number;
  /** Does what is due at `now`, elapsed seconds. */
  run(now: number): void;
}

/** Tasks that are due this soon run together, which saves a wake-up for each. */
const TOGETHER = 0.002;

/** One timer for all mounts, badges and machines. */
export class Scheduler {
  readonly #tasks = new Set<Task>();
  #timer: NodeJS.Timeout | undefined;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;

  /** @param onError hears of a task that failed; the others go on. */
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

  /** To be called when a task's next time may have come nearer. */
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
