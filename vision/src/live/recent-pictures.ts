import { canBeginWith } from './key-frames.ts';

/** Of a stream of 16 Mbit/s with a key frame each 4 s; of a longer or larger one nothing is kept. */
const MOST_BYTES = 8 << 20;
/** One millisecond in ticks of RTP. */
const TICKS_APART = 90;
/** The slowest cameras send one picture a second. */
const FRESH_MS = 2_000;

/**
 * The packets of a stream since its last key frame, so that a viewer, or an encoder for viewers, need not wait for the
 * next one.
 */
export class RecentPictures {
  #packets: Buffer[] = [];
  #bytes = 0;
  #isWhole = false;
  #beganAt = -1;
  #tookAt = Number.NEGATIVE_INFINITY;

  /** Nothing of before belongs to what comes now. */
  restart(): void {
    this.#packets = [];
    this.#bytes = 0;
    this.#isWhole = false;
    this.#beganAt = -1;
  }

  /** Whether the camera sends: its last packet is no older than two seconds. */
  isFresh(now = performance.now()): boolean {
    return now - this.#tookAt <= FRESH_MS;
  }

  /** Takes each packet as viewers get it. */
  take(packet: Buffer, now = performance.now()): void {
    this.#tookAt = now;
    const timestamp = packet.readUInt32BE(4);
    // Parameter sets and the frame itself are of one picture.
    if (timestamp !== this.#beganAt && canBeginWith(packet)) {
      this.restart();
      this.#isWhole = true;
      this.#beganAt = timestamp;
    }
    if (!this.#isWhole) return;
    this.#bytes += packet.length;
    if (this.#bytes > MOST_BYTES) this.restart();
    else this.#packets.push(Buffer.from(packet));
  }

  /**
   * Copies of the packets from the last key frame on, as if their pictures had been taken one millisecond apart,
   * the last one at its own time: a browser plays them at once, and is not behind by their length.
   *
   * @returns none where no key frame is kept.
   */
  read(): Buffer[] {
    const last = this.#packets.at(-1)?.readUInt32BE(4);
    if (last === undefined) return [];
    let pictures = 0;
    let timestamp = -1;
    const numbered = this.#packets.map((packet) => {
      const own = packet.readUInt32BE(4);
      if (own !== timestamp) pictures += 1;
      timestamp = own;
      return { packet: Buffer.from(packet), number: pictures };
    });
    for (const { packet, number } of numbered) {
      packet.writeUInt32BE((last - (pictures - number) * TICKS_APART) >>> 0, 4);
    }
    return numbered.map(({ packet }) => packet);
  }
}
