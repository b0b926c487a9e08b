import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CameraConfig, CamerasFile, WorkerStatus } from '@anshi/contracts';
import { readMqttTls } from '@anshi/contracts/tls';
import type { Logger } from 'pino';
import { CamerasWatch } from './capture/cameras-watch.ts';
import { type FfmpegTool, findFfmpeg } from './capture/ffmpeg-tool.ts';
import { DetectorPool } from './detect/detector-pool.ts';
import { FrameScheduler } from './detect/frame-scheduler.ts';
import { WorkerHttp } from './live/http-server.ts';
import { WhepEngine } from './live/whep-engine.ts';
import { loadModels, type Models, tryOutModels } from './models-folder.ts';
import { loadedModels } from './publish/announced-models.ts';
import { Bus } from './publish/bus.ts';
import { MachineStates } from './publish/machine-states.ts';
import { ModelAnnouncements } from './publish/model-announcements.ts';
import { checkDiskBudget, folderBytes, ringSeconds } from './record/disk-budget.ts';
import { lockFolder } from './record/folder-lock.ts';
import { openRings } from './record/open-rings.ts';
import { Ring } from './record/ring.ts';
import { openRecords, type Records } from './records.ts';
import type { WorkerSettings } from './settings.ts';
import { WatchedCamera } from './watched-camera.ts';

const TICK_MS = 2000;
const IDLE_MS = 3000;
const APPLY_AGAIN_MS = 10_000;

/** A vision worker: its cameras, the inference threads that they share, and its way to the API. */
export class VisionWorker {
  readonly #settings: WorkerSettings;
  readonly #log: Logger;
  readonly #cameras = new Map<string, WatchedCamera>();
  /** Also those of cameras that are gone: their last clips are still cut. */
  readonly #rings = new Map<string, Ring>();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 10 });
  readonly #machines: MachineStates;
  readonly #engine: WhepEngine;
  #ffmpeg!: FfmpegTool;
  #models!: Models;
  #records!: Records;
  #bus!: Bus;
  #announcements: ModelAnnouncements | undefined;
  #pool!: DetectorPool;
  #scheduler!: FrameScheduler;
  #http!: WorkerHttp;
  #watch!: CamerasWatch;
  #tick: NodeJS.Timeout | undefined;
  #applying: Promise<void> = Promise.resolve();
  #fileProblem: string | null = null;
  #budgetProblem: string | null = null;
  #applyProblem: string | null = null;
  #applyAgain: NodeJS.Timeout | undefined;
  #lastStatus = '';
  #startedAt = Date.now();
  readonly #unlock: () => void;
  #stopping = false;

  private constructor(settings: WorkerSettings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
    // A start that fails later leaves its lock: the process ends, and the next one clears it.
    this.#unlock = lockFolder(settings.ANSHI_WORKER_DIR, settings.ANSHI_WORKER_ID);
    this.#machines = new MachineStates(log.child({ part: 'machines' }));
    this.#engine = new WhepEngine({
      bind: settings.ANSHI_LIVE_BIND ?? null,
      ports: settings.ANSHI_LIVE_PORTS ?? null,
      log: log.child({ part: 'live' }),
    });
  }

  /** @throws Error with a sentence that says what to correct, before any camera is opened. */
  static async start(settings: WorkerSettings, log: Logger): Promise<VisionWorker> {
    const worker = new VisionWorker(settings, log);
    await worker.#open();
    return worker;
  }

  /** Where the API reaches this worker's HTTP server. */
  get http(): string {
    if (this.#settings.ANSHI_WORKER_HTTP_URL) return this.#settings.ANSHI_WORKER_HTTP_URL;
    const host = this.#settings.ANSHI_WORKER_HTTP_HOST;
    return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${this.#http.port}`;
  }

  async #open(): Promise<void> {
    const s = this.#settings;
    const folder = s.ANSHI_WORKER_DIR;
    this.#loopDelay.enable();
    this.#ffmpeg = await findFfmpeg();
    const found = loadModels(s.ANSHI_MODELS, s.ANSHI_MODELS_MADE, this.#log);
    this.#models = await tryOutModels(found, this.#log);
    await mkdir(join(folder, 'ring'), { recursive: true });
    await openRings(join(folder, 'ring'), s.ANSHI_RING_SECONDS, this.#rings);
    this.#bus = new Bus({
      url: s.ANSHI_MQTT_URL,
      tls: readMqttTls(process.env),
      tenant: s.ANSHI_TENANT,
      worker: s.ANSHI_WORKER_ID,
      log: this.#log.child({ part: 'bus' }),
      onAcknowledgement: (word) => {
        if (this.#announcements?.acknowledge(word)) return;
        this.#records?.delivery.acknowledge(word);
      },
      onMachine: (machine, payload) => this.#machines.take(machine, payload, Date.now()),
      onConnect: () => {
        this.#records?.delivery.wake();
        this.#announcements?.wake();
        this.#publishAll();
      },
    });
    this.#announcements = await ModelAnnouncements.open({
      file: join(folder, 'announced-models.json'),
      source: `/vision/${s.ANSHI_WORKER_ID}`,
      log: this.#log.child({ part: 'models' }),
      connected: () => this.#bus.connected,
      publish: (event) => this.#bus.models(event),
    });
    this.#records = await openRecords({
      folder,
      api: s.ANSHI_API_URL,
      token: s.ANSHI_WORKER_TOKEN,
      source: `/vision/${s.ANSHI_WORKER_ID}`,
      log: this.#log,
      bus: this.#bus,
      ringOf: (camera) => this.#rings.get(camera),
      observationsOf: (camera) => this.#cameras.get(camera)?.observations,
      isLive: (camera) => this.#cameras.get(camera)?.isLive ?? false,
    });
    // What clips need is held by now.
    for (const ring of this.#rings.values()) {
      await ring.prune().catch((err: unknown) => this.#log.warn({ err }, 'old segments stay'));
    }
    const { pose } = this.#models;
    this.#pool = await DetectorPool.create({
      cards: [...this.#models.ppe.values()],
      ...(typeof pose !== 'string' && { pose }),
      threads: s.ANSHI_INFERENCE_THREADS,
      onBreakdown: (err) =>
        this.#log.error({ part: 'detect', err }, 'an inference thread broke down'),
    });
    this.#scheduler = new FrameScheduler({
      detector: this.#pool,
      optionsFor: (frame) => this.#cameras.get(frame.camera)?.detectOptions(frame) ?? {},
      onDetections: (frame, found) => this.#cameras.get(frame.camera)?.take(frame, found),
      onError: ({ camera }, err) => this.#log.error({ camera, err }, 'a frame was not analysed'),
    });
    this.#http = await WorkerHttp.listen({
      host: s.ANSHI_WORKER_HTTP_HOST,
      port: s.ANSHI_WORKER_HTTP_PORT,
      token: s.ANSHI_WORKER_TOKEN,
      engine: this.#engine,
      log: this.#log.child({ part: 'http' }),
      liveOf: (camera) => this.#cameras.get(camera)?.liveSource(),
      health: () => this.health(),
    });
    this.#watch = new CamerasWatch(s.ANSHI_CAMERAS, (model) => this.#models.ppe.has(model), {
      changed: (file) => this.#apply(file),
      problem: (message) => {
        this.#fileProblem = message;
        if (message !== null) this.#log.error({ part: 'cameras' }, message);
        this.#publishStatus();
      },
    });
    await this.#watch.start();
    await this.#applying;
    if (this.#budgetProblem !== null) throw new Error(this.#budgetProblem);
    this.#records.clips.resume();
    // What the start itself held up is of no interest afterwards.
    this.#loopDelay.reset();
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
    this.#publishAll();
  }

  /** Ends cameras and threads; what is confirmed is made durable, the outbox keeps what waits. */
  async stop(): Promise<void> {
    clearInterval(this.#tick);
    this.#stopping = true;
    clearTimeout(this.#applyAgain);
    await this.#watch.close();
    await this.#applying;
    await Promise.all([...this.#cameras.values()].map((camera) => camera.close()));
    this.#scheduler.close();
    // A thread that is ended in the middle of a frame takes the process down.
    await this.#pool.idle(IDLE_MS);
    await this.#pool.close();
    for (const camera of this.#cameras.values()) camera.saveState();
    await this.#announceModels();
    await this.#announcements?.close();
    await this.#records.close();
    this.#unlock();
    await this.#bus.status({ ...this.#status(), online: false, http: null });
    await this.#bus.close();
    await this.#engine.close();
    await this.#http.close();
  }

  /** For `GET /health` and for people. */
  health(): unknown {
    const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100;
    const delay = this.#loopDelay;
    return {
      ...this.#status(),
      uptimeSeconds: Math.round((Date.now() - this.#startedAt) / 1000),
      ffmpeg: this.#ffmpeg.version,
      viewers: this.#engine.viewers,
      clipsWaiting: this.#records.clips.waiting,
      eventLoopDelayMs: {
        p50: ms(delay.percentile(50)),
        p99: ms(delay.percentile(99)),
        max: ms(delay.max),
      },
      cameraHealth: [...this.#cameras.values()].map((camera) => ({
        ...camera.health(),
        load: this.#scheduler.load(camera.config.id),
        problems: camera.problems,
        log: camera.log.slice(-20),
      })),
    };
  }

  /** Takes a configuration, one after another; the first that is over the budget ends the start. */
  #apply(file: CamerasFile): void {
    clearTimeout(this.#applyAgain);
    this.#applying = this.#applying
      .then(async () => {
        const folder = this.#settings.ANSHI_WORKER_DIR;
        const rings = join(folder, 'ring');
        const seconds = ringSeconds(file.cameras, this.#settings.ANSHI_RING_SECONDS);
        const watched = file.cameras.filter((camera) => camera.enabled).length;
        const used = await folderBytes(rings);
        this.#budgetProblem = await checkDiskBudget(folder, watched, seconds, used);
        if (this.#budgetProblem !== null) {
          this.#log.error(this.#budgetProblem);
          this.#publishStatus();
          return;
        }
        await this.#remove(file.cameras);
        this.#records.endUnconfigured(file.cameras.map(({ id }) => id));
        this.#applyProblem = null;
        // One camera that fails does not keep the others from being watched.
        for (const config of file.cameras) {
          await this.#addOrChange(config, seconds).catch((error: unknown) =>
            this.#notApplied(file, error, config.id),
          );
        }
        this.#publishAll();
        void this.#announceModels();
      })
      .catch((error: unknown) => this.#notApplied(file, error));
  }

  /** Something of this machine failed, not of the file: it is tried again. */
  #notApplied(file: CamerasFile, err: unknown, camera?: string): void {
    this.#log.error({ err, camera }, 'cameras were not applied, trying again');
    this.#applyProblem = `${camera ? `camera "${camera}"` : 'cameras.yaml'} could not be applied: ${(err as Error).message}; it is tried again`;
    clearTimeout(this.#applyAgain);
    if (!this.#stopping) this.#applyAgain = setTimeout(() => this.#apply(file), APPLY_AGAIN_MS);
  }

  async #remove(wanted: readonly CameraConfig[]): Promise<void> {
    for (const [id, camera] of this.#cameras) {
      const config = wanted.find((other) => other.id === id);
      // Another model means another pipeline; it takes over the open episodes.
      if (config && config.model === camera.config.model) continue;
      camera.saveState();
      this.#cameras.delete(id);
      await camera.close();
      this.#scheduler.remove(id);
      if (!config) camera.endEpisodes();
      await this.#records.recorder.flush();
      if (config) continue;
      this.#engine.endCamera(id);
      this.#bus.forget(id);
      this.#log.info({ camera: id }, 'camera removed');
    }
  }

  async #addOrChange(config: CameraConfig, ringSeconds: number): Promise<void> {
    const present = this.#cameras.get(config.id);
    this.#rings.get(config.id)?.keep(ringSeconds);
    if (present) {
      if (JSON.stringify(present.config) === JSON.stringify(config)) return;
      await present.reconfigure(config, ringSeconds);
      this.#log.info({ camera: config.id }, 'camera changed');
      return;
    }
    const s = this.#settings;
    const folder = join(s.ANSHI_WORKER_DIR, 'ring', config.id);
    const ring = this.#rings.get(config.id) ?? (await Ring.open(folder, ringSeconds));
    this.#rings.set(config.id, ring);
    const { states, outbox, recorder, clips } = this.#records;
    const camera = await WatchedCamera.open({
      config,
      card: this.#models.ppe.get(config.model)!,
      pose: this.#models.pose,
      state: states.restore(config.id, outbox.entries),
      worker: s.ANSHI_WORKER_ID,
      ring,
      ringSeconds,
      stallSeconds: s.ANSHI_STALL_SECONDS,
      baseFolder: dirname(resolve(s.ANSHI_CAMERAS)),
      ffmpeg: this.#ffmpeg,
      recorder,
      scheduler: this.#scheduler,
      machines: this.#machines.told,
      log: this.#log.child({ camera: config.id }),
      onObservation: (observation) => this.#bus.observation(observation),
      onRingGrew: (id) => clips.grew(id),
      onChange: (id) => {
        const changed = this.#cameras.get(id);
        if (changed) this.#bus.health(changed.health());
      },
    });
    this.#cameras.set(config.id, camera);
  }

  #onTick(): void {
    for (const camera of this.#cameras.values()) {
      camera.tick().catch((err: unknown) => this.#log.error({ err }, 'housekeeping'));
      this.#bus.health(camera.health());
    }
    this.#publishStatus();
    this.#records.delivery.poke();
    this.#announcements?.poke();
  }

  #publishAll(): void {
    for (const camera of this.#cameras.values()) this.#bus.health(camera.health());
    this.#lastStatus = '';
    this.#publishStatus();
  }

  /** Which models judge each camera from now on; none once it stops. */
  #announceModels(): Promise<void> | undefined {
    const { ppe, pose } = this.#models;
    const cards = [...ppe.values(), ...(typeof pose === 'string' ? [] : [pose])];
    const cameras = [...this.#cameras.values()].map((camera) => camera.config);
    return this.#announcements?.announce(
      loadedModels(this.#settings.ANSHI_WORKER_ID, this.#stopping ? [] : cards, cameras),
    );
  }

  /** Only where something changed; the broker keeps the last one. */
  #publishStatus(): void {
    if (!this.#http) return;
    const status = this.#status();
    const text = JSON.stringify({ ...status, at: '' });
    if (text === this.#lastStatus || !this.#bus.connected) return;
    this.#lastStatus = text;
    void this.#bus.status(status);
  }

  /** Of the first camera whose rules cannot run for want of a pose model. */
  #idleRules(): string | null {
    for (const { idleRules } of this.#cameras.values()) if (idleRules) return idleRules;
    return null;
  }

  #status(): WorkerStatus {
    const first = [...this.#cameras.values()][0]?.config.model;
    const model = this.#models.ppe.get(first ?? '') ?? [...this.#models.ppe.values()][0];
    return {
      worker: this.#settings.ANSHI_WORKER_ID,
      online: true,
      at: new Date().toISOString(),
      http: this.http,
      cameras: [...this.#cameras.keys()],
      liveEngine: this.#engine.name,
      model: model ? { name: model.name, version: model.version } : null,
      outbox: this.#records.outbox.count,
      problem:
        this.#fileProblem ??
        this.#budgetProblem ??
        this.#applyProblem ??
        this.#pool.problem ??
        this.#records.problem ??
        this.#idleRules(),
    };
  }
}
