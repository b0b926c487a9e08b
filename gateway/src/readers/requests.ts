import { encodeMessage, MESSAGE, parametersIn, tlv, u8, u16, u32 } from './frame.ts';
import type { ReaderTime } from './reports.ts';

/** The only ROSpec that we make. */
const ROSPEC = 1;
/** Types of parameters, by the chapter "Parameters" of LLRP 1.1. */
const P = {
  rospec: 177,
  boundarySpec: 178,
  startTrigger: 179,
  stopTrigger: 182,
  aiSpec: 183,
  aiStopTrigger: 184,
  inventorySpec: 186,
  reportSpec: 237,
  contentSelector: 238,
  keepaliveSpec: 220,
  utcTimestamp: 128,
  uptime: 129,
  readerEventData: 246,
  connectionAttempt: 256,
  connectionClose: 257,
  status: 287,
} as const;

/**
 * A ROSpec that reads all the time: it is started by hand, never stops, and reports each read at once, with antenna, time
 * and signal.
 *
 * @param antennas their numbers; none means all.
 */
export function addRospec(id: number, antennas: readonly number[]): Buffer {
  const ids = antennas.length === 0 ? [0] : antennas;
  const boundary = tlv(
    P.boundarySpec,
    tlv(P.startTrigger, u8(0)),
    tlv(P.stopTrigger, u8(0), u32(0)),
  );
  const inventory = tlv(
    P.aiSpec,
    u16(ids.length, ...ids),
    tlv(P.aiStopTrigger, u8(0), u32(0)),
    // Of the air protocol EPCglobal Class 1 Gen 2.
    tlv(P.inventorySpec, u16(1), u8(1)),
  );
  // Antenna, signal, first and last time, and how often: bits 12, 10, 9, 8 and 7 of 16.
  const contents = tlv(P.contentSelector, u16(0b0001_0111_1000_0000));
  // Upon each read, or the end of the inventory.
  const report = tlv(P.reportSpec, u8(1), u16(1), contents);
  const body = tlv(P.rospec, u32(ROSPEC), u8(0), u8(0), boundary, inventory, report);
  return encodeMessage({ type: MESSAGE.addRospec, id, body });
}

const withRospec =
  (type: number) =>
  (id: number): Buffer =>
    encodeMessage({ type, id, body: u32(ROSPEC) });
export const enableRospec = withRospec(MESSAGE.enableRospec);
export const startRospec = withRospec(MESSAGE.startRospec);
/** All that earlier clients left. */
export const deleteRospecs = (id: number): Buffer =>
  encodeMessage({ type: MESSAGE.deleteRospec, id, body: u32(0) });
/** Keeps what is configured, and asks for a sign of life in this interval. */
export const setKeepalive = (id: number, everyMs: number): Buffer =>
  encodeMessage({
    type: MESSAGE.setReaderConfig,
    id,
    body: Buffer.concat([u8(0), tlv(P.keepaliveSpec, u8(1), u32(everyMs))]),
  });
export const keepaliveAck = (id: number): Buffer =>
  encodeMessage({ type: MESSAGE.keepaliveAck, id, body: Buffer.alloc(0) });
export const closeConnection = (id: number): Buffer =>
  encodeMessage({ type: MESSAGE.closeConnection, id, body: Buffer.alloc(0) });

/** What a response says: null for success, or why not. @throws FrameError */
export function faultOf(body: Buffer): string | null {
  for (const { type, value } of parametersIn(body)) {
    if (type !== P.status || value.length < 4) continue;
    const [code, length] = [value.readUInt16BE(0), value.readUInt16BE(2)];
    if (code === 0) return null;
    const text = value
      .subarray(4, 4 + length)
      .toString('utf8')
      .slice(0, 200);
    return `status ${code}${text ? `: ${text}` : ''}`;
  }
  return 'a response without a status';
}

/** Why a reader does not take a connection, by the words of LLRP. */
const ATTEMPTS: Readonly<Record<number, string>> = {
  1: 'the reader has a connection that it opened itself',
  2: 'another client is connected: a reader takes one connection',
  3: 'the reader cannot say why',
  4: 'another client is trying to connect',
};

/** What an event of a reader says of the connection. @throws FrameError */
export function connectionEvent(body: Buffer): { opened: true } | { fault: string } | null {
  for (const event of parametersIn(body)) {
    if (event.type !== P.readerEventData) continue;
    for (const { type, value } of parametersIn(event.value)) {
      if (type === P.connectionClose) return { fault: 'the reader closes the connection' };
      if (type !== P.connectionAttempt || value.length < 2) continue;
      const status = value.readUInt16BE(0);
      return status === 0
        ? { opened: true }
        : { fault: ATTEMPTS[status] ?? `the connection is refused, status ${status}` };
    }
  }
  return null;
}

/** The time of an event by the clock of the reader; null where it has none. @throws FrameError */
export function eventTime(body: Buffer): ReaderTime | null {
  for (const event of parametersIn(body)) {
    if (event.type !== P.readerEventData) continue;
    for (const { type, value } of parametersIn(event.value)) {
      const clock = type === P.utcTimestamp ? 'utc' : type === P.uptime ? 'uptime' : null;
      if (clock && value.length >= 8) return { clock, micros: value.readBigUInt64BE(0) };
    }
  }
  return null;
}
