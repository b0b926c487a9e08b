import type { LiveAsk } from '@anshi/contracts';
import type { PacketSource } from './packet-source.ts';
import { type QuickSlots, quickSlots } from './quick-slots.ts';
import { QuickStart } from './quick-start.ts';
import type { RtpIngest } from './rtp-ingest.ts';
import {
  SmallStream,
  type SmallStreamOptions,
  type SubstreamState,
} from './substream/small-stream.ts';

/** The live pictures of one camera: the main stream, and the small one where it has a substream. */
export class CameraStreams {
  readonly ingest: RtpIngest;
  readonly #slots: QuickSlots;
  #small: SmallStream | null = null;

  constructor(ingest: RtpIngest, slots: QuickSlots = quickSlots) {
    this.ingest = ingest;
    this.#slots = slots;
  }

  /** How the substream is; null where the camera has none. */
  get substream(): SubstreamState | null {
    return this.#small?.state ?? null;
  }

  /** The camera has this substream from now on, or none. */
  async follow(options: SmallStreamOptions | null): Promise<void> {
    const before = this.#small;
    if (before && options) {
      before.change(options);
      return;
    }
    this.#small = options && new SmallStream(this.ingest, options);
    await before?.close();
  }

  /** What one view gets: a small tile the small stream, and a large one the main stream, at once where it asks for that. */
  of({ stream, quick }: LiveAsk): PacketSource {
    if (stream === 'small' && this.#small) return this.#small;
    // Taken now: engines subscribe later, and views that are opened at the same time would all find it free.
    const giveBack = quick ? this.#slots.take() : null;
    return giveBack ? new QuickStart(this.ingest, this.ingest.recent, giveBack) : this.ingest;
  }

  async close(): Promise<void> {
    await this.#small?.close();
    this.ingest.close();
  }
}
