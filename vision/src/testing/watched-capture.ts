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
}

/** A running capture, with helpers that wait for its events. */
export class WatchedCapture {
  /** Each state that it went through, for the message of a failed test. */
  readonly history: string[] = [];
  readonly frames: Pick<Frame, 'at' | 'sequence' | 'width' | 'height'>[] = [];
  readonly segments: WallSegment[] = [];
  packets = 0;
  readonly capture: CameraCapture;
  readonly #waiters = new Set<() => void>();
  readonly #ingest: RtpIngest;

  private constructor({ url, ffmpeg, folder, change }: WatchedOptions, ingest: RtpIngest) {
    this.#ingest = ingest;
    ingest.subscribe(() => this.packets++);
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
      stallSeconds: 3,
      log: pino({ level: 'silent' }),
      onFrame: (frame) => {
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
    return new WatchedCapture(options, await RtpIngest.open(() => {}));
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
