const RTP_HEADER = 12;
const START_CODE = Buffer.from([0, 0, 0, 1]);
/** An access unit delimiter: with it a decoder knows at once that the picture before is whole. */
const DELIMITER = Buffer.from([0, 0, 0, 1, 9, 0xf0]);
/** Maximum size of a coded picture. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_FRAGMENTS = 8 * 1024;

const SEQUENCE_PARAMETERS = 7;
const STAP_A = 24;
const FU_A = 28;

/** A coded picture as a byte stream (H.264, annex B). */
export interface CodedPicture {
  readonly bytes: Buffer;
  /** A decoder can start at it: the parameter sets come before it. */
  readonly isKey: boolean;
}

/** Puts the RTP packets of a camera together to pictures (RFC 6184, modes 0 and 1). */
export class H264AnnexB {
  #parts: Buffer[] = [];
  #length = 0;
  #isKey = false;
  /** The fragments of a NAL unit so far; null where its begin is missing. */
  #fragments: Buffer[] | null = null;
  #sequence = -1;

  /**
   * @param packet RTP with a header of 12 bytes; is not kept.
   * @returns the picture that it completes.
   */
  take(packet: Buffer): CodedPicture | undefined {
    const sequence = packet.readUInt16BE(2);
    // Of a NAL unit with a hole the rest is useless; a decoder conceals that it is missing.
    if (this.#sequence >= 0 && sequence !== ((this.#sequence + 1) & 0xffff)) this.#fragments = null;
    this.#sequence = sequence;
    this.#payload(Buffer.from(packet.subarray(RTP_HEADER)));
    const isLast = (packet[1]! & 0x80) !== 0;
    if (this.#length > MOST_BYTES) this.#clear();
    if (!isLast || this.#length === 0) return undefined;
    const bytes = Buffer.concat([...this.#parts, DELIMITER]);
    const isKey = this.#isKey;
    this.#clear();
    return { bytes, isKey };
  }

  #payload(payload: Buffer): void {
    const type = (payload[0] ?? 0) & 0x1f;
    if (type === STAP_A) {
      for (let at = 1; at + 2 < payload.length; ) {
        const length = payload.readUInt16BE(at);
        this.#add([payload.subarray(at + 2, at + 2 + length)]);
        at += 2 + length;
      }
    } else if (type === FU_A) this.#fragment(payload);
    else if (type > 0 && type < STAP_A) this.#add([payload]);
  }

  #fragment(payload: Buffer): void {
    if (payload.length < 3) return;
    const [indicator = 0, header = 0] = payload;
    if ((header & 0x80) !== 0) {
      this.#fragments = [Buffer.from([(indicator & 0xe0) | (header & 0x1f)])];
    }
    if (this.#fragments && this.#fragments.length > MOST_FRAGMENTS) this.#fragments = null;
    if (!this.#fragments) return;
    this.#fragments.push(payload.subarray(2));
    if ((header & 0x40) === 0) return;
    this.#add(this.#fragments);
    this.#fragments = null;
  }

  #add(unit: readonly Buffer[]): void {
    if (((unit[0]?.[0] ?? 0) & 0x1f) === SEQUENCE_PARAMETERS) this.#isKey = true;
    for (const part of [START_CODE, ...unit]) {
      this.#parts.push(part);
      this.#length += part.length;
    }
  }

  #clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#isKey = false;
  }
}
