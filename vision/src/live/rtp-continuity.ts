/** Keeps one RTP stream continuous over restarts of its source. */
const CLOCK_RATE_PER_MS = 90;

/**
 * Rewrites sequence numbers and timestamps in place, so that viewers see one continuous stream:
 * after a restart the next packet gets the next number, and a timestamp later than the last by the
 * elapsed time.
 */
export class RtpContinuity {
  #last: { sequence: number; timestamp: number; at: number } | null = null;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #joined = false;
  #isRetimed = false;

  /** The next packet starts a new source stream. */
  restart(): void {
    this.#joined = false;
  }

  /** The next packet's timestamp is unrelated to the last one's; its number is the next. */
  retime(): void {
    this.#isRetimed = true;
  }

  /** The timestamp that viewers get for one of the source. */
  timestampOf(timestamp: number): number {
    return (timestamp + this.#timestampOffset) >>> 0;
  }

  /**
   * @param packet RTP of at least 12 bytes (RFC 3550, section 5.1); modified in place.
   * @param now monotonic milliseconds.
   */
  rewrite(packet: Buffer, now: number): void {
    const sequence = packet.readUInt16BE(2);
    const timestamp = packet.readUInt32BE(4);
    if (!this.#joined) {
      this.#joined = true;
      this.#isRetimed = true;
      if (this.#last) this.#sequenceOffset = (this.#last.sequence + 1 - sequence) & 0xffff;
    }
    if (this.#isRetimed) {
      this.#isRetimed = false;
      if (this.#last) {
        const passed = Math.max(1, Math.round((now - this.#last.at) * CLOCK_RATE_PER_MS));
        this.#timestampOffset = (this.#last.timestamp + passed - timestamp) >>> 0;
      }
    }
    const next = {
      sequence: (sequence + this.#sequenceOffset) & 0xffff,
      timestamp: this.timestampOf(timestamp),
      at: now,
    };
    packet.writeUInt16BE(next.sequence, 2);
    packet.writeUInt32BE(next.timestamp, 4);
    this.#last = next;
  }
}
