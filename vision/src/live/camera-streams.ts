import type { LiveStream } from '@anshi/contracts';
import type { PacketSource } from './packet-source.ts';
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
  #small: SmallStream | null = null;

  constructor(ingest: RtpIngest) {
    this.ingest = ingest;
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
    this.ingest.keepRecent(options !== null);
    await before?.close();
  }

  /** What one view gets: a small tile the small stream, and a tile that is enlarged the main stream at once. */
  of(stream: LiveStream): PacketSource {
    if (!this.#small) return this.ingest;
    if (stream === 'small') return this.#small;
    return new QuickStart(this.ingest, this.ingest.recent);
  }

  async close(): Promise<void> {
    await this.#small?.close();
    this.ingest.close();
  }
}
