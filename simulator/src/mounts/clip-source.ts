import { type Clock, loopTime } from '../clock.ts';
import type { AccessUnit, Clip } from '../media/types.ts';
import type { Scheduler, Task } from '../scheduler.ts';
import type { Source, SourceUnit } from './source.ts';

/**
 * A larger delay means that the process was suspended; missed units are skipped, not sent in a
 * burst. Seconds.
 */
const SKIP_BEHIND = 1;

export interface ClipSourceOptions {
  clip: Clip;
  clock: Clock;
  scheduler: Scheduler;
  /** Seconds of one loop; a shorter clip pauses at its end, a longer one is cut. */
  duration: number;
  /** Seconds that this mount is ahead of the common clip time. */
  offset: number;
}

/** Sends a clip from memory in a loop, synchronised to the common clock. */
export class ClipSource implements Source, Task {
  readonly format;
  readonly width;
  readonly height;
  readonly framesPerSecond;
  readonly duration;
  deliver: (unit: SourceUnit) => void = () => {};
  readonly #units: AccessUnit[];
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #offset: number;
  #wanted = false;
  #round = 0;
  #index = 0;

  constructor({ clip, clock, scheduler, duration, offset }: ClipSourceOptions) {
    this.format = clip.format;
    this.width = clip.width;
    this.height = clip.height;
    this.framesPerSecond = clip.framesPerSecond;
    this.duration = duration;
    // In sending order, up to the first unit past the end: later ones may depend on it.
    const end = clip.units.findIndex((unit) => unit.pts > duration - 1e-6);
    this.#units = end < 0 ? clip.units : clip.units.slice(0, end);
    if (this.#units.length === 0) throw new Error('the loop is shorter than one picture');
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#offset = offset;
    scheduler.add(this);
  }

  setWanted(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#seek(this.#clock.elapsed());
    this.#scheduler.wake();
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    this.#scheduler.remove(this);
  }

  due(): number {
    return this.#wanted ? this.#start() + this.#units[this.#index]!.dts : Infinity;
  }

  run(now: number): void {
    if (now - this.due() > SKIP_BEHIND) this.#seek(now);
    while (this.#wanted && this.due() <= now) {
      const unit = this.#units[this.#index]!;
      const at = this.#start() + unit.pts;
      this.#index += 1;
      if (this.#index === this.#units.length) {
        this.#index = 0;
        this.#round += 1;
      }
      this.deliver({ unit, at });
    }
  }

  /** When the current round started, seconds since the epoch. */
  #start(): number {
    return this.#round * this.duration - this.#offset;
  }

  /** Advances to the first unit that is not past. */
  #seek(now: number): void {
    const { round, time } = loopTime(now + this.#offset, this.duration);
    const index = this.#units.findIndex((unit) => unit.dts >= time);
    this.#round = index < 0 ? round + 1 : round;
    this.#index = Math.max(index, 0);
  }
}
