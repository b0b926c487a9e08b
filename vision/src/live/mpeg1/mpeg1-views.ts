import type { Logger } from 'pino';
import { LiveRefusal } from '../live-engine.ts';
import type { RtpIngest } from '../rtp-ingest.ts';
import { Mpeg1Encoder } from './mpeg1-encoder.ts';

/** Where the MPEG-TS of one view goes. */
export interface Mpeg1Sink {
  write(bytes: Buffer): void;
  /** The view is over: nothing of it goes out any more. */
  close(): void;
}

interface Source {
  readonly encoder: Mpeg1Encoder;
  readonly sinks: Set<Mpeg1Sink>;
}

interface View {
  readonly camera: string;
  readonly ingest: RtpIngest;
  readonly sink: Mpeg1Sink;
}

export interface Mpeg1Options {
  /** The most encoders at a time, one for each camera that is watched; 0: none. */
  readonly most: number;
  readonly log: Logger;
  readonly silentMs?: number;
}

/** Views by node-rtsp-stream. A camera is encoded once, from its first viewer to its last. */
export class Mpeg1Views {
  readonly name = 'node-rtsp-stream' as const;
  readonly #options: Mpeg1Options;
  readonly #sources = new Map<RtpIngest, Source>();
  readonly #views = new Map<string, View>();

  constructor(options: Mpeg1Options) {
    this.#options = options;
  }

  get viewers(): number {
    return this.#views.size;
  }

  /** Process ids of the encoders that run. */
  get pids(): number[] {
    return [...this.#sources.values()].flatMap(({ encoder }) => encoder.pid ?? []);
  }

  /**
   * @param session its id, not used before.
   * @throws LiveRefusal 503 where the camera sends nothing now, or no further camera can be encoded.
   */
  open(camera: string, ingest: RtpIngest, session: string, sink: Mpeg1Sink): void {
    const { log } = this.#options;
    this.#sourceOf(camera, ingest).sinks.add(sink);
    this.#views.set(session, { camera, ingest, sink });
    log.info({ camera, viewers: this.viewers }, 'viewer connected by MPEG-1');
  }

  has(session: string): boolean {
    return this.#views.has(session);
  }

  /** @returns false where there is no such session. */
  end(session: string): boolean {
    const view = this.#views.get(session);
    if (!view) return false;
    this.#views.delete(session);
    const { camera, ingest, sink } = view;
    const source = this.#sources.get(ingest);
    source?.sinks.delete(sink);
    if (source?.sinks.size === 0) {
      this.#sources.delete(ingest);
      source.encoder.close();
    }
    sink.close();
    this.#options.log.info({ camera, viewers: this.viewers }, 'viewer of MPEG-1 disconnected');
    return true;
  }

  endCamera(camera: string): void {
    for (const [session, view] of [...this.#views]) if (view.camera === camera) this.end(session);
  }

  async close(): Promise<void> {
    for (const session of [...this.#views.keys()]) this.end(session);
  }

  #sourceOf(camera: string, ingest: RtpIngest): Source {
    const found = this.#sources.get(ingest);
    if (found) return found;
    const { most, log, silentMs } = this.#options;
    // Pages ask where frames stop, and do not know why: a pause of a camera is to start no encoder.
    if (!ingest.recent.isFresh()) throw new LiveRefusal(503, 'the camera sends no picture now');
    if (this.#sources.size >= most) {
      throw new LiveRefusal(
        503,
        `this worker encodes ${most} cameras at a time for viewers without WebRTC, and they are in use; ANSHI_LIVE_MPEG1 sets how many`,
      );
    }
    const sinks = new Set<Mpeg1Sink>();
    const onData = (bytes: Buffer) => {
      for (const sink of sinks) sink.write(bytes);
    };
    // The pages ask again, and their new players see the new size.
    const onResize = () => {
      for (const [session, view] of [...this.#views]) if (view.ingest === ingest) this.end(session);
    };
    const timing = silentMs === undefined ? {} : { silentMs };
    const encoder = new Mpeg1Encoder({ camera, ingest, log, onData, onResize, ...timing });
    const source = { encoder, sinks };
    this.#sources.set(ingest, source);
    return source;
  }
}
