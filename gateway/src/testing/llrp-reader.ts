import { createServer, type Socket } from 'node:net';
import { otherBytes, otherRead } from './llrpjs.ts';

/** A read that the simulated reader reports. */
export interface SimulatedRead {
  readonly epc: string;
  readonly antenna: number;
  /** Ms since the epoch. */
  readonly at: number;
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
  /** The next request of this type is refused. */
  refuse(type: string): void;
  /** Ends the connection, as a restart does. */
  drop(): void;
  close(): Promise<void>;
}

const success = { LLRPStatus: { StatusCode: 'M_Success', ErrorDescription: '' } };
const refusal = { LLRPStatus: { StatusCode: 'M_FieldError', ErrorDescription: 'no such antenna' } };
const opened = (Status: string) => ({
  ReaderEventNotificationData: {
    UTCTimestamp: { Microseconds: Date.now() * 1000 },
    ConnectionAttemptEvent: { Status },
  },
});

export async function startLlrpReader(port = 0): Promise<LlrpReader> {
  const asked: string[] = [];
  let current: Socket | null = null;
  let reading = false;
  let rospec: unknown = null;
  let refused: string | null = null;
  let acknowledged: (() => void) | null = null;
  const sockets = new Set<Socket>();
  const answers: Record<string, string> = {
    DELETE_ROSPEC: 'DELETE_ROSPEC_RESPONSE',
    SET_READER_CONFIG: 'SET_READER_CONFIG_RESPONSE',
    ADD_ROSPEC: 'ADD_ROSPEC_RESPONSE',
    ENABLE_ROSPEC: 'ENABLE_ROSPEC_RESPONSE',
    START_ROSPEC: 'START_ROSPEC_RESPONSE',
    CLOSE_CONNECTION: 'CLOSE_CONNECTION_RESPONSE',
  };
  function take(socket: Socket, bytes: Buffer): void {
    const { type, id, data } = otherRead(bytes);
    asked.push(type);
    if (type === 'KEEPALIVE_ACK') acknowledged?.();
    const answer = answers[type];
    if (!answer) return;
    const isRefused = refused === type;
    if (isRefused) refused = null;
    if (type === 'ADD_ROSPEC') rospec = data;
    if (type === 'START_ROSPEC') reading = !isRefused;
    socket.write(otherBytes(answer, id, isRefused ? refusal : success));
    if (type === 'CLOSE_CONNECTION') socket.end();
  }
  const server = createServer((socket) => {
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
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as { port: number };
  return {
    url: `llrp://127.0.0.1:${taken}`,
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
        LastSeenTimestampUTC: { Microseconds: at * 1000 },
      }));
      current?.write(otherBytes('RO_ACCESS_REPORT', 7, { TagReportData }));
    },
    keepalive: () =>
      new Promise((resolve) => {
        acknowledged = resolve;
        current?.write(otherBytes('KEEPALIVE', 8));
      }),
    write: (bytes) => void current?.write(bytes),
    refuse(type) {
      refused = type;
    },
    drop: () => current?.destroy(),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
