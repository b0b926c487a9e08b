import { dirname, join, resolve } from 'node:path';
import type { CameraConfig, CamerasFile } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { FfmpegTool } from './capture/ffmpeg-tool.ts';
import type { FrameScheduler } from './detect/frame-scheduler.ts';
import type { MachineReports } from './judge/machines.ts';
import type { WhepEngine } from './live/whep-engine.ts';
import type { Models } from './models-folder.ts';
import type { ArmingStates } from './publish/arming-states.ts';
import type { Bus } from './publish/bus.ts';
import { checkDiskBudget, folderBytes, ringSeconds } from './record/disk-budget.ts';
import type { ObservationLog } from './record/observation-log.ts';
import { Ring } from './record/ring.ts';
import type { Room } from './record/room.ts';
import type { Records } from './records.ts';
import type { WorkerSettings } from './settings.ts';
import { WatchedCamera } from './watched-camera.ts';

const APPLY_AGAIN_MS = 10_000;

export interface CameraSetOptions {
  readonly settings: WorkerSettings;
  /** What cameras.yaml may name. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly ffmpeg: FfmpegTool;
  readonly models: Models;
  readonly records: Records;
  /** Includes the rings of removed cameras, whose last clips are still to be cut. */
  readonly rings: Map<string, Ring>;
  readonly room: Room;
  readonly scheduler: FrameScheduler;
  readonly engine: WhepEngine;
  readonly bus: Bus;
  readonly machines: MachineReports;
  readonly arming: Pick<ArmingStates, 'of'>;
  /** Where observations are recorded. */
  readonly observations: Pick<ObservationLog, 'of'>;
  /** Version of a camera's configuration in the database; null where it is of a file. */
  readonly versionOf: (camera: string) => number | null;
  /** Called when one of the problems changed. */
  readonly onProblem: () => void;
  /** Called when a configuration was applied. */
  readonly onApplied: () => void;
}

/** The cameras of a worker: opened, changed and closed as the configuration says. */
export class CameraSet {
  readonly #options: CameraSetOptions;
  readonly #cameras = new Map<string, WatchedCamera>();
  #applying: Promise<void> = Promise.resolve();
  #budgetProblem: string | null = null;
  #applyProblem: string | null = null;
  #again: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: CameraSetOptions) {
    this.#options = options;
  }

  get all(): readonly WatchedCamera[] {
    return [...this.#cameras.values()];
  }

  get(camera: string): WatchedCamera | undefined {
    return this.#cameras.get(camera);
  }

  /** The disk is too small for the last configuration: at times no video will be kept. */
  get budgetProblem(): string | null {
    return this.#budgetProblem;
  }

  /** The part of the last configuration that failed and is retried. */
  get applyProblem(): string | null {
    return this.#applyProblem;
  }

  /** Applies configurations one after another. */
  apply(file: CamerasFile): void {
    const { settings, log, records, onProblem, onApplied } = this.#options;
    clearTimeout(this.#again);
    this.#applying = this.#applying
      .then(async () => {
        const folder = settings.ANSHI_WORKER_DIR;
        const seconds = ringSeconds(file.cameras, settings.ANSHI_RING_SECONDS);
        const watched = file.cameras.filter((camera) => camera.enabled).length;
        const used = await folderBytes(join(folder, 'ring'));
        // The cameras are watched all the same: video is kept for as long as there is room.
        this.#budgetProblem = await checkDiskBudget(folder, watched, seconds, used);
        if (this.#budgetProblem !== null) {
          log.error(this.#budgetProblem);
          onProblem();
        }
        await this.#remove(file.cameras);
        records.endUnconfigured(file.cameras.map(({ id }) => id));
        this.#applyProblem = null;
        // A camera that fails must not affect the others.
        for (const config of file.cameras) {
          await this.#addOrChange(config, seconds).catch((error: unknown) =>
            this.#notApplied(file, error, config.id),
          );
        }
        onApplied();
      })
      .catch((error: unknown) => this.#notApplied(file, error));
  }

  /** Settles when all pending configurations are applied. */
  settled(): Promise<void> {
    return this.#applying;
  }

  /** Stops retrying. The cameras stay open: their owner closes them. */
  stop(): void {
    this.#stopping = true;
    clearTimeout(this.#again);
  }

  /** A local failure, not an error in the file: retry. */
  #notApplied(file: CamerasFile, err: unknown, camera?: string): void {
    this.#options.log.error({ err, camera }, 'cameras were not applied, retrying');
    this.#applyProblem = `${camera ? `camera "${camera}"` : 'cameras.yaml'} could not be applied: ${(err as Error).message}; it is tried again`;
    clearTimeout(this.#again);
    if (!this.#stopping) this.#again = setTimeout(() => this.apply(file), APPLY_AGAIN_MS);
  }

  async #remove(wanted: readonly CameraConfig[]): Promise<void> {
    const { scheduler, records, engine, bus, log } = this.#options;
    for (const [id, camera] of this.#cameras) {
      const config = wanted.find((other) => other.id === id);
      // Another model needs another pipeline, which takes over the open episodes.
      if (config && config.model === camera.config.model) continue;
      camera.saveState();
      this.#cameras.delete(id);
      await camera.close();
      scheduler.remove(id);
      if (!config) camera.endEpisodes();
      await records.recorder.flush();
      if (config) continue;
      engine.endCamera(id);
      bus.forget(id);
      log.info({ camera: id }, 'camera removed');
    }
  }

  async #addOrChange(config: CameraConfig, ringSeconds: number): Promise<void> {
    const {
      settings,
      variables,
      log,
      ffmpeg,
      models,
      records,
      rings,
      room,
      scheduler,
      bus,
      machines,
      arming,
      observations,
      versionOf,
    } = this.#options;
    const present = this.#cameras.get(config.id);
    rings.get(config.id)?.keep(ringSeconds);
    if (present) {
      if (JSON.stringify(present.config) === JSON.stringify(config)) return;
      await present.reconfigure(config, ringSeconds);
      log.info({ camera: config.id }, 'camera changed');
      return;
    }
    const folder = join(settings.ANSHI_WORKER_DIR, 'ring', config.id);
    const ring = rings.get(config.id) ?? (await Ring.open(folder, ringSeconds));
    rings.set(config.id, ring);
    const { states, outbox, recorder, clips } = records;
    const camera = await WatchedCamera.open({
      config,
      card: models.ppe.get(config.model)!,
      pose: models.pose,
      state: states.restore(config.id, outbox.entries),
      worker: settings.ANSHI_WORKER_ID,
      ring,
      room,
      ringSeconds,
      stallSeconds: settings.ANSHI_STALL_SECONDS,
      variables,
      baseFolder: dirname(resolve(settings.ANSHI_CAMERAS)),
      ffmpeg,
      recorder,
      scheduler,
      machines,
      arming,
      recorded: observations.of(config.id),
      version: () => versionOf(config.id),
      log: log.child({ camera: config.id }),
      onObservation: (observation) => bus.observation(observation),
      onRingGrew: (id) => clips.grew(id),
      onChange: (id) => {
        const changed = this.#cameras.get(id);
        if (changed) bus.health(changed.health());
      },
    });
    this.#cameras.set(config.id, camera);
  }
}
