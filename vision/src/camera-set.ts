import { dirname, join, resolve } from 'node:path';
import type { CameraConfig, CamerasFile } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { StillBlur } from './blur/still-blur.ts';
import type { FfmpegTool } from './capture/ffmpeg-tool.ts';
import { takeOver } from './capture/handed-state.ts';
import type { Heartbeats } from './capture/heartbeats.ts';
import type { FrameScheduler } from './detect/frame-scheduler.ts';
import type { MachineReports } from './judge/machines.ts';
import { emptyJudgeState } from './judge/state.ts';
import type { LiveEngine } from './live/live-engine.ts';
import { SubstreamSlots } from './live/substream/substream-slots.ts';
import { detectorOf, type Models } from './models-folder.ts';
import type { Naming } from './naming/naming.ts';
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
  readonly engine: Pick<LiveEngine, 'endCamera'>;
  readonly bus: Bus;
  readonly machines: MachineReports;
  readonly arming: Pick<ArmingStates, 'of'>;
  readonly naming: Naming;
  readonly blur: Pick<StillBlur, 'make'>;
  /** Where observations are recorded. */
  readonly observations: Pick<ObservationLog, 'of'>;
  /** Version of a camera's configuration in the database; null where it is of a file. */
  readonly versionOf: (camera: string) => number | null;
  /** What the API gives; undefined before it is asked. */
  readonly grants: () => Pick<Heartbeats, 'numberOf' | 'memoryOf' | 'released'> | undefined;
  /** Called when one of the problems changed. */
  readonly onProblem: () => void;
  /** Called when a configuration was applied. */
  readonly onApplied: () => void;
}

/** The cameras of a worker: opened, changed and closed as the configuration says. */
export class CameraSet {
  readonly #options: CameraSetOptions;
  readonly #cameras = new Map<string, WatchedCamera>();
  /** The grant under which each camera was opened. */
  readonly #numbers = new Map<string, number | undefined>();
  #applying: Promise<void> = Promise.resolve();
  #budgetProblem: string | null = null;
  #applyProblem: string | null = null;
  #again: NodeJS.Timeout | undefined;
  #stopping = false;
  readonly #substreams: SubstreamSlots;

  constructor(options: CameraSetOptions) {
    this.#options = options;
    this.#substreams = new SubstreamSlots(options.settings.ANSHI_LIVE_SUBSTREAMS);
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

  /**
   * Applies configurations one after another.
   *
   * @param configured ids of all cameras, with those that other workers watch: where one goes to another
   *   worker, that one goes on with its episodes.
   */
  apply(
    given: CamerasFile,
    configured: readonly string[] = given.cameras.map(({ id }) => id),
  ): void {
    const { settings, log, models, records, onProblem, onApplied } = this.#options;
    const cameras = given.cameras.map((camera) => ({
      ...camera,
      model: detectorOf(models, camera.model),
    }));
    const file = { ...given, cameras };
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
        await this.#remove(file.cameras, configured);
        records.endUnconfigured(configured);
        this.#applyProblem = null;
        // A camera that fails must not affect the others.
        for (const config of file.cameras) {
          await this.#addOrChange(config, seconds).catch((error: unknown) =>
            this.#notApplied(file, configured, error, config.id),
          );
        }
        this.#followFloors(file.cameras);
        onApplied();
      })
      .catch((error: unknown) => this.#notApplied(file, configured, error));
  }

  /** Positions are listened to on the floor plans of calibrated cameras, and on no others. */
  #followFloors(cameras: readonly CameraConfig[]): void {
    const floorPlans = new Set(
      cameras.flatMap(({ enabled, calibration, floorPlan }) =>
        enabled && calibration && floorPlan !== undefined ? [floorPlan] : [],
      ),
    );
    this.#options.naming.positions.follow(floorPlans);
    this.#options.bus.followFloors(floorPlans);
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
  #notApplied(
    file: CamerasFile,
    configured: readonly string[],
    err: unknown,
    camera?: string,
  ): void {
    this.#options.log.error({ err, camera }, 'cameras were not applied, retrying');
    this.#applyProblem = `${camera ? `camera "${camera}"` : 'cameras.yaml'} could not be applied: ${(err as Error).message}; it is tried again`;
    clearTimeout(this.#again);
    if (!this.#stopping)
      this.#again = setTimeout(() => this.apply(file, configured), APPLY_AGAIN_MS);
  }

  async #remove(wanted: readonly CameraConfig[], configured: readonly string[]): Promise<void> {
    const { scheduler, records, engine, bus, log, grants } = this.#options;
    for (const [id, camera] of this.#cameras) {
      const config = wanted.find((other) => other.id === id);
      const isAnew = this.#wasAway(id);
      // Another model needs another pipeline, which takes over the open episodes.
      if (config && config.model === camera.config.model && !isAnew) continue;
      camera.saveState();
      this.#cameras.delete(id);
      await camera.close();
      scheduler.remove(id);
      const isGone = !configured.includes(id);
      if (isGone) camera.endEpisodes();
      await records.recorder.flush();
      if (config && !isAnew) continue;
      if (!isGone && !isAnew) grants()?.released(camera.memory());
      // Another worker goes on with them: a later start here must not.
      if (!isGone) records.recorder.saveState(id, () => emptyJudgeState(id));
      if (config) continue;
      engine.endCamera(id);
      bus.forget(id);
      log.info({ camera: id }, isGone ? 'camera removed' : 'camera given back');
    }
  }

  /** Whether another worker had the camera since it was opened here. */
  #wasAway(id: string): boolean {
    const { grants } = this.#options;
    const number = grants()?.numberOf(id);
    const opened = this.#numbers.get(id);
    return opened !== undefined && number !== opened && grants()?.memoryOf(id) !== undefined;
  }

  /** The memory with which a camera begins: another worker's, or its own of before. */
  async #openingState(config: CameraConfig): Promise<unknown> {
    const { grants, records, log } = this.#options;
    const { states, outbox, recorder } = records;
    const own = states.restore(config.id, outbox.entries);
    const given = grants()?.memoryOf(config.id);
    if (given === undefined) return own;
    if (given === null) return undefined;
    const { state, ended, dropped } = await takeOver(config, given);
    const about = { camera: config.id, episodes: ended.length };
    if (dropped === null) log.info(about, 'goes on with what another worker remembers');
    else log.warn({ ...about, why: dropped }, 'what another worker remembers is dropped');
    if (ended.length > 0) {
      await recorder.recordEnded(config.id, ended, emptyJudgeState(config.id));
    }
    return state;
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
      naming,
      blur,
      observations,
      versionOf,
      grants,
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
    const { recorder, clips } = records;
    this.#numbers.set(config.id, grants()?.numberOf(config.id));
    const camera = await WatchedCamera.open({
      config,
      card: models.ppe.get(config.model)!,
      pose: models.pose,
      state: await this.#openingState(config),
      worker: settings.ANSHI_WORKER_ID,
      ring,
      room,
      ringSeconds,
      stallSeconds: settings.ANSHI_STALL_SECONDS,
      substreams: this.#substreams,
      variables,
      baseFolder: dirname(resolve(settings.ANSHI_CAMERAS)),
      ffmpeg,
      recorder,
      scheduler,
      machines,
      arming,
      naming,
      blur,
      recorded: observations.of(config.id),
      version: () => versionOf(config.id),
      log: log.child({ camera: config.id }),
      onObservation: (observation) => {
        const grant = grants()?.numberOf(config.id);
        bus.observation(grant === undefined ? observation : { ...observation, grant });
      },
      onRingGrew: (id) => clips.grew(id),
      onChange: (id) => {
        const changed = this.#cameras.get(id);
        if (changed) bus.health(changed.health());
      },
    });
    this.#cameras.set(config.id, camera);
  }
}
