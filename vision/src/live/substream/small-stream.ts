import type { Logger } from 'pino';
import type { CameraSource } from '../../capture/source.ts';
import { canBeginWith } from '../key-frames.ts';
import type { PacketSource } from '../packet-source.ts';
import { RtpContinuity } from '../rtp-continuity.ts';
import { RtpIngest } from '../rtp-ingest.ts';
import { SubstreamPull } from './substream-pull.ts';
import type { SubstreamSlots } from './substream-slots.ts';

/** So long without a packet of the substream, and the main stream serves, ms. */
const SILENT_MS = 2_000;
const LOOK_EVERY_MS = 250;
/** A camera for which there was no slot asks again after so long, ms. */
const SLOT_AGAIN_MS = 5_000;

/** How the substream of a camera is. */
export interface SubstreamState {
  readonly state: 'idle' | 'starting' | 'live' | 'failed';
  /** Why it failed, and what to do; else null. */
  readonly reason: string | null;
}

export interface SmallStreamOptions {
  /** Whether browsers play the main stream. */
  readonly isMainPlayable: () => boolean;
  /** The address of the substream. @throws Error where it cannot be used. */
  readonly source: () => CameraSource;
  readonly transport: 'tcp' | 'udp';
  readonly stallSeconds: number;
  readonly slots: SubstreamSlots;
  readonly log: Logger;
  readonly onChange: () => void;
}

/** What runs while a viewer watches. */
interface Watched {
  readonly leaveMain: () => void;
  readonly looking: NodeJS.Timeout;
  giveSlot: (() => void) | null;
  slotAgain?: NodeJS.Timeout;
  ingest: RtpIngest | null;
  pull: SubstreamPull | null;
}

/**
 * The picture of small tiles: the substream, and the main stream until its first picture is there and where it
 * fails. Viewers get one continuous stream; it changes at key frames, so that the old picture stands until the new
 * one is whole. The substream is pulled from the first viewer to the last.
 */
export class SmallStream implements PacketSource {
  readonly #main: PacketSource;
  #options: SmallStreamOptions;
  readonly #continuity = new RtpContinuity();
  readonly #receivers = new Set<(packet: Buffer) => void>();
  #watched: Watched | null = null;
  #serves: 'main' | 'sub' | null = null;
  #state: SubstreamState = { state: 'idle', reason: null };
  #lastAt = Number.NEGATIVE_INFINITY;
  /** One after the other: the program of the last viewer has ended before that of the next begins. */
  #turn: Promise<void> = Promise.resolve();

  constructor(main: PacketSource, options: SmallStreamOptions) {
    this.#main = main;
    this.#options = options;
  }

  get state(): SubstreamState {
    return this.#state;
  }

  subscribe(receiver: (packet: Buffer) => void): () => void {
    this.#receivers.add(receiver);
    if (!this.#watched) this.#begin();
    return () => {
      this.#receivers.delete(receiver);
      if (this.#receivers.size === 0) this.#end();
    };
  }

  /** Another address, from now on also for those who watch. */
  change(options: SmallStreamOptions): void {
    this.#options = options;
    if (!this.#watched) return;
    this.#end();
    this.#begin();
  }

  /** Nothing runs any more when this settles. */
  async close(): Promise<void> {
    this.#receivers.clear();
    this.#end();
    await this.#turn;
  }

  #begin(): void {
    const watched: Watched = {
      leaveMain: this.#main.subscribe((packet) => this.#take('main', packet)),
      looking: setInterval(() => this.#look(), LOOK_EVERY_MS),
      giveSlot: null,
      ingest: null,
      pull: null,
    };
    this.#watched = watched;
    this.#serves = null;
    this.#tell('starting');
    this.#turn = this.#turn
      .then(() => this.#open(watched))
      .catch((error: unknown) => {
        this.#tell('failed', String(error));
      });
  }

  async #open(watched: Watched): Promise<void> {
    if (this.#watched !== watched) return;
    const { slots, log, source, transport, stallSeconds } = this.#options;
    watched.giveSlot = slots.take();
    if (!watched.giveSlot) {
      const why = `this worker pulls ${slots.most} substreams at a time, and they are in use; ANSHI_LIVE_SUBSTREAMS sets how many`;
      this.#tell('failed', why);
      watched.slotAgain = setTimeout(() => {
        this.#turn = this.#turn.then(() => this.#open(watched));
      }, SLOT_AGAIN_MS);
      return;
    }
    const ingest = await RtpIngest.open(() => watched.pull?.picture());
    watched.ingest = ingest;
    ingest.subscribe((packet) => {
      if (this.#watched === watched) this.#take('sub', packet);
    });
    watched.pull = new SubstreamPull({
      source,
      transport,
      stallSeconds,
      livePort: ingest.port,
      log,
      onStart: () => ingest.restart(),
      onFault: ({ message }) => {
        if (this.#watched !== watched) return;
        this.#toMain();
        this.#tell('failed', message);
      },
    });
    watched.pull.start();
  }

  #end(): void {
    const watched = this.#watched;
    if (!watched) return;
    this.#watched = null;
    watched.leaveMain();
    clearInterval(watched.looking);
    clearTimeout(watched.slotAgain);
    this.#serves = null;
    this.#tell('idle');
    this.#turn = this.#turn.then(async () => {
      await watched.pull?.stop();
      watched.ingest?.close();
      watched.giveSlot?.();
    });
  }

  #take(from: 'main' | 'sub', packet: Buffer): void {
    const now = performance.now();
    if (from === 'sub') this.#lastAt = now;
    if (this.#serves !== from) {
      const isWanted = from === 'sub' || (this.#serves === null && this.#options.isMainPlayable());
      if (!isWanted || !canBeginWith(packet)) return;
      this.#serves = from;
      this.#continuity.restart();
      if (from === 'sub') this.#tell('live');
    }
    // Others get the same packet of the main stream.
    const own = from === 'main' ? Buffer.from(packet) : packet;
    this.#continuity.rewrite(own, now);
    for (const receive of this.#receivers) receive(own);
  }

  #look(): void {
    if (this.#serves !== 'sub' || performance.now() - this.#lastAt < SILENT_MS) return;
    this.#toMain();
    this.#tell('failed', 'no packet of the substream for 2 s; check its load and the network');
  }

  /** The last picture stands until a key frame of the main stream, or of the substream, comes. */
  #toMain(): void {
    this.#serves = null;
  }

  #tell(state: SubstreamState['state'], reason: string | null = null): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    this.#options.onChange();
  }
}
