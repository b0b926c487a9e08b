import { SlidingCount } from './sliding-count.ts';

const HOUR_MS = 3_600_000;

/** Counts capture events over the windows of the health message. */
export class CaptureMeter {
  readonly #arrived = new SlidingCount(10_000);
  readonly #due = new SlidingCount(60_000);
  readonly #lost = new SlidingCount(60_000);
  readonly #analysed = new SlidingCount(10_000);
  readonly #source = new SlidingCount(10_000);
  readonly #reconnects = new SlidingCount(HOUR_MS);
  readonly #stalls = new SlidingCount(HOUR_MS);
  #firstAt: number | undefined;

  /** A picture to analyse is in memory. */
  arrived(): void {
    const now = performance.now();
    this.#firstAt ??= now;
    this.#arrived.add(now);
    this.#due.add(now);
  }

  /** A picture was dropped at once, because no slot was free. */
  discarded(): void {
    const now = performance.now();
    this.#arrived.add(now);
    this.#due.add(now);
    this.#lost.add(now);
  }

  /** Pictures were replaced by newer ones before a detector was free. */
  replaced(count: number): void {
    this.#lost.add(performance.now(), count);
  }

  analysed(): void {
    this.#analysed.add(performance.now());
  }

  /** Pictures that the camera sent, analysed or not. */
  sent(count: number): void {
    this.#source.add(performance.now(), count);
  }

  reconnect(): void {
    this.#firstAt = undefined;
    this.#reconnects.add(performance.now());
  }

  stall(): void {
    this.#stalls.add(performance.now());
  }

  read(): {
    arrivedFps: number;
    analysedFps: number;
    sourceFps: number;
    droppedShare: number;
    reconnectsLastHour: number;
    stallsLastHour: number;
  } {
    const now = performance.now();
    // A stream younger than the window is measured over its age.
    const age = this.#firstAt === undefined ? 10_000 : now - this.#firstAt;
    const seconds = Math.min(10, Math.max(1, age / 1000));
    const due = this.#due.total(now);
    return {
      arrivedFps: this.#arrived.total(now) / seconds,
      analysedFps: this.#analysed.total(now) / seconds,
      sourceFps: this.#source.total(now) / seconds,
      droppedShare: due === 0 ? 0 : Math.min(1, this.#lost.total(now) / due),
      reconnectsLastHour: this.#reconnects.total(now),
      stallsLastHour: this.#stalls.total(now),
    };
  }
}
