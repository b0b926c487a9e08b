import type { CameraConfig } from '@anshi/contracts';
import { pino } from 'pino';
import { onTestFailed } from 'vitest';
import { CameraCapture, type WallSegment } from '../capture/camera-capture.ts';
import type { FfmpegTool } from '../capture/ffmpeg-tool.ts';
import { resolveSource } from '../capture/source.ts';
import type { Frame } from '../frame.ts';
import { RtpIngest } from '../live/rtp-ingest.ts';

export interface WatchedOptions {
  readonly url: string;
  readonly ffmpeg: FfmpegTool;
  /** Receives the segments. */
  readonly folder: string;
  /** Of a camera of 640x360 with 5 analysed frames a second. */
  readonly change: Partial<CameraConfig>;
  /** Is shown each frame while its pixels are valid. */
  readonly look?: (frame: Frame) => void;
  /** Gets each packet of the live stream. */
  readonly onPacket?: (packet: Buffer) => void;
}

/** A running capture, with helpers that wait for its events. */
export class WatchedCapture {
  /** Each state that it went through, for the message of a failed test. */
  readonly history: string[] = [];
  readonly frames: Pick<Frame, 'at' | 'rtpTimestamp' | 'sequence' | 'width' | 'height'>[] = [];
  readonly segments: WallSegment[] = [];
  packets = 0;
  readonly capture: CameraCapture;
  readonly #waiters = new Set<() => void>();
  readonly #ingest: RtpIngest;

  private constructor(options: WatchedOptions, ingest: RtpIngest) {
    const { url, ffmpeg, folder, change, look, onPacket } = options;
    this.#ingest = ingest;
    ingest.subscribe((packet) => {
      this.packets++;
      onPacket?.(packet);
    });
    const wake = () => {
      for (const waiter of [...this.#waiters]) waiter();
    };
    const camera = {
      id: 'gate',
      url,
      transport: 'tcp',
      picture: [640, 360],
      analysisFps: 5,
      ...change,
    } as CameraConfig;
    this.capture = new CameraCapture({
      camera,
      resolveSource: () => resolveSource(camera, {}, '/'),
      ffmpeg,
      folder,
      keepRing: async () => true,
      livePort: ingest.port,
      rtpTimestampOf: (ptsMs) => ingest.timestampOf(ptsMs),
      stallSeconds: 3,
      log: pino({ level: 'silent' }),
      onFrame: (frame) => {
        look?.(frame);
        this.frames.push({ ...frame });
        frame.release();
        wake();
      },
      onSegment: (segment) => {
        this.segments.push(segment);
        wake();
      },
      onStart: () => ingest.restart(),
      onChange: () => {
        const { state, fault, log } = this.capture.state;
        const why = fault ? ` ${fault.code}: ${log.slice(-3).join(' | ')}` : '';
        this.history.push(`${new Date().toISOString()} ${state}${why}`);
        wake();
      },
    });
    onTestFailed(() => console.log([url, ...this.history].join('\n')));
    this.capture.start();
  }

  static async open(options: WatchedOptions): Promise<WatchedCapture> {
    let capture: WatchedCapture | undefined;
    const codec = () => capture?.state.video?.codec ?? null;
    capture = new WatchedCapture(options, await RtpIngest.open(() => {}, codec));
    return capture;
  }

  /** What is measured of the stream. */
  get shape() {
    return this.#ingest.shape;
  }

  get state() {
    return this.capture.state;
  }

  /** Waits with each frame, segment and change. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        const waiter = () => {
          this.#waiters.delete(waiter);
          resolve();
        };
        this.#waiters.add(waiter);
      });
    }
  }

  fault(code: string): Promise<void> {
    return this.until(() => this.state.fault?.code === code);
  }

  async close(): Promise<void> {
    await this.capture.stop();
    this.#ingest.close();
  }
}
