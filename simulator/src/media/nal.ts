import type { VideoCodec } from './types.ts';

/** NAL unit types that the simulator distinguishes (H.264 table 7-1, H.265 table 7-1). */
const H264 = { idr: 5, sps: 7, pps: 8, delimiter: 9, filler: 12 };
const H265 = { irapFrom: 16, irapTo: 21, vps: 32, sps: 33, pps: 34, delimiter: 35, filler: 38 };

/** The type in a NAL unit's header. */
export function nalType(codec: VideoCodec, nal: Uint8Array): number {
  const first = nal[0] ?? 0;
  return codec === 'H264' ? first & 0x1f : (first >> 1) & 0x3f;
}

/** Whether a picture that holds this NAL unit can be decoded without an earlier one. */
export function isKeyNal(codec: VideoCodec, nal: Uint8Array): boolean {
  const type = nalType(codec, nal);
  return codec === 'H264' ? type === H264.idr : type >= H265.irapFrom && type <= H265.irapTo;
}

/** Whether it is a parameter set: SPS or PPS, for H265 also VPS. */
export function isParameterSet(codec: VideoCodec, nal: Uint8Array): boolean {
  const type = nalType(codec, nal);
  if (codec === 'H264') return type === H264.sps || type === H264.pps;
  return type >= H265.vps && type <= H265.pps;
}

/** Delimiters and filler, which RTP does not need. */
export function isDispensable(codec: VideoCodec, nal: Uint8Array): boolean {
  const type = nalType(codec, nal);
  const { delimiter, filler } = codec === 'H264' ? H264 : H265;
  return type === delimiter || type === filler;
}

/**
 * Splits an Annex B byte stream at its start codes (00 00 01, with any zeros before it).
 *
 * @returns views of `bytes` without start codes; empty units are left out.
 */
export function splitAnnexB(bytes: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  const code = Buffer.from([0, 0, 1]);
  let start = bytes.indexOf(code);
  while (start >= 0) {
    const from = start + code.length;
    const next = bytes.indexOf(code, from);
    let to = next < 0 ? bytes.length : next;
    // A NAL unit never ends in a zero byte (H.264 7.4.1), so these belong to the next start code.
    while (to > from && bytes[to - 1] === 0) to -= 1;
    if (to > from) nals.push(bytes.subarray(from, to));
    start = next;
  }
  return nals;
}

/**
 * Splits NAL units with a 4-byte length prefix, as in MP4 and FLV.
 *
 * @throws RangeError where a length runs past the end.
 */
export function splitLengthPrefixed(bytes: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const to = at + 4 + length;
    if (to > bytes.length) throw new RangeError('a NAL unit is longer than its packet');
    if (length > 0) nals.push(bytes.subarray(at + 4, to));
    at = to;
  }
  return nals;
}
