import type { LiveEngineName, LiveEngineReason, WebRtcEngine } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { WhepHost } from './datachannel/whep-host.ts';
import {
  EngineUnavailable,
  type LiveEngine,
  LiveRefusal,
  type OpenedView,
  type StreamEngine,
} from './live-engine.ts';
import { MediasoupEngine } from './mediasoup/mediasoup-engine.ts';
import { MediasoupHost } from './mediasoup/mediasoup-host.ts';
import { type Mpeg1Sink, Mpeg1Views } from './mpeg1/mpeg1-views.ts';
import type { PacketSource } from './packet-source.ts';
import type { RtpIngest } from './rtp-ingest.ts';

/** The viewer is to ask for the stream instead (406, not acceptable). */
const BY_STREAM = 406;
/** The engine that the viewer asks for does not serve it (424, failed dependency). */
const NO_SUCH_ENGINE = 424;

/** The best engine, the one that runs everywhere, and the one for viewers without WebRTC. */
export interface Engines {
  readonly best: LiveEngine & { readonly isReady: boolean };
  readonly fallback: LiveEngine;
  readonly stream: Pick<
    Mpeg1Views,
    'name' | 'open' | 'has' | 'end' | 'endCamera' | 'viewers' | 'close'
  >;
  /** The setting ANSHI_LIVE_ENGINE. */
  readonly forced: WorkerSettings['ANSHI_LIVE_ENGINE'];
  readonly log: Logger;
}

/**
 * Chooses the engine of each view: mediasoup where its worker runs, else node-datachannel. A viewer that
 * neither reaches asks for the stream of node-rtsp-stream.
 */
export class EngineChoice implements LiveEngine, StreamEngine {
  readonly #engines: Engines;

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  /** What the next view gets. */
  get name(): string {
    const { best, fallback, stream, forced } = this.#engines;
    if (forced === stream.name) return stream.name;
    return forced === best.name || (forced === 'auto' && best.isReady) ? best.name : fallback.name;
  }

  get streamName(): LiveEngineName {
    return this.#engines.stream.name;
  }

  get viewers(): number {
    return this.#all.reduce((sum, { viewers }) => sum + viewers, 0);
  }

  get #all() {
    const { best, fallback, stream } = this.#engines;
    return [best, fallback, stream];
  }

  async open(
    camera: string,
    source: PacketSource,
    session: string,
    offer: string,
    wanted?: WebRtcEngine,
  ): Promise<OpenedView> {
    const { best, fallback, stream, forced, log } = this.#engines;
    if (wanted) return this.#openBy(wanted, camera, source, session, offer);
    if (forced === stream.name) {
      throw new LiveRefusal(BY_STREAM, `ANSHI_LIVE_ENGINE asks for ${stream.name}`);
    }
    let reason: LiveEngineReason = 'chosen';
    if (forced !== fallback.name) {
      try {
        return await best.open(camera, source, session, offer);
      } catch (error) {
        // What the offer lacks, it lacks for each engine.
        if (error instanceof LiveRefusal) throw error;
        const isUnavailable = error instanceof EngineUnavailable;
        if (!isUnavailable) log.warn({ err: error, camera }, 'mediasoup did not open a view');
        if (forced === best.name) {
          const { message } = error as Error;
          throw new LiveRefusal(503, `ANSHI_LIVE_ENGINE asks for mediasoup: ${message}`);
        }
        reason = isUnavailable ? error.reason : 'view-failed';
      }
    }
    const opened = await fallback.open(camera, source, session, offer);
    return { ...opened, reason };
  }

  /** What the viewer asks for is tried alone, also by an operator who looks for a fault. */
  async #openBy(
    wanted: WebRtcEngine,
    ...view: [camera: string, source: PacketSource, session: string, offer: string]
  ): Promise<OpenedView> {
    const { best, fallback, forced, log } = this.#engines;
    if (forced !== 'auto' && forced !== wanted) {
      throw new LiveRefusal(NO_SUCH_ENGINE, `ANSHI_LIVE_ENGINE asks for ${forced}`);
    }
    try {
      const opened = await (wanted === best.name ? best : fallback).open(...view);
      return { ...opened, reason: 'address' };
    } catch (error) {
      if (error instanceof LiveRefusal) throw error;
      if (!(error instanceof EngineUnavailable))
        log.warn({ err: error }, `${wanted} did not open a view`);
      throw new LiveRefusal(NO_SUCH_ENGINE, `${wanted}: ${(error as Error).message}`);
    }
  }

  openStream(camera: string, ingest: RtpIngest, session: string, sink: Mpeg1Sink): void {
    const { stream, forced } = this.#engines;
    if (forced !== 'auto' && forced !== stream.name) {
      throw new LiveRefusal(503, `ANSHI_LIVE_ENGINE asks for ${forced}`);
    }
    stream.open(camera, ingest, session, sink);
  }

  has(session: string): boolean {
    return this.#all.some((engine) => engine.has(session));
  }

  end(session: string): boolean {
    return this.#all.some((engine) => engine.end(session));
  }

  endCamera(camera: string): void {
    for (const engine of this.#all) engine.endCamera(camera);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((engine) => engine.close()));
  }
}

/** The engines of a worker. mediasoup begins to start; views do not wait for it. */
export function liveEngineOf(
  settings: Pick<
    WorkerSettings,
    | 'ANSHI_LIVE_BIND'
    | 'ANSHI_LIVE_PORTS'
    | 'ANSHI_LIVE_ANNOUNCE'
    | 'ANSHI_LIVE_TCP'
    | 'ANSHI_LIVE_ENGINE'
    | 'ANSHI_LIVE_MPEG1'
  >,
  log: Logger,
  env: Record<string, string | undefined> = process.env,
): EngineChoice {
  const options = {
    bind: settings.ANSHI_LIVE_BIND ?? null,
    ports: settings.ANSHI_LIVE_PORTS ?? null,
    announced: settings.ANSHI_LIVE_ANNOUNCE,
    tcp: settings.ANSHI_LIVE_TCP,
    log: log.child({ part: 'live' }),
  };
  const host = new MediasoupHost({ env, log: options.log });
  const forced = settings.ANSHI_LIVE_ENGINE;
  if (forced === 'auto' || forced === 'mediasoup') {
    host.worker().catch(() => {
      // Said in the log; each view asks again.
    });
  }
  return new EngineChoice({
    best: new MediasoupEngine(host, options),
    fallback: new WhepHost(options),
    stream: new Mpeg1Views({ most: settings.ANSHI_LIVE_MPEG1, log: options.log }),
    forced,
    log: options.log,
  });
}
