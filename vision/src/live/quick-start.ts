import { LiveRefusal } from './live-engine.ts';
import type { PacketSource } from './packet-source.ts';
import type { RecentPictures } from './recent-pictures.ts';

/**
 * The keys of a connection are made by both sides at almost the same time: what comes before the browser has its
 * own is lost, and with it the key frame, ms.
 */
const AFTER_CONNECTED_MS = 30;
/** So many packets at a time, so that the buffers of the network take the burst. */
const AT_ONCE = 24;
const EVERY_MS = 2;
/** Longer than any engine takes to open a view: its place is given back also where nothing says how that went. */
const OPENED_WITHIN_MS = 30_000;

/**
 * The main stream for one viewer, from the last key frame on: its picture is there as soon as the connection is,
 * however far apart the key frames of the camera are.
 */
export class QuickStart implements PacketSource {
  readonly #source: PacketSource;
  readonly #recent: Pick<RecentPictures, 'read'>;
  readonly #giveBack: () => void;
  readonly #late: NodeJS.Timeout;
  /** An engine may fail, and another one subscribes: the place stays until the view was opened or refused. */
  #isOpening = true;
  #subscribed = 0;
  #receiver: ((packet: Buffer) => void) | null = null;
  /** What waits; null before the viewer is connected, and once all of it was sent. */
  #waiting: Buffer[] | null = null;
  #isSending = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param giveBack of the place among the views that begin in this way, which this one has. */
  constructor(source: PacketSource, recent: Pick<RecentPictures, 'read'>, giveBack: () => void) {
    this.#source = source;
    this.#recent = recent;
    this.#giveBack = giveBack;
    this.#late = setTimeout(() => this.settle(), OPENED_WITHIN_MS).unref();
  }

  get #isOver(): boolean {
    return !this.#isOpening && this.#subscribed === 0;
  }

  /** @throws LiveRefusal where its place was given back. */
  subscribe(receiver: (packet: Buffer) => void): () => void {
    if (this.#isOver) throw new LiveRefusal(503, 'the view took too long to open');
    this.#receiver = receiver;
    this.#subscribed += 1;
    let isSubscribed = true;
    const leave = this.#source.subscribe((packet) => this.#take(packet));
    return () => {
      if (!isSubscribed) return;
      isSubscribed = false;
      clearTimeout(this.#timer);
      this.#receiver = this.#waiting = null;
      leave();
      this.#subscribed -= 1;
      if (this.#isOver) this.#giveBack();
    };
  }

  settle(): void {
    clearTimeout(this.#late);
    this.#isOpening = false;
    if (this.#isOver) this.#giveBack();
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
