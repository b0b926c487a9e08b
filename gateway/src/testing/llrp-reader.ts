import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { otherBytes, otherRead } from './llrpjs.ts';

/** A read that the simulated reader reports. */
export interface SimulatedRead {
  readonly epc: string;
  readonly antenna: number;
  /** Ms since the epoch, by a right clock. */
  readonly at: number;
}

export interface LlrpReaderOptions {
  readonly port?: number;
  /** The highest version that it has: 1 is 1.0.1, which does not know the question for it; 2 is 1.1. */
  readonly version?: 1 | 2;
  /** What its clock is off, ms; or it has none, and tells the time since its start. */
  readonly clock?: number | 'uptime';
  readonly tls?: TlsOptions;
}

/** A reader by LLRP in this process, which speaks by another implementation. It takes one connection, as readers do. */
export interface LlrpReader {
  readonly url: string;
  /** Types of what it was asked, in their order. */
  readonly asked: string[];
  /** Whether it was told to read. */
  readonly reading: boolean;
  /** The ROSpec that it was given, as it reads it. */
  readonly rospec: unknown;
  report(reads: readonly SimulatedRead[]): void;
  /** Asks for a sign of life; settles when it comes. */
  keepalive(): Promise<void>;
  /** Writes bytes as they are. */
  write(bytes: Buffer): void;
  /** The versions of what it was asked, each once. */
  readonly versions: ReadonlySet<number>;
  /** The next request of this type is refused. */
  refuse(type: string): void;
  /** The next request of this type is not answered, or ends the connection. */
  ignore(type: string, how: 'silence' | 'end'): void;
  /** Ends the connection, as a restart does. */
  drop(): void;
  close(): Promise<void>;
}

const success = { LLRPStatus: { StatusCode: 'M_Success', ErrorDescription: '' } };
const refusal = { LLRPStatus: { StatusCode: 'M_FieldError', ErrorDescription: 'no such antenna' } };
/** As an Impinj Speedway with four antennas says it. */
export const capabilities = {
  ...success,
  GeneralDeviceCapabilities: {
    MaxNumberOfAntennaSupported: 4,
    CanSetAntennaProperties: 0,
    HasUTCClockCapability: 1,
    DeviceManufacturerName: 25_882,
    ModelName: 2_001_002,
    ReaderFirmwareVersion: '5.14.0.240',
    ReceiveSensitivityTableEntry: { Index: 1, ReceiveSensitivityValue: 0 },
    GPIOCapabilities: { NumGPIs: 4, NumGPOs: 4 },
    PerAntennaAirProtocol: { AntennaID: 1, ProtocolID: ['EPCGlobalClass1Gen2'] },
  },
};
/** Messages of 1.1, which llrpjs does not know. */
const [ASKS_VERSION, SETS_VERSION] = [46, 47];
const VERSION_ANSWERS: Record<number, string> = { [ASKS_VERSION]: '0838', [SETS_VERSION]: '0839' };
const STATUS_SUCCESS = '011f000800000000';

/** The version in the header of a message, which llrpjs takes as 1 alone. */
function withVersion(bytes: Buffer, version: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE((version << 10) | (copy.readUInt16BE(0) & 0x3ff), 0);
  return copy;
}

export async function startLlrpReader(options: LlrpReaderOptions = {}): Promise<LlrpReader> {
  const { port = 0, version = 1, clock = 0, tls } = options;
  const asked: string[] = [];
  const versions = new Set<number>();
  let speaks = 1;
  let current: Socket | null = null;
  let reading = false;
  let rospec: unknown = null;
  let refused: string | null = null;
  let ignored: { type: string; how: 'silence' | 'end' } | null = null;
  let acknowledged: (() => void) | null = null;
  const sockets = new Set<Socket>();
  const startedAt = Date.now() - 86_400_000;
  /** A time as it tells it, in microseconds. */
  const own = (at: number) => ({
    Microseconds: (clock === 'uptime' ? at - startedAt : at + clock) * 1000,
  });
  const opened = (Status: string) => ({
    ReaderEventNotificationData: {
      [clock === 'uptime' ? 'Uptime' : 'UTCTimestamp']: own(Date.now()),
      ConnectionAttemptEvent: { Status },
    },
  });
  const answers: Record<string, string> = {
    GET_READER_CAPABILITIES: 'GET_READER_CAPABILITIES_RESPONSE',
    DELETE_ROSPEC: 'DELETE_ROSPEC_RESPONSE',
    SET_READER_CONFIG: 'SET_READER_CONFIG_RESPONSE',
    ADD_ROSPEC: 'ADD_ROSPEC_RESPONSE',
    ENABLE_ROSPEC: 'ENABLE_ROSPEC_RESPONSE',
    START_ROSPEC: 'START_ROSPEC_RESPONSE',
    CLOSE_CONNECTION: 'CLOSE_CONNECTION_RESPONSE',
  };
  /** Whether this request is one that the test lets it ignore. */
  function isIgnored(socket: Socket, type: string): boolean {
    if (ignored?.type !== type) return false;
    if (ignored.how === 'end') socket.end();
    ignored = null;
    return true;
  }
  function takeVersion(socket: Socket, type: number, id: number, body: Buffer): void {
    const name = type === ASKS_VERSION ? 'GET_SUPPORTED_VERSION' : 'SET_PROTOCOL_VERSION';
    asked.push(name);
    if (isIgnored(socket, name)) return;
    if (version === 1) {
      const status = { StatusCode: 'M_UnsupportedVersion', ErrorDescription: '' };
      socket.write(otherBytes('ERROR_MESSAGE', id, { LLRPStatus: status }));
      return;
    }
    const isQuestion = type === ASKS_VERSION;
    if (!isQuestion) speaks = body.readUInt8(0);
    const number = id.toString(16).padStart(8, '0');
    const content = `${isQuestion ? '0102' : ''}${STATUS_SUCCESS}`;
    const length = (10 + content.length / 2).toString(16).padStart(8, '0');
    socket.write(Buffer.from(`${VERSION_ANSWERS[type]}${length}${number}${content}`, 'hex'));
  }
  function take(socket: Socket, bytes: Buffer): void {
    const word = bytes.readUInt16BE(0);
    if ((word & 0x3ff) in VERSION_ANSWERS) {
      takeVersion(socket, word & 0x3ff, bytes.readUInt32BE(6), bytes.subarray(10));
      return;
    }
    versions.add(word >> 10);
    const { type, id, data } = otherRead(withVersion(bytes, 1));
    asked.push(type);
    if (type === 'KEEPALIVE_ACK') acknowledged?.();
    const answer = answers[type];
    if (!answer || isIgnored(socket, type)) return;
    const isRefused = refused === type;
    if (isRefused) refused = null;
    if (type === 'ADD_ROSPEC') rospec = data;
    if (type === 'START_ROSPEC') reading = !isRefused;
    const content = type === 'GET_READER_CAPABILITIES' ? capabilities : success;
    socket.write(withVersion(otherBytes(answer, id, isRefused ? refusal : content), speaks));
    if (type === 'CLOSE_CONNECTION') socket.end();
  }
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (current === socket) {
        current = null;
        reading = false;
      }
    });
    if (current) {
      const status = 'Failed_A_Client_Initiated_Connection_Already_Exists';
      socket.end(otherBytes('READER_EVENT_NOTIFICATION', 0, opened(status)));
      return;
    }
    current = socket;
    speaks = 1;
    socket.write(otherBytes('READER_EVENT_NOTIFICATION', 0, opened('Success')));
    let rest = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 10 && rest.length >= rest.readUInt32BE(2)) {
        const length = rest.readUInt32BE(2);
        take(socket, Buffer.from(rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
    });
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as { port: number };
  return {
    url: `${tls ? 'llrps' : 'llrp'}://127.0.0.1:${taken}`,
    asked,
    get reading() {
      return reading;
    },
    get rospec() {
      return rospec;
    },
    report(reads) {
      const TagReportData = reads.map(({ epc, antenna, at }) => ({
        EPC_96: { EPC: epc },
        AntennaID: { AntennaID: antenna },
        PeakRSSI: { PeakRSSI: -52 },
        [clock === 'uptime' ? 'LastSeenTimestampUptime' : 'LastSeenTimestampUTC']: own(at),
      }));
      current?.write(withVersion(otherBytes('RO_ACCESS_REPORT', 7, { TagReportData }), speaks));
    },
    keepalive: () =>
      new Promise((resolve) => {
        acknowledged = resolve;
        current?.write(otherBytes('KEEPALIVE', 8));
      }),
    write: (bytes) => void current?.write(bytes),
    versions,
    refuse(type) {
      refused = type;
    },
    ignore(type, how) {
      ignored = { type, how };
    },
    drop() {
      reading = false;
      current?.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
