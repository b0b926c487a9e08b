import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { WorkerStatus } from '@anshi/contracts';
import { LiveGrantCheck } from '@anshi/contracts/live-grant';
import type { Logger } from 'pino';
import { openAlarms, type WorkerAlarms } from './alarm/open-alarms.ts';
import { StillBlur } from './blur/still-blur.ts';
import { CameraSet } from './camera-set.ts';
import { type CameraSources, openSources } from './camera-sources.ts';
import { type FfmpegTool, findFfmpeg } from './capture/ffmpeg-tool.ts';
import { takeCameraVariables } from './capture/source.ts';
import type { DetectorPool } from './detect/detector-pool.ts';
import { FrameScheduler } from './detect/frame-scheduler.ts';
import { openPool } from './detect/open-pool.ts';
import { HealthReport } from './health/report.ts';
import { delayOf, detailsOf, statusOf } from './health/worker-status.ts';
import { type EngineChoice, liveEngineOf } from './live/engine-choice.ts';
import { detectorOf, loadModels, type Models, selfTestModels } from './models-folder.ts';
import { type Naming, openNaming } from './naming/open-naming.ts';
import { type OpenedHttp, openHttp } from './open-http.ts';
import { cardsOf, loadedModels } from './publish/announced-models.ts';
import { type ArmingStates, armingOf } from './publish/arming-states.ts';
import type { Bus } from './publish/bus.ts';
import { MachineStates } from './publish/machine-states.ts';
import type { ModelAnnouncements } from './publish/model-announcements.ts';
import { openAnnouncements } from './publish/open-announcements.ts';
import { openBus } from './publish/open-bus.ts';
import { openCredential } from './publish/open-credential.ts';
import { StatusNotices } from './publish/status-notices.ts';
import type { WorkerCredential } from './publish/worker-credential.ts';
import { lockFolder } from './record/folder-lock.ts';
import type { ObservationLog } from './record/observation-log.ts';
import { openObservations } from './record/open-observations.ts';
import { openRings, pruneRings } from './record/open-rings.ts';
import type { Ring } from './record/ring.ts';
import { makeRoomToStart, Room } from './record/room.ts';
import { openRecords, type Records } from './records.ts';
import { httpAddress, type WorkerSettings } from './settings.ts';

const TICK_MS = 2000;
const IDLE_MS = 3000;

/** A vision worker: its cameras, their shared inference threads, and its delivery to the API. */
export class VisionWorker {
  readonly #settings: WorkerSettings;
  readonly #log: Logger;
  /** Includes removed cameras, whose last clips are still to be cut. */
  readonly #rings = new Map<string, Ring>();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 10 });
  readonly #machines: MachineStates;
  readonly #arming: ArmingStates;
  readonly #naming: Naming;
  readonly #cameraVariables = takeCameraVariables(process.env);
  readonly #engine: EngineChoice;
  readonly #grants: LiveGrantCheck;
  #ffmpeg!: FfmpegTool;
  #models!: Models;
  #credential!: WorkerCredential;
  #blur!: StillBlur;
  #records!: Records;
  #observations!: ObservationLog;
  #room!: Room;
  #bus!: Bus;
  #notices!: StatusNotices;
  #alarms!: WorkerAlarms;
  #announcements: ModelAnnouncements | undefined;
  #pool!: DetectorPool;
  #scheduler!: FrameScheduler;
  #http!: OpenedHttp;
  #report: HealthReport | undefined;
  #sources: CameraSources | undefined;
  #cameras!: CameraSet;
  #tick: NodeJS.Timeout | undefined;
  #configurationProblem: string | null = null;
  readonly #unlock: () => void;
  #stopping = false;

  private constructor(settings: WorkerSettings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
    makeRoomToStart(settings.ANSHI_WORKER_DIR);
    // A start that fails later leaves its lock: the process exits, and the next one takes it over.
    this.#unlock = lockFolder(settings.ANSHI_WORKER_DIR, settings.ANSHI_WORKER_ID);
    this.#grants = new LiveGrantCheck(settings.ANSHI_WORKER_ID);
    this.#machines = new MachineStates(log.child({ part: 'machines' }));
    this.#arming = armingOf(settings, log);
    this.#naming = openNaming(
      settings,
      log,
      () => this.#records,
      () => this.#bus,
    );
    this.#engine = liveEngineOf(settings, log);
  }

  /** @throws Error with a sentence that says what to correct; the process is to end then, as cameras may be open. */
  static async start(settings: WorkerSettings, log: Logger): Promise<VisionWorker> {
    const worker = new VisionWorker(settings, log);
    await worker.#open();
    return worker;
  }

  /** Where the API reaches this worker's HTTP server. */
  get http(): string {
    return httpAddress(this.#settings, this.#http.port);
  }

  async #open(): Promise<void> {
    const s = this.#settings;
    const folder = s.ANSHI_WORKER_DIR;
    this.#ffmpeg = await findFfmpeg();
    const cards = loadModels(s.ANSHI_MODELS, s.ANSHI_MODELS_MADE, this.#log, s.ANSHI_PPE_MODEL);
    this.#models = await selfTestModels(cards, this.#log);
    this.#pool = openPool(this.#models, s.ANSHI_INFERENCE_THREADS, this.#log);
    this.#blur = StillBlur.of(this.#models, this.#log.child({ part: 'stills' }));
    this.#room = await Room.open(folder, this.#log.child({ part: 'disk' }));
    await mkdir(join(folder, 'ring'), { recursive: true });
    await openRings(join(folder, 'ring'), s.ANSHI_RING_SECONDS, this.#rings);
    this.#observations = await openObservations(s, this.#room, this.#log);
    const alarmLog = this.#log.child({ part: 'alarms' });
    this.#alarms = await openAlarms(s, () => this.#bus, alarmLog);
    this.#bus = openBus(s, this.#log, {
      onAcknowledgement: (word) => {
        if (this.#announcements?.acknowledge(word)) return;
        if (this.#alarms.journal.acknowledge(word)) return;
        this.#records?.delivery.acknowledge(word);
      },
      onMachine: (machine, payload) => this.#machines.take(machine, payload, Date.now()),
      onArming: (topic, payload) => this.#arming.take(topic, payload),
      onPositions: (topic, payload) => this.#naming.positions.take(topic, payload),
      onConfiguration: (revision) => this.#sources?.pull.noticed(revision),
      onAlarmPlan: (payload) => this.#alarms.plan.take(payload),
      onAlarmAnswer: (topic, payload) => this.#alarms.alarms.answer(topic, payload),
      onConnect: () => {
        this.#sources?.pull.ask();
        this.#records?.delivery.wake();
        this.#alarms.journal.wake();
        this.#announcements?.wake();
        this.#publishAll();
      },
    });
    this.#notices = new StatusNotices(this.#bus);
    this.#announcements = await openAnnouncements(s, this.#bus, this.#log);
    const { signer, credential } = await openCredential(s, this.#grants, this.#log);
    this.#credential = credential;
    this.#records = await openRecords({
      folder,
      room: this.#room,
      api: s.ANSHI_API_URL,
      credential: this.#credential,
      signer,
      source: `/vision/${s.ANSHI_WORKER_ID}`,
      log: this.#log,
      bus: this.#bus,
      ringOf: (camera) => this.#rings.get(camera),
      observationsOf: (camera) => this.#cameras?.get(camera)?.observations,
      isLive: (camera) => this.#cameras?.get(camera)?.isLive ?? false,
      alarms: this.#alarms.alarms,
      naming: this.#naming,
      models: this.#models,
      beats: () => this.#sources?.beats,
    });
    // All segments of pending clips are held by now.
    await pruneRings(this.#rings, this.#log);
    this.#scheduler = new FrameScheduler({
      detector: this.#pool,
      optionsFor: (frame, shedding) =>
        this.#cameras.get(frame.camera)?.detectOptions(frame, shedding) ?? {},
      onDetections: (frame, found) => this.#cameras.get(frame.camera)?.take(frame, found),
      onError: ({ camera }, err) => this.#log.error({ camera, err }, 'a frame was not analysed'),
    });
    this.#cameras = new CameraSet({
      settings: s,
      variables: this.#cameraVariables,
      log: this.#log,
      ffmpeg: this.#ffmpeg,
      models: this.#models,
      records: this.#records,
      rings: this.#rings,
      room: this.#room,
      scheduler: this.#scheduler,
      engine: this.#engine,
      bus: this.#bus,
      machines: this.#machines.told,
      arming: this.#arming,
      naming: this.#naming,
      blur: this.#blur,
      observations: this.#observations,
      versionOf: (camera) => this.#sources?.pull.versionOf(camera) ?? null,
      grants: () => this.#sources?.beats,
      onProblem: () => this.#publishStatus(),
      onApplied: () => {
        this.#publishAll();
        void this.#announceModels();
      },
    });
    this.#http = await openHttp({
      settings: s,
      grants: this.#grants,
      credential: this.#credential,
      engine: this.#engine,
      log: this.#log.child({ part: 'http' }),
      cameras: this.#cameras,
      records: this.#records,
      rings: this.#rings,
      observations: this.#observations,
      machines: this.#machines,
      room: this.#room,
      blur: this.#blur,
      variables: this.#cameraVariables,
      health: () => this.health(),
      problem: () => this.#status().problem,
    });
    this.#sources = openSources({
      settings: s,
      credential: this.#credential,
      cameras: this.#cameras,
      scheduler: this.#scheduler,
      isKnownModel: (model) => this.#models.ppe.has(detectorOf(this.#models, model)),
      log: this.#log,
      problem: (message) => {
        this.#configurationProblem = message;
        this.#publishStatus();
      },
    });
    await this.#sources.start();
    await this.#cameras.settled();
    await this.#pool.opened;
    this.#records.clips.resume();
    this.#report = new HealthReport({
      api: s.ANSHI_API_URL,
      worker: s.ANSHI_WORKER_ID,
      credential: this.#credential,
      blur: this.#blur,
      log: this.#log.child({ part: 'health' }),
    });
    // The event loop delay of the start itself is not of interest.
    this.#loopDelay.enable();
    // Enrols where it is new, and learns the keys of live views before the first is asked for.
    this.#credential.ready().catch((err: unknown) => this.#log.warn({ err }, 'not at the API yet'));
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
    this.#publishAll();
  }

  /**
   * Stops cameras and threads; confirmed violations are made durable, the outbox keeps the waiting
   * ones.
   */
  async stop(): Promise<void> {
    clearInterval(this.#tick);
    this.#stopping = true;
    this.#cameras.stop();
    await this.#report?.close();
    await this.#blur.close();
    await this.#sources?.pull.close();
    await this.#cameras.settled();
    await Promise.all(this.#cameras.all.map((camera) => camera.close()));
    this.#scheduler.close();
    await this.#sources?.beats.leave(this.#cameras.all.map((camera) => camera.memory()));
    // Terminating a thread during a frame would crash the process.
    await this.#pool.idle(IDLE_MS);
    await this.#pool.close();
    for (const camera of this.#cameras.all) camera.saveState();
    await this.#announceModels();
    await this.#announcements?.close();
    await this.#records.close();
    await this.#naming.close();
    await this.#observations.close();
    await this.#alarms.close();
    this.#unlock();
    await this.#bus.status({ ...this.#status(), online: false, http: null });
    await this.#bus.close();
    await this.#engine.close();
    await this.#http.close();
  }

  /** For `GET /health` and for people. */
  health(): unknown {
    return {
      ...this.#status(),
      uptimeSeconds: Math.round(process.uptime()),
      ffmpeg: this.#ffmpeg.version,
      viewers: this.#engine.viewers,
      clipsWaiting: this.#records.clips.waiting,
      observations: this.#observations.loss,
      names: this.#naming.figures,
      eventLoopDelayMs: delayOf(this.#loopDelay),
      cameraHealth: detailsOf(this.#cameras, this.#scheduler),
    };
  }

  #onTick(): void {
    this.#room
      .check()
      .catch((err: unknown) => this.#log.error({ err }, 'the disk cannot be asked'));
    const looks = this.#cameras.all.map((camera) => {
      camera.tick().catch((err: unknown) => this.#log.error({ err }, 'housekeeping'));
      const health = camera.health();
      this.#bus.health(health);
      return { health, totals: camera.totals, last: camera.last, model: camera.config.model };
    });
    this.#publishStatus();
    this.#report?.tick(looks, this.#status());
    // Where the API started after it, or has refused it.
    this.#credential.ready().catch(() => {});
    this.#records.delivery.poke();
    this.#announcements?.poke();
    this.#alarms.journal.poke();
  }

  #publishAll(): void {
    // The connection may be open before there is a status to publish.
    if (!this.#http) return;
    for (const camera of this.#cameras.all) this.#bus.health(camera.health());
    this.#notices.forget();
    this.#publishStatus();
  }

  /** The models of each camera from now on; none once it stops. */
  #announceModels(): Promise<void> | undefined {
    const cards = this.#stopping ? [] : cardsOf(this.#models);
    const cameras = this.#cameras.all.map((camera) => camera.config);
    const { ANSHI_WORKER_ID: worker } = this.#settings;
    return this.#announcements?.announce(loadedModels(worker, cards, cameras));
  }

  #publishStatus(): void {
    if (this.#http) this.#notices.tell(this.#status());
  }

  #status(): WorkerStatus {
    return statusOf({
      worker: this.#settings.ANSHI_WORKER_ID,
      http: this.http,
      cameras: this.#cameras,
      models: this.#models,
      records: this.#records,
      room: this.#room,
      liveEngine: this.#engine.name,
      configuration: this.#sources?.pull.state ?? null,
      problems: [
        this.#configurationProblem,
        this.#cameras.applyProblem,
        this.#pool.problem,
        this.#naming.problem,
      ],
    });
  }
}
