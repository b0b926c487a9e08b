import { randomBytes } from 'node:crypto';
import { statfsSync, statSync, truncateSync } from 'node:fs';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { writeDurably } from '../publish/durable-file.ts';
import { folderBytes } from './disk-budget.ts';

/** Below this, no ring is written, so that the remaining disk space is for violations. */
const RING_NEEDS_BYTES = 200e6;
/** The same on a small disk, as a share of it. */
const RING_NEEDS_SHARE = 0.1;
/** What is set aside for events: about two thousand. */
const RESERVE_BYTES = 8 * 1024 * 1024;
const RESERVE_SHARE = 0.02;
/** Amount of the reserve that is released at once. */
const STEP_BYTES = 256 * 1024;
const RESERVE = 'reserve';

/** How much of the worker's disk is free. */
export interface DiskFigures {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Whether an error says that a disk, or the share of a user on it, is full. */
export function isNoRoom(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException)?.code ?? '');
}

/**
 * Gives up a part of the reserve where the disk has no room at all, so that a worker can start: its
 * lock is a file, too.
 */
export function makeRoomToStart(folder: string): void {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= STEP_BYTES) return;
    const file = join(folder, RESERVE);
    truncateSync(file, Math.max(0, statSync(file).size - STEP_BYTES));
  } catch {
    // Nothing exists yet: any error shows at the first write.
  }
}

/**
 * The room on a worker's disk. Video needs much of it and is given up first; then pictures; events,
 * which need little, have a reserve: a file that is cut shorter when they find no room, and made
 * again when there is some.
 */
export class Room {
  readonly #folder: string;
  readonly #log: Logger;
  #figures: DiskFigures;
  #hasRingRoom = true;
  /** What the ring had taken when it was given up: its own files going is no room for it. */
  #ringBytes = 0;
  #reserve = 0;
  #work: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, log: Logger, figures: DiskFigures) {
    this.#folder = folder;
    this.#log = log;
    this.#figures = figures;
  }

  /** @param folder the worker's, which exists. */
  static async open(folder: string, log: Logger): Promise<Room> {
    const room = new Room(folder, log, await figuresOf(folder));
    room.#reserve = (await stat(join(folder, RESERVE)).catch(() => null))?.size ?? 0;
    await room.check();
    return room;
  }

  /** Whether video may be kept. */
  get forRing(): boolean {
    return this.#hasRingRoom;
  }

  get figures(): DiskFigures {
    return this.#figures;
  }

  /** The message for people while the disk is full, or null. */
  get problem(): string | null {
    if (this.#hasRingRoom) return null;
    return `the disk of ${this.#folder} has no room (${mb(this.#figures.freeBytes)} MB free): people are watched and violations are told, but no video is kept; free space, recording goes on by itself`;
  }

  /** Checks the disk, every few seconds, and before a ring is started. */
  check(): Promise<void> {
    return this.#inTurn(async () => {
      this.#figures = await figuresOf(this.#folder);
      const { freeBytes, totalBytes } = this.#figures;
      const needed = Math.min(RING_NEEDS_BYTES, totalBytes * RING_NEEDS_SHARE);
      const again = 2 * needed + this.#ringBytes;
      if (this.#hasRingRoom && freeBytes < needed) {
        this.#hasRingRoom = false;
        this.#ringBytes = await folderBytes(join(this.#folder, 'ring')).catch(() => 0);
        this.#log.error({ freeBytes }, this.problem ?? '');
      } else if (!this.#hasRingRoom && freeBytes >= again) {
        this.#hasRingRoom = true;
        this.#ringBytes = 0;
        this.#log.info({ freeBytes }, 'there is room on the disk again: video is kept');
      }
      await this.#refill();
    });
  }

  /**
   * Writes a file durably, at the cost of the reserve where there is no other room.
   *
   * @throws Error of the file system, also where the reserve is used up.
   */
  readonly write: typeof writeDurably = async (path, content) => {
    for (;;) {
      try {
        return await writeDurably(path, content);
      } catch (error) {
        if (!isNoRoom(error) || !(await this.#inTurn(() => this.#release()))) throw error;
      }
    }
  };

  /** @returns false where nothing is left of it. */
  async #release(): Promise<boolean> {
    if (this.#reserve === 0) return false;
    this.#reserve = Math.max(0, this.#reserve - STEP_BYTES);
    const file = join(this.#folder, RESERVE);
    try {
      const handle = await open(file, 'r+');
      await handle.truncate(this.#reserve).finally(() => handle.close());
      return true;
    } catch {
      this.#reserve = 0;
      return false;
    }
  }

  async #refill(): Promise<void> {
    const { freeBytes, totalBytes } = this.#figures;
    const wanted = Math.min(RESERVE_BYTES, Math.floor(totalBytes * RESERVE_SHARE));
    // Only with plenty of space: a full disk would use up the rest at once.
    if (this.#reserve >= wanted || freeBytes < 4 * wanted) return;
    const file = join(this.#folder, RESERVE);
    try {
      const handle = await open(file, 'a', 0o600);
      try {
        // Noise, so that no file system saves itself the space.
        while (this.#reserve < wanted) {
          const bytes = Math.min(STEP_BYTES, wanted - this.#reserve);
          await handle.appendFile(randomBytes(bytes));
          this.#reserve += bytes;
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (err) {
      this.#log.warn({ err }, 'no space can be set aside for events');
      await rm(file, { force: true }).catch(() => {});
      this.#reserve = 0;
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }
}

async function figuresOf(folder: string): Promise<DiskFigures> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

const mb = (bytes: number) => Math.round(bytes / 1e6);
