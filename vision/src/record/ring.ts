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
  runOf,
} from './ring-index.ts';

/** A segment this much later than the newest one predates a clock that was set back. */
const BEHIND_MS = 5000;

/**
 * The last seconds of one camera on disk, as the camera sent them. The file names are the index, so
 * that a restarted worker can use earlier recordings.
 */
export class Ring {
  readonly folder: string;
  #keepMs: number;
  #segments: RingSegment[] = [];
  #end = 0;
  readonly #windows = new Set<{ from: number; to: number }>();
  #work: Promise<void> = Promise.resolve();

  private constructor(folder: string, keepSeconds: number) {
    this.folder = folder;
    this.#keepMs = keepSeconds * 1000;
  }

  /**
   * Reads the folder; unfinished segments of an earlier run are removed. Old ones stay until {@link
   * prune} or {@link add}: pending clips may need them.
   */
  static async open(folder: string, keepSeconds: number): Promise<Ring> {
    await mkdir(folder, { recursive: true });
    const ring = new Ring(folder, keepSeconds);
    for (const name of await readdir(folder)) {
      const segment = readSegmentName(name);
      if (segment) ring.#segments.push(segment);
      else await rm(join(folder, name), { force: true, recursive: true });
    }
    ring.#segments.sort((a, b) => a.from - b.from);
    ring.#end = ring.#segments.at(-1)?.to ?? 0;
    return ring;
  }

  /** Changes how much is kept. */
  keep(seconds: number): void {
    this.#keepMs = seconds * 1000;
  }

  /** Adds a segment that ffmpeg has finished. */
  add(finished: WallSegment): Promise<void> {
    return this.#serialize(async () => {
      const file = nameSegment(finished);
      try {
        await rename(join(this.folder, finished.file), join(this.folder, file));
      } catch {
        return; // The folder was emptied meanwhile; there is nothing to keep.
      }
      const segment = { ...finished, file, from: Math.round(finished.from) };
      // Segments of one run arrive in order, even while its clock converges.
      const later = this.#segments.findIndex(
        (other) => other.from > segment.from && runOf(other) !== runOf(segment),
      );
      if (later === -1) this.#segments.push(segment);
      else this.#segments.splice(later, 0, segment);
      this.#end = Math.round(finished.to);
      // By the stream clock: it follows a jump of the wall clock with a delay.
      await this.#prune(this.#end - this.#keepMs, this.#end + BEHIND_MS);
    });
  }

  /** Removes expired segments that no clip needs; for a camera without video. */
  prune(now = Date.now()): Promise<void> {
    return this.#serialize(() => this.#prune(now - this.#keepMs, Number.POSITIVE_INFINITY));
  }

  /** Removes unfinished segments of a run of ffmpeg. Only while none runs. */
  sweep(): Promise<void> {
    return this.#serialize(async () => {
      for (const name of await readdir(this.folder)) {
        if (!readSegmentName(name)) await rm(join(this.folder, name), { force: true });
      }
    });
  }

  /** Holds the segments of a window until the returned function is called. */
  hold(from: number, to: number): () => void {
    const window = { from, to };
    this.#windows.add(window);
    return () => this.#windows.delete(window);
  }

  cover(from: number, to: number): Covering | null {
    return coverWindow(this.#segments, from, to);
  }

  /** End of the last segment, milliseconds since the epoch; 0 if there was none. */
  get end(): number {
    return this.#end;
  }

  /** Settles when all additions are done. */
  settled(): Promise<void> {
    return this.#work;
  }

  async #prune(oldest: number, newest: number): Promise<void> {
    const old = expired(this.#segments, { oldest, newest }, [...this.#windows]);
    if (old.length === 0) return;
    this.#segments = this.#segments.filter((segment) => !old.includes(segment));
    for (const { file } of old) await rm(join(this.folder, file), { force: true });
  }

  /** A failure rejects its own call only, not the following ones. */
  #serialize(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }
}
