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

  /** The packet source of one view: the substream for small tiles, else the main stream, from its last key frame if `quick`. */
  of({ stream, quick }: LiveAsk): PacketSource {
    if (stream === 'small' && this.#small) return this.#small;
    // The slot is reserved before the engine subscribes, so that views opened concurrently cannot exceed the limit.
    const giveBack = quick ? this.#slots.take() : null;
    return giveBack ? new QuickStart(this.ingest, this.ingest.recent, giveBack) : this.ingest;
  }

  async close(): Promise<void> {
    await this.#small?.close();
    this.ingest.close();
  }
}
