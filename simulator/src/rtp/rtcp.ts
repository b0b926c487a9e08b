import { toUint32 } from './packets.ts';

const SENDER_REPORT = 200;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_TO_UNIX = 2_208_988_800;

export interface SenderReport {
  ssrc: number;
  /** Wall time of the report, milliseconds since 1970. */
  wallMs: number;
  /** The RTP timestamp of the same instant, any integer. */
  timestamp: number;
  packets: number;
  octets: number;
  /** A name that survives restarts of the stream, at most 255 bytes. */
  name: string;
}

/**
 * A compound RTCP packet of a sender report and the source's name (RFC 3550 6.4.1, 6.5). It maps
 * the stream's timestamps to wall time, from which a client derives the time of a picture.
 */
export function writeSenderReport(report: SenderReport): Buffer {
  const name = Buffer.from(report.name).subarray(0, 255);
  // Chunk: SSRC, one item, then 1 to 4 zero bytes up to the next 32-bit word.
  const chunkBytes = (4 + 2 + name.length + 4) & ~3;
  const buffer = Buffer.alloc(28 + 4 + chunkBytes);
  buffer.writeUInt8(0x80, 0);
  buffer.writeUInt8(SENDER_REPORT, 1);
  buffer.writeUInt16BE(6, 2);
  buffer.writeUInt32BE(report.ssrc, 4);
  const seconds = report.wallMs / 1000 + NTP_TO_UNIX;
  const whole = Math.floor(seconds);
  buffer.writeUInt32BE(toUint32(whole), 8);
  buffer.writeUInt32BE(Math.floor((seconds - whole) * 2 ** 32), 12);
  buffer.writeUInt32BE(toUint32(report.timestamp), 16);
  buffer.writeUInt32BE(toUint32(report.packets), 20);
  buffer.writeUInt32BE(toUint32(report.octets), 24);
  buffer.writeUInt8(0x81, 28);
  buffer.writeUInt8(SOURCE_DESCRIPTION, 29);
  buffer.writeUInt16BE(chunkBytes / 4, 30);
  buffer.writeUInt32BE(report.ssrc, 32);
  buffer.writeUInt8(CNAME, 36);
  buffer.writeUInt8(name.length, 37);
  name.copy(buffer, 38);
  return buffer;
}
