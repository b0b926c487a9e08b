import type { Payload } from './payload.ts';

/** `$`, channel, length: the frame around a packet in an RTSP connection (RFC 2326 10.12). */
export const INTERLEAVED_HEADER = 4;
export const INTERLEAVED_MAGIC = 0x24;
const RTP_HEADER = 12;
const RTP_VERSION = 0x80;
const MARKER = 0x80;

/**
 * The packets of one access unit, back to back, each in an interleaved frame for channel 0. A TCP
 * client gets the buffer unmodified; a UDP client gets the packets without frames. The buffer is
 * shared by all clients: never modify it.
 */
export interface PacketBatch {
  buffer: Buffer;
  /** Where each frame begins. */
  starts: number[];
}

/** Header state of one RTP stream; `sequence` is the number of the next packet. */
export interface RtpState {
  payloadType: number;
  ssrc: number;
  sequence: number;
}

/**
 * Writes RTP packets (RFC 3550 5.1) and advances `state.sequence`.
 *
 * @param timestamp RTP timestamp of all these packets, any integer; its low 32 bits are sent.
 * @param markLast whether the last packet ends a picture.
 */
export function writePackets(
  payloads: readonly Payload[],
  state: RtpState,
  timestamp: number,
  markLast: boolean,
): PacketBatch {
  const headers = INTERLEAVED_HEADER + RTP_HEADER;
  const total = payloads.reduce((sum, p) => sum + headers + p.head.length + p.body.length, 0);
  const buffer = Buffer.allocUnsafe(total);
  const starts: number[] = [];
  let at = 0;
  payloads.forEach((payload, index) => {
    starts.push(at);
    const { head, body } = payload;
    const marker = markLast && index === payloads.length - 1 ? MARKER : 0;
    at = buffer.writeUInt8(INTERLEAVED_MAGIC, at);
    at = buffer.writeUInt8(0, at);
    at = buffer.writeUInt16BE(RTP_HEADER + head.length + body.length, at);
    at = buffer.writeUInt8(RTP_VERSION, at);
    at = buffer.writeUInt8(marker | state.payloadType, at);
    at = buffer.writeUInt16BE(state.sequence, at);
    at = buffer.writeUInt32BE(toUint32(timestamp), at);
    at = buffer.writeUInt32BE(state.ssrc, at);
    for (const byte of head) at = buffer.writeUInt8(byte, at);
    at += body.copy(buffer, at);
    state.sequence = (state.sequence + 1) & 0xffff;
  });
  return { buffer, starts };
}

/** The packets of a batch without their interleaved frames. */
export function* packetsOf({ buffer, starts }: PacketBatch): Generator<Buffer> {
  for (let i = 0; i < starts.length; i++) {
    yield buffer.subarray(starts[i]! + INTERLEAVED_HEADER, starts[i + 1] ?? buffer.length);
  }
}

/** A copy of the batch for another channel than 0. */
export function onChannel({ buffer, starts }: PacketBatch, channel: number): Buffer {
  const copy = Buffer.from(buffer);
  for (const start of starts) copy[start + 1] = channel;
  return copy;
}

/** The low 32 bits of an integer of any size, as RTP timestamps wrap. */
export const toUint32 = (value: number): number => ((value % 2 ** 32) + 2 ** 32) % 2 ** 32;
