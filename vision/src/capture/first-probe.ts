import { connection, endpointOf, probeStreams } from '../health/probe.ts';
import type { CameraSource } from './source.ts';

/** How often a connection is tried, ms: it costs next to nothing. */
const EVERY_MS = 10_000;
/** After a look at the stream that found no video, the next one waits so long, ms. */
const AFTER_NOTHING_MS = 60_000;

export interface FirstProbeOptions {
  /** The first address. @throws Error where it cannot be used. */
  readonly source: () => CameraSource;
  readonly transport: 'tcp' | 'udp';
  /** Whether the first address is wanted now. */
  readonly isWanted: () => boolean;
  /** The first address gives pictures again. */
  readonly works: () => void;
  readonly everyMs?: number;
}

/**
 * Looks whether the first address of a camera gives pictures again, over a connection of its own: the
 * running stream goes on.
 */
export class FirstProbe {
  readonly #options: FirstProbeOptions;
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  #notBefore = 0;

  constructor(options: FirstProbeOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.everyMs ?? EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { isWanted, works } = this.#options;
    if (this.#looking || performance.now() < this.#notBefore || !isWanted()) return;
    this.#looking = true;
    try {
      if ((await this.#gives()) && isWanted()) works();
    } finally {
      this.#looking = false;
    }
  }

  async #gives(): Promise<boolean> {
    const { source, transport, everyMs = EVERY_MS } = this.#options;
    let isAnswering = false;
    try {
      const first = source();
      const end = endpointOf(first);
      if (!end) return true;
      await connection(end.host, end.port);
      isAnswering = true;
      const streams = await probeStreams(first, transport);
      if (streams.some(({ type }) => type === 'video')) return true;
    } catch {
      // It is tried again, and the health of the camera says what is wrong with the first.
    }
    const pause = isAnswering ? Math.min(AFTER_NOTHING_MS, 6 * everyMs) : 0;
    this.#notBefore = performance.now() + pause;
    return false;
  }
}
