import { randomBytes } from 'node:crypto';
import type { CameraConfig } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Frame } from '../frame.ts';
import { CaptureMeter } from '../health/capture-meter.ts';
import { AddressChoice, type WhichAddress, WITHOUT_PICTURE_MS } from './address-choice.ts';
import { RestartPacer } from './backoff.ts';
import { addressAfter, type CaptureState } from './capture-state.ts';
import { type CameraFault, classifyEnd, stalled, timeJumped } from './faults.ts';
import { probe } from './ffmpeg.ts';
import { FfmpegSession, type Picture } from './ffmpeg-session.ts';
import type { FfmpegTool } from './ffmpeg-tool.ts';
import { FirstProbe } from './first-probe.ts';
import { unfitVideo } from './fitness.ts';
import { socketPath } from './picture-socket.ts';
import type { ListedSegment } from './segment-list.ts';
import { SlotPool } from './slot-pool.ts';
import type { CameraSource } from './source.ts';
import { StallWatch } from './stall-watch.ts';
import type { InputVideo } from './stderr-lines.ts';
import { readingAt, StreamClock } from './stream-clock.ts';
import { TimestampWatch } from './timestamp-watch.ts';
import { openTlsRelay, type TlsRelay } from './tls-relay.ts';

/** A segment lasts from one key frame to the first after a second; a longer one has a wrong end, ms. */
const LONGEST_SEGMENT_MS = 60_000;

/** A finished segment of the evidence ring; wall times in milliseconds since the epoch. */
export interface WallSegment {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly codec: string;
}

export interface CaptureOptions {
  readonly camera: CameraConfig;
  /** Throws where the address cannot be used; called again at each attempt. */
  readonly resolveSource: (which: WhichAddress) => CameraSource;
  readonly ffmpeg: FfmpegTool;
  /** Receives the segments of the ring. */
  readonly folder: string;
  /** Called at each start: whether segments can be stored now. */
  readonly keepRing: () => Promise<boolean>;
  readonly livePort: number;
  /** The RTP timestamp of a picture in the live stream, from its stream time in milliseconds. */
  readonly rtpTimestampOf: (ptsMs: number) => number | null;
  /** A stall is no frame for this long. */
  readonly stallSeconds: number;
  /** Least time on the second address, and how often the first is tried then, ms; for tests. */
  readonly second?: { readonly stayMs: number; readonly everyMs: number };
  readonly log: Logger;
  /** Takes ownership of the frame and releases it. */
  readonly onFrame: (frame: Frame) => void;
  readonly onSegment: (segment: WallSegment) => void;
  /** A new stream begins; its RTP is not continuous with the previous one. */
  readonly onStart: () => void;
  /** State, fault or video changed. */
  readonly onChange: () => void;
}

/** A slow camera may be silent for so many of its intervals. */
const SLOW_INTERVALS = 3;

/**
 * Keeps one camera's ffmpeg running. Any exit is a fault with a cause; the next attempt is
 * scheduled by {@link RestartPacer}.
 */
export class CameraCapture {
  readonly meter = new CaptureMeter();
  readonly #options: CaptureOptions;
  readonly #slots = new SlotPool();
  readonly #clock = new StreamClock();
  readonly #pacer = new RestartPacer();
  readonly #choice: AddressChoice;
  readonly #probe: FirstProbe | null;
  #state: CaptureState = {
    state: 'connecting',
    fault: null,
    video: null,
    lastFrameAt: null,
    lastArrivalAt: null,
    log: [],
    address: null,
  };
  #session: FfmpegSession | undefined;
  #starting: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #watch: StallWatch | undefined;
  #timestamps = new TimestampWatch();
  /** The cause, known before ffmpeg ends, where this process stops it. */
  #cause: CameraFault | undefined;
  #sequence = 0;
  #liveSince: number | undefined;
  #firstPts: number | undefined;
  #isGoingBack = false;
  #stopped = false;

  constructor(options: CaptureOptions) {
    this.#options = options;
    const { camera, resolveSource, second } = options;
    const hasSecond = camera.secondUrl !== undefined;
    this.#choice = new AddressChoice(hasSecond, performance.now(), second?.stayMs);
    this.#probe = hasSecond
      ? new FirstProbe({
          source: () => resolveSource('first'),
          transport: camera.transport,
          isWanted: () =>
            this.#liveSince !== undefined && this.#choice.mayGoBack(performance.now()),
          works: () => this.#goBack(),
          ...(second && { everyMs: second.everyMs }),
        })
      : null;
    if (hasSecond) this.#state = { ...this.#state, address: { inUse: 'first', lost: null } };
  }

  get state(): CaptureState {
    return this.#state;
  }

  /** The last messages of the running ffmpeg; those before the last fault where none runs. */
  get lastWords(): readonly string[] {
    return this.#session?.log ?? this.#state.log;
  }

  start(): void {
    this.#starting = this.#open().catch((error: unknown) => {
      this.#failed({ code: 'failed', message: `ffmpeg cannot be started: ${error}` }, []);
    });
  }

  /** Stops ffmpeg; no callback is made after it settles. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#probe?.stop();
    this.#watch?.stop();
    await this.#starting;
    await this.#session?.stop();
  }

  async #open(): Promise<void> {
    const { camera } = this.#options;
    const stallSeconds = this.#stallSeconds;
    let source: CameraSource;
    let fileCodec: string | null = null;
    let relay: TlsRelay | null = null;
    try {
      source = this.#options.resolveSource(this.#choice.current);
      const { input, shown, tls } = source;
      if (tls) relay = await openTlsRelay(input, shown, tls, stallSeconds * 1000);
      if (source.kind === 'file') {
        fileCodec = (await probe(source.input)).videoCodec;
        if (fileCodec === null) throw new NoVideo(source);
      }
    } catch (error) {
      this.#failed(faultOfSource(error), []);
      return;
    }
    const { folder } = this.#options;
    const keepRing = await this.#options.keepRing();
    if (this.#stopped) {
      relay?.close();
      return;
    }
    this.#clock.reset();
    this.#timestamps = new TimestampWatch();
    this.#cause = undefined;
    this.#liveSince = undefined;
    this.#firstPts = undefined;
    this.#options.onStart();
    const session = new FfmpegSession(
      {
        source,
        ...(relay && { relayUrl: relay.url }),
        transport: camera.transport,
        fileCodec,
        analysisFps: camera.analysisFps,
        stallSeconds,
        ffmpeg: this.#options.ffmpeg,
        picturesAt: socketPath(folder),
        ring: keepRing ? { folder, prefix: `run-${randomBytes(4).toString('hex')}-` } : null,
        livePort: this.#options.livePort,
        slots: this.#slots,
      },
      {
        input: (video) => this.#input(video),
        picture: (picture) => this.#picture(picture),
        discarded: () => this.meter.discarded(),
        decodeError: () => this.meter.decodeError(),
        segment: (segment) => this.#segment(segment),
        end: (log) => {
          relay?.close();
          if (this.#isGoingBack) {
            this.#wentBack();
            return;
          }
          const hadFrames = this.#liveSince !== undefined;
          const why = this.#cause ?? relay?.fault;
          this.#failed(why ?? classifyEnd({ log, hadFrames, source, stallSeconds }), log);
        },
      },
    );
    this.#session = session;
    this.#watch?.stop();
    this.#watch = new StallWatch(stallSeconds * 1000, () => this.#endFor(stalled(stallSeconds)));
  }

  /** A camera with another address waits less for its pictures. */
  get #stallSeconds(): number {
    const { camera, stallSeconds } = this.#options;
    if (!this.#choice.hasSecond) return stallSeconds;
    const intervals = SLOW_INTERVALS / camera.analysisFps;
    return Math.min(stallSeconds, Math.max(WITHOUT_PICTURE_MS / 1000, intervals));
  }

  /** The first address works again: the stream of the second ends, and is no fault. */
  #goBack(): void {
    if (this.#stopped || !this.#session) return;
    this.#options.log.info('the first address of the camera works again and is used');
    this.#choice.goBack(performance.now());
    this.#isGoingBack = true;
    void this.#session.stop();
  }

  #wentBack(): void {
    this.#isGoingBack = false;
    this.#watch?.stop();
    this.#session = undefined;
    this.#liveSince = undefined;
    if (!this.#stopped) this.start();
  }

  #input(video: InputVideo): void {
    this.#change({ video });
    const fault = unfitVideo(video, this.#options.camera);
    if (fault) this.#endFor(fault);
  }

  #endFor(cause: CameraFault): void {
    this.#cause ??= cause;
    this.#session?.kill();
  }

  #picture({ slot, ptsMs, arrival, width, height }: Picture): void {
    const jump = this.#timestamps.jump(ptsMs, arrival);
    if (jump !== 0) this.#endFor(timeJumped(this.#options.camera.id, jump / 1000));
    if (this.#cause) {
      // Not dated: segments that end now are still of the time before.
      this.#slots.give(slot);
      return;
    }
    const at = this.#clock.frame(ptsMs, readingAt(arrival));
    this.#firstPts ??= ptsMs;
    this.#watch?.picture();
    if (this.#stopped) {
      this.#slots.give(slot);
      return;
    }
    this.meter.arrived();
    this.#choice.picture(arrival);
    if (this.#liveSince === undefined) {
      this.#liveSince = arrival;
      this.#change({
        state: 'live',
        fault: null,
        address: addressAfter(this.#state.address, this.#choice.current, null),
      });
      this.#options.log.info('live');
    }
    this.#state = { ...this.#state, lastFrameAt: at, lastArrivalAt: Date.now() };
    let released = false;
    const rtpTimestamp = this.#options.rtpTimestampOf(ptsMs);
    this.#options.onFrame({
      camera: this.#options.camera.id,
      sequence: this.#sequence++,
      at,
      ...(rtpTimestamp !== null && { rtpTimestamp }),
      width,
      height,
      pixels: slot.memory,
      release: () => {
        if (released) return;
        released = true;
        this.#slots.give(slot);
      },
    });
  }

  #segment({ file, fromPts, toPts }: ListedSegment): void {
    if (!this.#clock.ready || this.#firstPts === undefined) return;
    // ffmpeg lists the first segment of a run from time 0, not from its first frame.
    const from = this.#clock.wallOf(Math.max(fromPts, Math.min(this.#firstPts, toPts)));
    const end = this.#clock.wallOf(toPts);
    // The end of the segment in which the timestamps jumped is that of the next picture.
    const to = end - from > LONGEST_SEGMENT_MS ? Math.min(end, Date.now()) : end;
    if (to <= from) return;
    this.#options.onSegment({ file, from, to, codec: this.#state.video?.codec ?? 'h264' });
  }

  #failed(fault: CameraFault, log: readonly string[]): void {
    this.#watch?.stop();
    this.#session = undefined;
    if (this.#stopped) return;
    const liveMs = this.#liveSince === undefined ? 0 : performance.now() - this.#liveSince;
    if (this.#liveSince !== undefined) this.meter.reconnect();
    if (fault.code === 'stalled') this.meter.stall();
    const same = this.#state.fault?.code === fault.code;
    const since = same ? this.#state.fault!.since : Date.now();
    const usual = this.#pacer.next(fault.code, liveMs, this.#cause === undefined);
    const wait = Math.min(this.#choice.failed(fault.code, performance.now()) ?? usual, usual);
    this.#change({
      state: 'fault',
      fault: { ...fault, since },
      log: [...log],
      address: addressAfter(this.#state.address, this.#choice.current, { ...fault, since }),
    });
    this.#options.log.warn(
      { fault: fault.code, retryInMs: wait, ffmpeg: log.slice(-5) },
      fault.message,
    );
    this.#retry = setTimeout(() => this.start(), wait);
  }

  #change(change: Partial<CaptureState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange();
  }
}

class NoVideo extends Error {
  constructor(source: CameraSource) {
    super(`${source.shown} has no video; name a file with a video`);
  }
}

function faultOfSource(error: unknown): CameraFault {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoVideo) return { code: 'no-video', message };
  // ffprobe repeats its banner in the error; the last line holds the cause.
  return { code: 'configuration', message: message.trim().split('\n').at(-1) ?? message };
}
