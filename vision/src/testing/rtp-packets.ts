/** Payloads of H.264 as ffmpeg sends them (RFC 6184). */
export const keyFrame = {
  parameters: Buffer.from([0x67, 0x42, 0xc0, 0x1f]),
  begins: Buffer.from([0x7c, 0x85, 0x88]),
  goesOn: Buffer.from([0x7c, 0x05, 0x88]),
};
export const otherFrame = Buffer.from([0x41, 0x9a, 0x02]);

/** An RTP packet. @param at timestamp, ticks of 1/90000 s. */
export function rtp({ at, payload, sequence = 0 }: RtpParts): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = 96;
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(at >>> 0, 4);
  return Buffer.concat([header, payload]);
}
interface RtpParts {
  at: number;
  payload: Buffer;
  sequence?: number;
}
