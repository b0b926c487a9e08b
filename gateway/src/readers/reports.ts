import { parametersIn } from './frame.ts';

/** A time by the clock of a reader, or by its time since its start. */
export interface ReaderTime {
  readonly clock: 'utc' | 'uptime';
  readonly micros: bigint;
}

/** A read of a badge. */
export interface TagRead {
  /** Hexadecimal, upper case. */
  readonly epc: string;
  readonly antenna: number;
  /** dBm; null where the reader does not say. */
  readonly rssi: number | null;
  /** Null where the reader gives none. */
  readonly lastSeen: ReaderTime | null;
}

const TAG_REPORT = 240;
const EPC_DATA = 241;
const [ANTENNA, LAST_UTC, LAST_UPTIME, RSSI, EPC_96] = [1, 4, 5, 6, 13];
/** The first times, where a reader gives no last ones. */
const [FIRST_UTC, FIRST_UPTIME] = [2, 3];
/** Bits of the longest EPC that is taken. */
const LONGEST_EPC = 496;

/**
 * The reads of a report. What is not known in it is left out, and so is a read without a badge or an antenna.
 *
 * @throws FrameError where a part of it is malformed.
 */
export function readsIn(body: Buffer): TagRead[] {
  const reads: TagRead[] = [];
  for (const { type, value } of parametersIn(body)) {
    if (type !== TAG_REPORT) continue;
    const read = readOf(value);
    if (read) reads.push(read);
  }
  return reads;
}

function readOf(bytes: Buffer): TagRead | null {
  let epc: string | null = null;
  let antenna: number | null = null;
  let rssi: number | null = null;
  const times = new Map<number, bigint>();
  for (const { type, value } of parametersIn(bytes)) {
    if (type === EPC_96) epc = value.toString('hex');
    else if (type === EPC_DATA) epc = epcData(value);
    else if (type === ANTENNA) antenna = value.readUInt16BE(0);
    else if (type === RSSI) rssi = value.readInt8(0);
    else if (type >= FIRST_UTC && type <= LAST_UPTIME) times.set(type, value.readBigUInt64BE(0));
  }
  if (!epc || !antenna) return null;
  const utc = times.get(LAST_UTC) ?? times.get(FIRST_UTC);
  const uptime = times.get(LAST_UPTIME) ?? times.get(FIRST_UPTIME);
  const lastSeen =
    utc !== undefined
      ? ({ clock: 'utc', micros: utc } as const)
      : uptime !== undefined
        ? ({ clock: 'uptime', micros: uptime } as const)
        : null;
  return { epc: epc.toUpperCase(), antenna, rssi, lastSeen };
}

/** An EPC of any length: its bits, and then the bytes that hold them. */
function epcData(value: Buffer): string | null {
  if (value.length < 2) return null;
  const bits = value.readUInt16BE(0);
  const bytes = value.subarray(2, 2 + Math.ceil(bits / 8));
  return bits === 0 || bits > LONGEST_EPC || bytes.length * 8 < bits ? null : bytes.toString('hex');
}
