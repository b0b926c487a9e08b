import { stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { readClip } from '../media/read-clip.ts';
import { toneClip } from '../media/tone.ts';
import type { Clip } from '../media/types.ts';
import type { Scheduler } from '../scheduler.ts';
import { ClipSource } from './clip-source.ts';
import { Mount, type MountOptions } from './mount.ts';
import type { Source } from './source.ts';
import { StampedSource } from './stamped-source.ts';

export interface MountTableOptions {
  clock: Clock;
  scheduler: Scheduler;
  /** The loop duration of a known floor plan, seconds: its clips must keep to it. */
  loopOf: (floorPlan: string) => number | undefined;
  /** Called when a stamped mount's ffmpeg exits; the mount is removed. */
  onFailure: (name: string, why: string) => void;
}

/** All mounts by name. */
export class MountTable {
  readonly #options: MountTableOptions;
  readonly #mounts = new Map<string, Mount>();
  /** Files being read or already read, so that mounts of one file share its bytes. */
  readonly #clips = new Map<string, Promise<Clip>>();
  /** Changes of one name are serialised. */
  readonly #changes = new Map<string, Promise<unknown>>();

  constructor(options: MountTableOptions) {
    this.#options = options;
  }

  find(name: string): Mount | undefined {
    return this.#mounts.get(name);
  }

  all(): Mount[] {
    return [...this.#mounts.values()];
  }

  /**
   * Makes a mount, or replaces the one of this name, whose clients are disconnected. If that fails,
   * the old one stays.
   *
   * @throws Error with the problem of the file.
   */
  put(name: string, options: MountOptions): Promise<Mount> {
    return this.#inTurn(name, async () => {
      const mount = new Mount(
        name,
        options,
        await this.#source(name, options),
        this.#options.clock,
      );
      await this.#mounts.get(name)?.stop();
      this.#mounts.set(name, mount);
      return mount;
    });
  }

  /** Removes a mount and disconnects its clients. @returns false where there is none. */
  delete(name: string): Promise<boolean> {
    return this.#inTurn(name, async () => {
      const mount = this.#mounts.get(name);
      this.#mounts.delete(name);
      await mount?.stop();
      return mount !== undefined;
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#mounts.keys()].map((name) => this.delete(name)));
  }

  #inTurn<Result>(name: string, change: () => Promise<Result>): Promise<Result> {
    const before = this.#changes.get(name) ?? Promise.resolve();
    const result = before.then(change, change);
    this.#changes.set(name, result);
    const forget = () => {
      if (this.#changes.get(name) === result) this.#changes.delete(name);
    };
    result.then(forget, forget);
    return result;
  }

  async #source(name: string, options: MountOptions): Promise<Source> {
    const { clock, scheduler, loopOf } = this.#options;
    const { file, floorPlan, offset } = options;
    const clip = file === undefined || options.audioOnly ? toneClip() : await this.#clip(file);
    const loop = floorPlan !== undefined && !options.audioOnly ? loopOf(floorPlan) : undefined;
    const common = { clip, clock, scheduler, duration: loop ?? clip.duration, offset };
    if (!options.stamped || file === undefined) return new ClipSource(common);
    let source: Source | undefined;
    // A missing camera is obvious; one that exists and sends nothing is not.
    const onFailure = (why: string) => {
      if (this.#mounts.get(name)?.source !== source) return;
      this.#options.onFailure(name, why);
      void this.delete(name);
    };
    source = await StampedSource.start({ ...common, file, onFailure });
    return source;
  }

  async #clip(file: string): Promise<Clip> {
    const found = await stat(file).catch((error: Error) => {
      throw new Error(`the clip ${file} cannot be read: ${error.message}`, { cause: error });
    });
    const key = `${file}:${found.size}:${found.mtimeMs}`;
    const known = this.#clips.get(key);
    if (known) return known;
    const reading = readClip(file);
    this.#clips.set(key, reading);
    reading.catch(() => this.#clips.delete(key));
    return reading;
  }
}
