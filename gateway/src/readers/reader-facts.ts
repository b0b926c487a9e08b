import { encodeMessage, inVersion, MESSAGE, parametersIn, u8, type Version } from './frame.ts';

/** Asks which versions a reader has. This and the next message are of 1.1, whatever was agreed on. */
export const getSupportedVersion = (id: number): Buffer =>
  inVersion(encodeMessage({ type: MESSAGE.getSupportedVersion, id, body: Buffer.alloc(0) }), 2);
export const setProtocolVersion = (id: number, version: Version): Buffer =>
  inVersion(encodeMessage({ type: MESSAGE.setProtocolVersion, id, body: u8(version) }), 2);

/**
 * The versions of a reader, by its response: the one that the connection has, and the highest. Unlike in all other responses,
 * they stand before the status; null for a response that is too short to have them.
 */
export const versionsIn = (body: Buffer): { current: number; highest: number } | null =>
  body.length < 2 ? null : { current: body.readUInt8(0), highest: body.readUInt8(1) };

/** The part of the response that follows the versions. */
export const afterVersions = (body: Buffer): Buffer => body.subarray(2);

/** Asks what the device is, and not for its tables of power and frequencies. */
export const getCapabilities = (id: number): Buffer =>
  encodeMessage({ type: MESSAGE.getReaderCapabilities, id, body: u8(1) });

/** What a reader says of itself. */
export interface ReaderFacts {
  readonly antennas: number;
  /** Whether its times are of a clock; otherwise since its start. */
  readonly hasClock: boolean;
  /** Private Enterprise Number of IANA: 25882 is Impinj, 161 Motorola and Zebra. */
  readonly manufacturer: number;
  readonly model: number;
  readonly firmware: string;
}

const GENERAL_CAPABILITIES = 137;
/** Bytes before the text of the firmware. */
const FIXED = 14;

/** What a response says of the device; null where it says nothing. @throws FrameError */
export function factsIn(body: Buffer): ReaderFacts | null {
  for (const { type, value } of parametersIn(body)) {
    if (type !== GENERAL_CAPABILITIES || value.length < FIXED) continue;
    const end = FIXED + value.readUInt16BE(12);
    return {
      antennas: value.readUInt16BE(0),
      hasClock: (value.readUInt16BE(2) & 0x4000) !== 0,
      manufacturer: value.readUInt32BE(4),
      model: value.readUInt32BE(8),
      firmware: value.subarray(FIXED, end).toString('utf8').slice(0, 100),
    };
  }
  return null;
}

/** Why a reader cannot read with these antennas; null where it can. */
export function antennaFault(facts: ReaderFacts, antennas: readonly number[]): string | null {
  const missing = antennas.filter((one) => one > facts.antennas);
  if (facts.antennas === 0 || missing.length === 0) return null;
  return `the reader has ${facts.antennas} antennas, and ${missing.join(', ')} is configured`;
}
