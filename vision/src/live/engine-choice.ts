import type { LiveEngineReason } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { EngineUnavailable, type LiveEngine, LiveRefusal, type OpenedView } from './live-engine.ts';
import { MediasoupEngine } from './mediasoup/mediasoup-engine.ts';
import { MediasoupHost } from './mediasoup/mediasoup-host.ts';
import type { RtpIngest } from './rtp-ingest.ts';
import { WhepEngine } from './whep-engine.ts';

/** The best engine, and the one that runs everywhere. */
export interface Engines {
  readonly best: LiveEngine & { readonly isReady: boolean };
  readonly fallback: LiveEngine;
  /** The setting ANSHI_LIVE_ENGINE. */
  readonly forced: WorkerSettings['ANSHI_LIVE_ENGINE'];
  readonly log: Logger;
}

/** Chooses the engine of each view: mediasoup where its worker runs, else node-datachannel. */
export class EngineChoice implements LiveEngine {
  readonly #engines: Engines;

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  /** What the next view gets. */
  get name(): string {
    const { best, fallback, forced } = this.#engines;
    return forced === best.name || (forced === 'auto' && best.isReady) ? best.name : fallback.name;
  }

  get viewers(): number {
    return this.#engines.best.viewers + this.#engines.fallback.viewers;
  }

  async open(
    camera: string,
    ingest: RtpIngest,
    session: string,
    offer: string,
  ): Promise<OpenedView> {
    const { best, fallback, forced, log } = this.#engines;
    let reason: LiveEngineReason = 'chosen';
    if (forced !== fallback.name) {
      try {
        return await best.open(camera, ingest, session, offer);
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
    const opened = await fallback.open(camera, ingest, session, offer);
    return { ...opened, reason };
  }

  has(session: string): boolean {
    return this.#engines.best.has(session) || this.#engines.fallback.has(session);
  }

  end(session: string): boolean {
    return this.#engines.best.end(session) || this.#engines.fallback.end(session);
  }

  endCamera(camera: string): void {
    this.#engines.best.endCamera(camera);
    this.#engines.fallback.endCamera(camera);
  }

  async close(): Promise<void> {
    await Promise.all([this.#engines.best.close(), this.#engines.fallback.close()]);
  }
}

/** The engines of a worker. mediasoup begins to start; views do not wait for it. */
export function liveEngineOf(
  settings: Pick<WorkerSettings, 'ANSHI_LIVE_BIND' | 'ANSHI_LIVE_PORTS' | 'ANSHI_LIVE_ENGINE'>,
  log: Logger,
  env: Record<string, string | undefined> = process.env,
): EngineChoice {
  const options = {
    bind: settings.ANSHI_LIVE_BIND ?? null,
    ports: settings.ANSHI_LIVE_PORTS ?? null,
    log: log.child({ part: 'live' }),
  };
  const host = new MediasoupHost({ env, log: options.log });
  const forced = settings.ANSHI_LIVE_ENGINE;
  if (forced !== 'node-datachannel') {
    host.worker().catch(() => {
      // Said in the log; each view asks again.
    });
  }
  return new EngineChoice({
    best: new MediasoupEngine(host, options),
    fallback: new WhepEngine(options),
    forced,
    log: options.log,
  });
}
