import type { ContrastCount } from '../pipeline/legible-equipment.ts';
import { SlidingCount } from './sliding-count.ts';

const HOUR_MS = 3_600_000;
/** Window of the share of people at low contrast, ms: one person in a dark corner says nothing of a camera. */
const CONTRAST_MS = 600_000;
/** With fewer counts in it the share is not given: it would rest on one or two people. */
const LEAST_PEOPLE = 20;
/** Delays of so many analysed pictures are remembered. */
const DELAYS = 64;

/** Counts since the capture began. */
export interface CaptureTotals {
  readonly due: number;
  readonly lost: number;
  readonly stalls: number;
  readonly reconnects: number;
  readonly decodeErrors: number;
}

/** Counts capture events over the windows of the health message. */
export class CaptureMeter {
  readonly #arrived = new SlidingCount(10_000);
  readonly #due = new SlidingCount(60_000);
  readonly #lost = new SlidingCount(60_000);
  readonly #analysed = new SlidingCount(10_000);
  readonly #source = new SlidingCount(10_000);
  readonly #reconnects = new SlidingCount(HOUR_MS);
  readonly #stalls = new SlidingCount(HOUR_MS);
  readonly #decodeErrors = new SlidingCount(HOUR_MS);
  readonly #people = new SlidingCount(CONTRAST_MS);
  readonly #illegible = new SlidingCount(CONTRAST_MS);
  readonly #totals = { due: 0, lost: 0, stalls: 0, reconnects: 0, decodeErrors: 0 };
  /** From exposure to the end of the analysis, milliseconds; the newest replaces the oldest. */
  readonly #delays = new Float64Array(DELAYS);
  #delayCount = 0;
  #firstAt: number | undefined;

  /** A picture to analyse is in memory. */
  arrived(): void {
    const now = performance.now();
    this.#firstAt ??= now;
    this.#arrived.add(now);
    this.#due.add(now);
    this.#totals.due++;
  }

  /** A picture was dropped at once, because no slot was free. */
  discarded(): void {
    const now = performance.now();
    this.#arrived.add(now);
    this.#due.add(now);
    this.#lost.add(now);
    this.#totals.due++;
    this.#totals.lost++;
  }

  /** Pictures were replaced by newer ones before a detector was free. */
  replaced(count: number): void {
    this.#lost.add(performance.now(), count);
    this.#totals.lost += count;
  }

  /** @param delayMs from the exposure of the picture until now. */
  analysed(delayMs: number): void {
    this.#analysed.add(performance.now());
    this.#delays[this.#delayCount++ % DELAYS] = Math.max(0, delayMs);
  }

  /** People of an analysed picture, and those of them at too low a contrast for a report that an item is missing. */
  people({ people, illegible }: ContrastCount): void {
    if (people === 0) return;
    const now = performance.now();
    this.#people.add(now, people);
    this.#illegible.add(now, illegible);
  }

  /** The decoder reported a damaged picture or a lost packet. */
  decodeError(): void {
    this.#decodeErrors.add(performance.now());
    this.#totals.decodeErrors++;
  }

  get totals(): CaptureTotals {
    return this.#totals;
  }

  /** Pictures that the camera sent, analysed or not. */
  sent(count: number): void {
    this.#source.add(performance.now(), count);
  }

  reconnect(): void {
    this.#firstAt = undefined;
    this.#delayCount = 0;
    this.#reconnects.add(performance.now());
    this.#totals.reconnects++;
  }

  stall(): void {
    this.#stalls.add(performance.now());
    this.#totals.stalls++;
  }

  read(): {
    arrivedFps: number;
    analysedFps: number;
    sourceFps: number;
    droppedShare: number;
    reconnectsLastHour: number;
    stallsLastHour: number;
    decodeErrorsLastHour: number;
    delayMs: number | null;
    illegibleShare: number;
  } {
    const now = performance.now();
    // A stream younger than the window is measured over its age.
    const age = this.#firstAt === undefined ? 10_000 : now - this.#firstAt;
    const seconds = Math.min(10, Math.max(1, age / 1000));
    const due = this.#due.total(now);
    const people = this.#people.total(now);
    return {
      arrivedFps: this.#arrived.total(now) / seconds,
      analysedFps: this.#analysed.total(now) / seconds,
      sourceFps: this.#source.total(now) / seconds,
      droppedShare: due === 0 ? 0 : Math.min(1, this.#lost.total(now) / due),
      reconnectsLastHour: this.#reconnects.total(now),
      stallsLastHour: this.#stalls.total(now),
      decodeErrorsLastHour: this.#decodeErrors.total(now),
      delayMs: this.#delay(),
      illegibleShare: people < LEAST_PEOPLE ? 0 : this.#illegible.total(now) / people,
    };
  }

  /** The 95th percentile of the last delays; null before the first. */
  #delay(): number | null {
    const count = Math.min(this.#delayCount, DELAYS);
    if (count === 0) return null;
    const sorted = this.#delays.slice(0, count).sort();
    return Math.round(sorted[Math.min(count - 1, Math.floor(0.95 * count))]!);
  }
}
