import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Logger } from 'pino';
import { Problem } from '../http/errors.ts';
import type { Metrics } from '../metrics.ts';

/** What lies on a disk. */
export type DiskPlace = 'logs' | 'evidence' | 'files' | 'uploads' | 'database' | 'backups';
/** `full`: new files and changes are refused, so that what runs can go on. */
export type DiskState = 'ok' | 'low' | 'full';

/** The disk of a folder. */
export interface Disk {
  readonly place: DiskPlace;
  /** The folder, which may not be there yet. */
  readonly folder: string;
  readonly state: DiskState;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface Disks {
  /** As they were at the last look. */
  all(): readonly Disk[];
  /** Whether the database may be changed; true where its disk is not of this machine. */
  readonly databaseHasRoom: boolean;
  /**
   * @throws Problem `disk.full` where so many bytes more would fill the disk of one of these places.
   */
  requireRoom(bytes: number, ...places: DiskPlace[]): Promise<void>;
  /** Called after each look that found another state. */
  onChange(listener: (disk: Disk, before: DiskState) => void): void;
  /** Looks now. */
  look(): Promise<void>;
  start(): void;
  close(): void;
}

const LOOK_EVERY_MS = 5_000;
/** People are told early: a disk that fills fast leaves hours, not minutes. */
const LOW = { share: 0.1, bytes: 10e9 };
const FULL = { share: 0.05, bytes: 256e6 };
/** A state ends with so much more than it began with, so that it does not flicker. */
const ENDS_AT = 1.2;

/**
 * Watches the disks of folders.
 *
 * @param folders by place; null for what this machine does not hold.
 */
export function watchDisks(options: {
  folders: Readonly<Record<DiskPlace, string | null>>;
  metrics: Pick<Metrics, 'diskFreeBytes' | 'diskState'>;
  log: Logger;
}): Disks {
  const { metrics, log } = options;
  const folders = Object.entries(options.folders).flatMap(([place, folder]) =>
    folder === null ? [] : [{ place: place as DiskPlace, folder: resolve(folder) }],
  );
  const known = new Map<DiskPlace, Disk>();
  const listeners: Parameters<Disks['onChange']>[0][] = [];
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (const { place, folder } of folders) {
      const figures = await figuresOf(folder).catch(() => null);
      if (!figures) continue;
      const before = known.get(place)?.state ?? 'ok';
      const disk = { place, folder, ...figures, state: stateOf(figures, before) };
      known.set(place, disk);
      metrics.diskFreeBytes.set({ place }, disk.freeBytes);
      metrics.diskState.set({ place }, ['ok', 'low', 'full'].indexOf(disk.state));
      if (disk.state === before) continue;
      const level = disk.state === 'ok' ? 'info' : disk.state === 'low' ? 'warn' : 'error';
      log[level](
        { place, folder, freeBytes: disk.freeBytes },
        `the disk of ${place} is ${disk.state}`,
      );
      for (const listener of listeners) listener(disk, before);
    }
  }

  return {
    all: () => [...known.values()],
    get databaseHasRoom() {
      return known.get('database')?.state !== 'full';
    },
    async requireRoom(bytes, ...places) {
      await look();
      for (const place of places) {
        const disk = known.get(place);
        if (disk && disk.freeBytes - bytes < limitOf(FULL, disk.totalBytes)) {
          throw new Problem('disk.full');
        }
      }
    },
    onChange: (listener) => void listeners.push(listener),
    look,
    start() {
      const again = () => {
        look()
          .catch((err: unknown) => log.warn({ err }, 'the disks cannot be asked'))
          .finally(() => {
            timer = setTimeout(again, LOOK_EVERY_MS).unref();
          });
      };
      again();
    },
    close: () => clearTimeout(timer),
  };
}

/** Of the folder, or of the first one above it that is there. */
async function figuresOf(folder: string): Promise<{ freeBytes: number; totalBytes: number }> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    return figuresOf(dirname(folder));
  }
}

const limitOf = ({ share, bytes }: typeof LOW, totalBytes: number) =>
  Math.min(bytes, totalBytes * share);

/** The state by what is free. */
export function stateOf(
  { freeBytes, totalBytes }: { freeBytes: number; totalBytes: number },
  before: DiskState,
): DiskState {
  const below = (limit: typeof LOW, isNow: boolean) =>
    freeBytes < limitOf(limit, totalBytes) * (isNow ? ENDS_AT : 1);
  if (below(FULL, before === 'full')) return 'full';
  return below(LOW, before !== 'ok') ? 'low' : 'ok';
}
