import type { PacketSource } from './packet-source.ts';
import type { QuickSlots } from './quick-slots.ts';
import type { RecentPictures } from './recent-pictures.ts';

/**
 * The keys of a connection are made by both sides at almost the same time: what comes before the browser has its
 * own is lost, and with it the key frame, ms.
 */
const AFTER_CONNECTED_MS = 30;
/** So many packets at a time, so that the buffers of the network take the burst. */
const AT_ONCE = 24;
const EVERY_MS = 2;

/**
 * The main stream for one viewer, from the last key frame on: its picture is there as soon as the connection is,
 * however far apart the key frames of the camera are.
 */
export class QuickStart implements PacketSource {
  readonly #source: PacketSource;
  readonly #recent: Pick<RecentPictures, 'read'>;
  readonly #slots: Pick<QuickSlots, 'take'>;
  #receiver: ((packet: Buffer) => void) | null = null;
  /** What waits; null before the viewer is connected, and once all of it was sent. */
  #waiting: Buffer[] | null = null;
  #isSending = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    source: PacketSource,
    recent: Pick<RecentPictures, 'read'>,
    slots: Pick<QuickSlots, 'take'>,
  ) {
    this.#source = source;
    this.#recent = recent;
    this.#slots = slots;
  }

  subscribe(receiver: (packet: Buffer) => void): () => void {
    this.#receiver = receiver;
    const giveBack = this.#slots.take();
    const leave = this.#source.subscribe((packet) => this.#take(packet));
    return () => {
      clearTimeout(this.#timer);
      this.#receiver = this.#waiting = null;
      leave();
      giveBack();
    };
  }

  connected(): void {
    if (this.#isSending || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#isSending = true;
      this.#waiting = this.#recent.read();
      this.#send();
    }, AFTER_CONNECTED_MS);
  }

  #take(packet: Buffer): void {
    if (!this.#isSending) return;
    if (this.#waiting) this.#waiting.push(Buffer.from(packet));
    else this.#receiver?.(packet);
  }

  #send(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    for (const packet of waiting.splice(0, AT_ONCE)) this.#receiver?.(packet);
    if (waiting.length === 0) this.#waiting = null;
    else this.#timer = setTimeout(() => this.#send(), EVERY_MS);
  }
}
