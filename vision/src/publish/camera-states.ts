import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { writeDurably } from './durable-file.ts';
import { cameraState, type SavedCameraState } from './outbox-entry.ts';

/**
 * The open episodes of each camera on disk, one file a camera. The outbox explains how they keep
 * step with the events.
 */
export class CameraStates {
  readonly #folder: string;
  readonly #write: typeof writeDurably;
  /** Durable in the state file. */
  readonly #saved: Map<string, SavedCameraState>;
  readonly #given = new Map<string, number>();
  readonly #writing = new Map<string, Promise<void>>();

  private constructor(
    folder: string,
    saved: Map<string, SavedCameraState>,
    write: typeof writeDurably,
  ) {
    this.#folder = folder;
    this.#write = write;
    this.#saved = saved;
  }

  /** Reads all state files; a damaged one is left out with a word in the log. */
  static async open(
    folder: string,
    log: Logger,
    write: typeof writeDurably = writeDurably,
  ): Promise<CameraStates> {
    await mkdir(folder, { recursive: true });
    const saved = new Map<string, SavedCameraState>();
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      try {
        const state = cameraState.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
        saved.set(state.camera, state);
      } catch (error) {
        log.error({ file: name, err: error }, 'a damaged camera state was left out');
      }
    }
    return new CameraStates(folder, saved, write);
  }

  /**
   * The newest state of a camera, from its file and from what still lies in the outbox. Must be
   * asked before the camera's first {@link next}.
   */
  restore(
    camera: string,
    waiting: readonly { state: SavedCameraState | null }[],
  ): SavedCameraState['state'] | undefined {
    const all = waiting.flatMap(({ state }) => (state?.camera === camera ? [state] : []));
    const fromFile = this.#saved.get(camera);
    if (fromFile) all.push(fromFile);
    const newest = all.reduce<SavedCameraState | undefined>(
      (best, state) => (best && best.sequence >= state.sequence ? best : state),
      undefined,
    );
    const given = this.#given.get(camera) ?? 0;
    this.#given.set(camera, Math.max(given, newest?.sequence ?? 0));
    return newest?.state;
  }

  /** Numbers a state; call it in the order in which the states arose. */
  next(camera: string, state: SavedCameraState['state']): SavedCameraState {
    const sequence = (this.#given.get(camera) ?? 0) + 1;
    this.#given.set(camera, sequence);
    return { camera, sequence, state };
  }

  /** Settles when the camera's file holds this state or a newer one. */
  async ensure(state: SavedCameraState): Promise<void> {
    const before = this.#writing.get(state.camera) ?? Promise.resolve();
    const write = before
      .catch(() => {})
      .then(async () => {
        const saved = this.#saved.get(state.camera);
        if (saved && saved.sequence >= state.sequence) return;
        await this.#write(join(this.#folder, `${state.camera}.json`), JSON.stringify(state));
        this.#saved.set(state.camera, state);
      });
    this.#writing.set(state.camera, write);
    await write;
  }
}
