import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WallSegment } from '../capture/camera-capture.ts';
import {
  type Covering,
  coverWindow,
  expired,
  nameSegment,
  type RingSegment,
  readSegmentName,
} from './ring-index.ts';

/**
 * The last seconds of one camera on disk, as the camera sent them. The names of the files are the
 * index, so that a restarted worker can cut what an earlier one recorded.
 */
export class Ring {
  readonly folder: string;
  readonly #keepMs: number;
  readonly #now: () => number;
  #segments: RingSegment[] = [];
  readonly #windows = new Set<{ from: number; to: number }>();
  #work: Promise<void> = Promise.resolve();

  private constructor(folder: string, keepSeconds: number, now: () => number) {
    this.folder = folder;
    this.#keepMs = keepSeconds * 1000;
    this.#now = now;
  }

  /** Reads what is there; unfinished segments of an earlier run are removed. */
  static async open(folder: string, keepSeconds: number, now = Date.now): Promise<Ring> {
    await mkdir(folder, { recursive: true });
    const ring = new Ring(folder, keepSeconds, now);
    for (const name of await readdir(folder)) {
      const segment = readSegmentName(name);
      if (segment) ring.#segments.push(segment);
      else await rm(join(folder, name), { force: true, recursive: true });
    }
    ring.#segments.sort((a, b) => a.from - b.from);
    await ring.#prune();
    return ring;
  }

  /** Takes a segment that ffmpeg has finished. */
  add(finished: WallSegment): Promise<void> {
    this.#work = this.#work.then(async () => {
      const file = nameSegment(finished);
      try {
        await rename(join(this.folder, finished.file), join(this.folder, file));
      } catch {
        return; // The folder was emptied meanwhile; there is nothing to keep.
      }
      const segment = { ...finished, file, from: Math.round(finished.from) };
      const later = this.#segments.findIndex((other) => other.from > segment.from);
      if (later === -1) this.#segments.push(segment);
      else this.#segments.splice(later, 0, segment);
      await this.#prune();
    });
    return this.#work;
  }

  /** Keeps what lies in a window until the returned function is called. */
  hold(from: number, to: number): () => void {
    const window = { from, to };
    this.#windows.add(window);
    return () => this.#windows.delete(window);
  }

  cover(from: number, to: number): Covering | null {
    return coverWindow(this.#segments, from, to);
  }

  /** End of the newest segment, milliseconds since the epoch; 0 where there is none. */
  get end(): number {
    return this.#segments.at(-1)?.to ?? 0;
  }

  /** Settles when all that was added is in place. */
  settled(): Promise<void> {
    return this.#work;
  }

  async #prune(): Promise<void> {
    const old = expired(this.#segments, this.#now() - this.#keepMs, [...this.#windows]);
    if (old.length === 0) return;
    this.#segments = this.#segments.filter((segment) => !old.includes(segment));
    for (const { file } of old) await rm(join(this.folder, file), { force: true });
  }
}
