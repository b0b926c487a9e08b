const PACKET = 188;
/** ISO 11172-2, sequence_header_code. */
const SEQUENCE_HEADER = Buffer.from([0, 0, 1, 0xb3]);

/** Puts what comes from a pipe together to whole packets of MPEG-TS. */
export class TsPackets {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the packets that are whole now. */
  take(bytes: Buffer): Buffer {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const whole = all.length - (all.length % PACKET);
    this.#rest = all.subarray(whole);
    return all.subarray(0, whole);
  }
}

/**
 * The size of the pictures, by the last sequence header in whole packets.
 *
 * @returns undefined where there is none.
 */
export function pictureSizeOf(packets: Buffer): string | undefined {
  let size: string | undefined;
  for (let at = 0; at < packets.length; at += PACKET) {
    size = sizeOf(packets.subarray(at, at + PACKET)) ?? size;
  }
  return size;
}

function sizeOf(packet: Buffer): string | undefined {
  // payload_unit_start_indicator, and a payload.
  if ((packet[1]! & 0x40) === 0 || (packet[3]! & 0x10) === 0) return undefined;
  const adaptation = (packet[3]! & 0x20) === 0 ? 0 : 1 + packet[4]!;
  const pes = packet.subarray(4 + adaptation);
  // packet_start_code_prefix and the stream_id of video.
  if (pes.length < 9 || pes.readUIntBE(0, 3) !== 1 || (pes[3]! & 0xf0) !== 0xe0) return undefined;
  const video = pes.subarray(9 + pes[8]!);
  if (video.length < 7 || !video.subarray(0, 4).equals(SEQUENCE_HEADER)) return undefined;
  const bits = video.readUIntBE(4, 3);
  return `${bits >> 12}x${bits & 0xfff}`;
}
