import type {
  CameraConfig,
  CameraDiagnosis,
  CameraHealth,
  LiveAsk,
  Observation,
} from '@anshi/contracts';
import type { WhichAddress } from './capture/address-choice.ts';
import { CameraCapture } from './capture/camera-capture.ts';
import * as parts from './capture/config-parts.ts';
import { type CameraSource, resolveSource } from './capture/source.ts';
import type { DetectOptions } from './detect/detect-options.ts';
import { copyOf, type Frame, type FrameDetections } from './frame.ts';
import { cameraHealthOf, liveUnavailable } from './health/camera-health.ts';
import type { CaptureTotals } from './health/capture-meter.ts';
import { diagnose } from './health/diagnosis.ts';
import { LastPicture } from './health/last-picture.ts';
import type { SmallPicture } from './health/small-picture.ts';
import { CameraStreams } from './live/camera-streams.ts';
import type { LiveSource } from './live/http-server.ts';
import { RtpIngest } from './live/rtp-ingest.ts';
import { CameraPipeline, type CameraState } from './pipeline/camera-pipeline.ts';
import { emptyObservation } from './pipeline/empty-observation.ts';
import { ObservationBuffer } from './record/clip-boxes.ts';
import type { Findings } from './record/recorder.ts';
import type { SeenPerson } from './replay/place.ts';
import { SceneWatch } from './scene/scene-watch.ts';
import type { WatchedCameraOptions } from './watched-camera-options.ts';

/** Observations are kept longer than the video, which is cut after its end, seconds. */
const OBSERVATIONS_LONGER = 30;

/** One camera with its stages: capture, pipeline, ring and live ingest. */
export class WatchedCamera {
  readonly observations: ObservationBuffer;
  readonly #options: WatchedCameraOptions;
  readonly #streams: CameraStreams;
  readonly #pipeline: CameraPipeline;
  readonly #scene = new SceneWatch();
  readonly #last = new LastPicture();
  #diagnosing: Promise<CameraDiagnosis> | undefined;
  #config: CameraConfig;
  #capture: CameraCapture | undefined;
  #withoutRing = false;
  #seenDropped = 0;
  #closed = false;
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: WatchedCameraOptions, ingest: RtpIngest) {
    this.#options = options;
    this.#config = options.config;
    this.#streams = new CameraStreams(ingest);
    this.observations = new ObservationBuffer(options.ringSeconds + OBSERVATIONS_LONGER);
    const { config, card, pose, state } = options;
    this.#pipeline = new CameraPipeline({ config, card, pose, state });
    for (const problem of this.problems) options.log.warn(problem);
    this.#recordHead();
    void this.#followSubstream();
  }

  static async open(options: WatchedCameraOptions): Promise<WatchedCamera> {
    let camera: WatchedCamera | undefined;
    const codec = () => (camera ? (camera.#capture?.state.video?.codec ?? null) : null);
    const ingest = await RtpIngest.open(() => camera?.sent(), codec);
    camera = new WatchedCamera(options, ingest);
    camera.#begin();
    return camera;
  }

  /** The camera sent one picture. */
  sent(): void {
    this.#capture?.meter.sent(1);
  }

  get config(): CameraConfig {
    return this.#config;
  }

  /** What the camera sends, as it comes. */
  get ingest(): RtpIngest {
    return this.#streams.ingest;
  }

  get isLive(): boolean {
    return this.#capture?.state.state === 'live';
  }

  /** Problems of the parts of its configuration that were ignored. */
  get problems(): readonly string[] {
    return this.#pipeline.problems;
  }

  /** What works and should not stay as it is. */
  get warnings(): readonly string[] {
    return parts.warningsOf(this.#config);
  }

  /** Which rules cannot run, and why. */
  get idleRules(): string | undefined {
    return this.#pipeline.idleRules;
  }

  /** ffmpeg's messages before the last fault. */
  get log(): readonly string[] {
    return this.#capture?.state.log ?? [];
  }

  /** @param shedding how much of the optional work is left out, 0 to 1. */
  detectOptions(frame: Frame, shedding: number): DetectOptions {
    return this.#pipeline.detectOptions(frame, shedding);
  }

  /** Processes the detections of a frame of this camera; the frame is valid until this returns. */
  take(frame: Frame, found: FrameDetections): void {
    // Of a frame that was in progress when it was switched off: its episodes have ended.
    if (!this.#config.enabled) return;
    const { at, width, height } = frame;
    const { machines, arming } = this.#options;
    const { observation, verdicts, seen, contrasts } = this.#pipeline.process(
      frame,
      found,
      machines,
      arming.of(this.#config),
    );
    if (seen) {
      this.#record(observation, seen);
      this.#options.naming.frame(this.#config, observation);
    }
    this.#capture?.meter.analysed(Date.now() - at);
    if (contrasts) this.#capture?.meter.people(contrasts);
    this.observations.add(at, observation);
    this.#options.onObservation(observation);
    this.#lookAtScene(frame, found);
    if (verdicts.length === 0) return;
    const confirmed = verdicts.some((verdict) => verdict.type === 'confirmed');
    const picture = confirmed ? { pixels: copyOf(frame.pixels), width, height } : null;
    this.#keep({ verdicts, picture, at, observation });
  }

  /** Whether the picture still shows the scene. */
  #lookAtScene(frame: Frame, found: FrameDetections): void {
    const changes = this.#scene.look(frame, frame.at);
    this.#last.look(frame, found, changes.length > 0);
    for (const { fault, change } of changes) {
      this.#options.log.warn({ fault, change }, 'the picture of the camera');
    }
    if (changes.length > 0) this.#options.onChange(this.#config.id);
  }

  /** What the judge remembers, for the next worker of this camera. */
  memory(): { config: CameraConfig; state: CameraState } {
    return { config: this.#config, state: this.#pipeline.exportState() };
  }

  saveState(): void {
    this.#options.recorder.saveState(this.#config.id, () => this.#pipeline.exportState());
  }

  /** Applies a changed configuration. Tracks and open episodes stay. */
  async reconfigure(config: CameraConfig, ringSeconds: number): Promise<void> {
    this.observations.keep(ringSeconds + OBSERVATIONS_LONGER);
    const before = this.#config;
    this.#config = config;
    this.#pipeline.reconfigure(config);
    for (const problem of this.problems) this.#options.log.warn(problem);
    this.#recordHead();
    // It may show another view, which was looked at for the change.
    if (parts.isOtherView(before, config)) this.#scene.forget();
    if (parts.isOtherSubstream(before, config)) await this.#followSubstream();
    if (!parts.isOtherInput(before, config)) return;
    await this.#restart();
    if (config.enabled) return;
    this.#options.scheduler.drop(config.id);
    this.endEpisodes();
  }

  /** The camera is being removed: its open episodes end. */
  endEpisodes(): void {
    const verdicts = this.#pipeline.endEpisodes();
    if (verdicts.length === 0) return;
    const at = Date.now();
    this.#keep({ verdicts, picture: null, at, observation: emptyObservation(this.#config, at) });
  }

  #keep(found: Pick<Findings, 'verdicts' | 'picture' | 'at' | 'observation'>): void {
    const { recorder, card: model, version, log } = this.#options;
    const state = this.#pipeline.exportState();
    const camera = this.#config;
    recorder
      .record({ camera, configuration: version(), model, state, ...found })
      .catch((err: unknown) => log.error({ err }, 'violations could not be recorded'));
  }

  /** Periodic housekeeping. */
  async tick(): Promise<void> {
    const { dropped } = this.#options.scheduler.load(this.#config.id);
    if (dropped > this.#seenDropped) this.#capture?.meter.replaced(dropped - this.#seenDropped);
    this.#seenDropped = dropped;
    this.saveState();
    const { room, ring } = this.#options;
    // No segment comes any more that would make the old ones go.
    if (this.#withoutRing) await ring.prune();
    if (this.#withoutRing === !room.forRing || this.#closed || !this.#config.enabled) return;
    this.#withoutRing = !room.forRing;
    await this.#restart();
  }

  /** Counts since its capture began; null where it is disabled. */
  get totals(): CaptureTotals | null {
    return this.#capture?.meter.totals ?? null;
  }

  health(): CameraHealth {
    return cameraHealthOf({
      worker: this.#options.worker,
      camera: this.#config,
      capture: this.#capture ?? null,
      scene: this.#scene.faults,
      stream: this.#streams.ingest.shape,
      substream: this.#streams.substream,
      loadShedding: this.#options.scheduler.shedding(this.#config.id),
      now: Date.now(),
    });
  }

  /** The newest picture in small, with faces; null before the first one. */
  get last(): SmallPicture | null {
    return this.#last.picture;
  }

  /** Looks at the camera for people who ask; one look at a time. */
  diagnose(): Promise<CameraDiagnosis> {
    const { worker, blur } = this.#options;
    this.#diagnosing ??= diagnose({
      worker,
      blur,
      config: this.#config,
      health: this.health(),
      log: this.#capture?.lastWords ?? [],
      last: () => this.last,
      source: () => this.#source(this.#config, this.#capture?.state.address?.inUse ?? 'first'),
    }).finally(() => {
      this.#diagnosing = undefined;
    });
    return this.#diagnosing;
  }

  liveSource(ask: LiveAsk): NonNullable<LiveSource> {
    const { substream } = this.#streams;
    const unavailable = liveUnavailable(this.#capture?.state);
    // The substream of a camera whose main stream browsers do not play is watched all the same.
    const isSmall = ask.stream === 'small' && substream !== null && this.isLive;
    return unavailable === null || isSmall ? { source: this.#streams.of(ask) } : { unavailable };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    await this.#end();
    await this.#streams.close();
  }

  #followSubstream(config = this.#config): Promise<void> {
    const { stallSeconds, substreams: slots, log, onChange } = this.#options;
    if (config.substream === undefined || !config.enabled) return this.#streams.follow(null);
    return this.#streams.follow({
      source: () => this.#source(config, 'substream'),
      isMainPlayable: () => liveUnavailable(this.#capture?.state) === null,
      transport: config.transport,
      stallSeconds,
      slots,
      log,
      onChange: () => onChange(config.id),
    });
  }

  #recordHead(): void {
    const { worker, card, recorded, version } = this.#options;
    const model = { name: card.name, version: card.version };
    const { id: camera } = this.#config;
    recorded.configured({ camera, worker, model, version: version(), config: this.#config });
  }

  #record(observation: Observation, people: readonly SeenPerson[]): void {
    const at = Date.parse(observation.at);
    const degraded = observation.degraded === true;
    const frame = { at, lag: Date.now() - at, people, degraded };
    this.#options.recorded.frame(frame, this.#options.machines);
  }

  /** One after the other: two concurrent starts would leave an orphaned ffmpeg. */
  #restart(): Promise<void> {
    const done = this.#turn.then(async () => {
      await this.#end();
      if (!this.#closed) this.#begin();
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  #begin(): void {
    if (!this.#config.enabled) {
      this.#options.onChange(this.#config.id);
      return;
    }
    const { ring, room, log } = this.#options;
    const config = this.#config;
    this.#capture = new CameraCapture({
      camera: config,
      resolveSource: (which) => this.#source(config, which),
      ffmpeg: this.#options.ffmpeg,
      folder: ring.folder,
      keepRing: async () => {
        // No ffmpeg of this camera runs now.
        await ring.sweep().catch((err: unknown) => log.warn({ err }, 'old segments stay'));
        await room.check();
        this.#withoutRing = !room.forRing;
        return room.forRing;
      },
      livePort: this.#streams.ingest.port,
      rtpTimestampOf: (ptsMs) => this.#streams.ingest.timestampOf(ptsMs),
      stallSeconds: this.#options.stallSeconds,
      log,
      onFrame: (frame) => this.#options.scheduler.offer(frame),
      onSegment: (segment) => {
        ring.add(segment).then(
          () => this.#options.onRingGrew(config.id),
          (err: unknown) => log.warn({ err }, 'the ring of evidence'),
        );
      },
      onStart: () => {
        this.#scene.interrupted();
        this.#streams.ingest.restart();
      },
      onChange: () => this.#options.onChange(config.id),
    });
    this.#capture.start();
  }

  /** @throws Error where the address cannot be used. */
  #source(config: CameraConfig, which: WhichAddress | 'substream'): CameraSource {
    const { variables, baseFolder } = this.#options;
    return resolveSource({ ...config, url: parts.addressOf(config, which) }, variables, baseFolder);
  }

  async #end(): Promise<void> {
    await this.#capture?.stop();
    this.#capture = undefined;
  }
}
