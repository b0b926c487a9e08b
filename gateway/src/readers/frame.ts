/**
 * Messages of LLRP that are needed to read badges; type by the chapter "Messages" of LLRP 1.1 (EPCglobal, 2010). Those that
 * agree on a version came with 1.1; the others are the same in 1.0.1.
 */
export const MESSAGE = {
  getSupportedVersion: 46,
  getSupportedVersionResponse: 56,
  setProtocolVersion: 47,
  setProtocolVersionResponse: 57,
  getReaderCapabilities: 1,
  getReaderCapabilitiesResponse: 11,
  addRospec: 20,
  deleteRospec: 21,
  startRospec: 22,
  enableRospec: 24,
  addRospecResponse: 30,
  deleteRospecResponse: 31,
  startRospecResponse: 32,
  enableRospecResponse: 34,
  setReaderConfig: 3,
  setReaderConfigResponse: 13,
  closeConnection: 14,
  closeConnectionResponse: 4,
  roAccessReport: 61,
  keepalive: 62,
  readerEventNotification: 63,
  keepaliveAck: 72,
  errorMessage: 100,
} as const;

/** Versions in the header of a message: 1 is LLRP 1.0.1, 2 is LLRP 1.1. */
export type Version = 1 | 2;

/** One message: its type, its number, and what follows the header. */
export interface Message {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

/** A frame that cannot be read: the connection is of no more use. */
export class FrameError extends Error {}

const HEADER = 10;
/** A report of thousands of badges has this size; what is longer is no LLRP. */
export const LONGEST = 4 * 1024 * 1024;

/** A message as bytes: reserved bits, version 1 (LLRP 1.0.1, with which a connection begins), type, length, number, body. */
export function encodeMessage({ type, id, body }: Message): Buffer {
  const frame = Buffer.alloc(HEADER + body.length);
  frame.writeUInt16BE((1 << 10) | type, 0);
  frame.writeUInt32BE(frame.length, 2);
  frame.writeUInt32BE(id, 6);
  body.copy(frame, HEADER);
  return frame;
}

/** Writes another version into the header of a message. */
export function inVersion(frame: Buffer, version: Version): Buffer {
  frame.writeUInt16BE((version << 10) | (frame.readUInt16BE(0) & 0x3ff), 0);
  return frame;
}

/** Takes bytes as they come, and gives whole messages. */
export function createFramer(): (bytes: Buffer) => Message[] {
  let parts: Buffer[] = [];
  let held = 0;
  /** Bytes until the next message is whole: what comes in small pieces is put together once. */
  let needed = HEADER;
  return (bytes) => {
    parts.push(bytes);
    held += bytes.length;
    if (held < needed) return [];
    let rest = Buffer.concat(parts);
    const found: Message[] = [];
    needed = HEADER;
    while (rest.length >= HEADER) {
      const length = rest.readUInt32BE(2);
      if (length < HEADER || length > LONGEST) {
        throw new FrameError(`a message says that it is ${length} bytes long`);
      }
      const word = rest.readUInt16BE(0);
      const version = (word >> 10) & 7;
      if (version !== 1 && version !== 2) throw new FrameError(`version ${version} is not known`);
      if (rest.length < length) {
        needed = length;
        break;
      }
      found.push({
        type: word & 0x3ff,
        id: rest.readUInt32BE(6),
        body: Buffer.from(rest.subarray(HEADER, length)),
      });
      rest = rest.subarray(length);
    }
    parts = [rest];
    held = rest.length;
    return found;
  };
}

/** A parameter within a message or another parameter. */
export interface Parameter {
  readonly type: number;
  readonly value: Buffer;
}

/** Bytes of the values of parameters without a length (TV), by type. */
const TV: Readonly<Record<number, number>> = {
  1: 2, // AntennaID
  2: 8, // FirstSeenTimestampUTC
  3: 8, // FirstSeenTimestampUptime
  4: 8, // LastSeenTimestampUTC
  5: 8, // LastSeenTimestampUptime
  6: 1, // PeakRSSI
  7: 2, // ChannelIndex
  8: 2, // TagSeenCount
  9: 4, // ROSpecID
  10: 2, // InventoryParameterSpecID
  11: 2, // C1G2-CRC
  12: 2, // C1G2-PC
  13: 12, // EPC-96
  14: 2, // SpecIndex
  15: 2, // ClientRequestOpSpecResult
  16: 4, // AccessSpecID
  17: 2, // OpSpecID
  18: 4, // C1G2SingulationDetails
  19: 2, // C1G2XPCW1
  20: 2, // C1G2XPCW2
};

/**
 * The parameters in a body, in their order. Those with a length (TLV) of any type are given, so that a reader of them may
 * leave out what it does not know.
 *
 * @throws FrameError where a length is a lie, or a TV parameter is not known: where the next one begins is not known then.
 */
export function* parametersIn(bytes: Buffer): Generator<Parameter> {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.readUInt8(at);
    if (first >= 0x80) {
      const type = first & 0x7f;
      const length = TV[type];
      if (length === undefined) throw new FrameError(`parameter ${type} is not known`);
      const end = at + 1 + length;
      if (end > bytes.length) throw new FrameError(`parameter ${type} is cut off`);
      yield { type, value: bytes.subarray(at + 1, end) };
      at = end;
      continue;
    }
    if (at + 4 > bytes.length) throw new FrameError('a parameter is cut off');
    const type = bytes.readUInt16BE(at) & 0x3ff;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 4 || at + length > bytes.length) {
      throw new FrameError(`parameter ${type} says that it is ${length} bytes long`);
    }
    yield { type, value: bytes.subarray(at + 4, at + length) };
    at += length;
  }
}

/** A parameter with a length. */
export function tlv(type: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length, 2);
  return Buffer.concat([head, ...parts]);
}

/** Numbers of one, two and four bytes. */
export const u8 = (value: number) => Buffer.from([value]);
export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, 2 * i);
  return bytes;
}
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
