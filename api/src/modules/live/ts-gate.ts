const PACKET = 188;

/**
 * Lets MPEG-TS through to one viewer, whole packets. It begins at a key picture, and where the viewer is
 * slow it leaves everything out up to the next one: a picture that lacks a part would be shown broken.
 */
export class TsGate {
  #rest = Buffer.alloc(0);
  #isOpen = false;
  /** How often pictures were left out. */
  gaps = 0;

  /** @returns what goes to the viewer now. */
  take(bytes: Uint8Array, isSlow: boolean): Buffer {
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = all.length - (all.length % PACKET);
    this.#rest = all.subarray(whole);
    const packets = all.subarray(0, whole);
    if (isSlow) {
      if (this.#isOpen) this.gaps += 1;
      this.#isOpen = false;
      return Buffer.alloc(0);
    }
    if (this.#isOpen) return packets;
    const key = firstKey(packets);
    if (key === undefined) return Buffer.alloc(0);
    this.#isOpen = true;
    return packets.subarray(key);
  }
}

/** Where a key picture begins (ISO 13818-1: payload_unit_start and random_access_indicator). */
function firstKey(packets: Buffer): number | undefined {
  for (let at = 0; at < packets.length; at += PACKET) {
    const starts = (packets[at + 1]! & 0x40) !== 0;
    const adapts = (packets[at + 3]! & 0x20) !== 0 && packets[at + 4]! > 0;
    if (starts && adapts && (packets[at + 5]! & 0x40) !== 0) return at;
  }
  return undefined;
}
