import type { Codec } from '../media/types.ts';

/** The payload of one RTP packet: a few bytes of header, then a view of the coded data. */
export interface Payload {
  head: readonly number[];
  body: Buffer;
}

/** Fragmentation units: FU-A of RFC 6184 5.8, FU of RFC 7798 4.4.3. */
const FU_A = 28;
const FU_H265 = 49;
const START = 0x80;
const END = 0x40;

/**
 * Splits the parts of one access unit into RTP payloads of at most `maxBytes`.
 *
 * H264 uses packetization-mode 1 of RFC 6184: a NAL unit that fits is a packet, a larger one is
 * sent as FU-A. H265 likewise by RFC 7798 without DONL. Audio is sent unmodified.
 *
 * @param maxBytes at least 4, so that a fragment can hold a byte of data.
 */
export function toPayloads(codec: Codec, parts: readonly Buffer[], maxBytes: number): Payload[] {
  if (maxBytes < 4) throw new RangeError('an RTP payload needs at least 4 bytes');
  const payloads: Payload[] = [];
  for (const part of parts) {
    if (codec === 'PCMA' || part.length <= maxBytes) payloads.push({ head: [], body: part });
    else if (codec === 'H264') fragment(payloads, part, maxBytes, 1, h264Head(part[0]!));
    else fragment(payloads, part, maxBytes, 2, h265Head(part[0]!, part[1]!));
  }
  return payloads;
}

type FragmentHead = (marks: number) => number[];

/** FU indicator (F and NRI of the unit) and FU header (its type). */
const h264Head =
  (header: number): FragmentHead =>
  (marks) => [(header & 0xe0) | FU_A, marks | (header & 0x1f)];

/** Payload header (F, layer and temporal id of the unit) and FU header (its type). */
const h265Head =
  (first: number, second: number): FragmentHead =>
  (marks) => [(first & 0x81) | (FU_H265 << 1), second, marks | ((first >> 1) & 0x3f)];

/** The unit's own header of `headerBytes` is not sent: the fragments' heads carry it. */
function fragment(
  into: Payload[],
  nal: Buffer,
  maxBytes: number,
  headerBytes: number,
  head: FragmentHead,
): void {
  const room = maxBytes - headerBytes - 1;
  for (let at = headerBytes; at < nal.length; at += room) {
    const to = Math.min(at + room, nal.length);
    const marks = (at === headerBytes ? START : 0) | (to === nal.length ? END : 0);
    into.push({ head: head(marks), body: nal.subarray(at, to) });
  }
}
