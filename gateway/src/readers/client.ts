import { connect, type Socket } from 'node:net';
import { createFramer, MESSAGE, type Message } from './frame.ts';
import { readsIn, type TagRead } from './reports.ts';
import * as request from './requests.ts';

/** A reader that sends no sign of life for so long is lost, as several of these intervals, ms. */
const KEEPALIVE_MS = 10_000;
const LOST_AFTER = 3;
/** Waits before the next attempt, ms: doubled each time, up to the last. */
const [FIRST_WAIT, LONGEST_WAIT] = [1_000, 60_000];

export interface LlrpOptions {
  readonly host: string;
  readonly port: number;
  readonly antennas: readonly number[];
  /** @param at ms since the epoch; by our clock where the reader has no time of its own. */
  onRead(read: TagRead, at: number): void;
  /** @param fault null where the reader reads. */
  onState(fault: string | null): void;
  /** For tests. */
  readonly keepaliveMs?: number;
  readonly firstWaitMs?: number;
}

export interface LlrpClient {
  close(): Promise<void>;
}

/** The requests that make a reader read, in their order, each with the type of its response. */
const steps = (antennas: readonly number[], keepaliveMs: number) => [
  [request.deleteRospecs, MESSAGE.deleteRospecResponse, 'DELETE_ROSPEC'] as const,
  [
    (id: number) => request.setKeepalive(id, keepaliveMs),
    MESSAGE.setReaderConfigResponse,
    'SET_READER_CONFIG',
  ] as const,
  [
    (id: number) => request.addRospec(id, antennas),
    MESSAGE.addRospecResponse,
    'ADD_ROSPEC',
  ] as const,
  [request.enableRospec, MESSAGE.enableRospecResponse, 'ENABLE_ROSPEC'] as const,
  [request.startRospec, MESSAGE.startRospecResponse, 'START_ROSPEC'] as const,
];

/**
 * Reads badges with a reader by LLRP 1.1: connects, has it read, answers its signs of life, and connects again, each time
 * later, when it is lost or refuses.
 */
export function openLlrp(options: LlrpOptions): LlrpClient {
  const { host, port, antennas, onRead, onState } = options;
  const { keepaliveMs = KEEPALIVE_MS, firstWaitMs = FIRST_WAIT } = options;
  let wait = firstWaitMs;
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | null = null;
  let closed = false;

  function begin(): void {
    const own = connect({ host, port, noDelay: true });
    socket = own;
    const plan = steps(antennas, keepaliveMs);
    const framer = createFramer();
    /** The time of the reader since its start, against our clock: by its first read. */
    let uptimeAt: number | null = null;
    let step = -1;
    let id = 0;
    let why: string | null = null;
    const drop = (fault: string) => {
      why ??= fault;
      own.destroy();
    };
    const ask = () => {
      step += 1;
      const next = plan[step];
      if (next) {
        id += 1;
        own.write(next[0](id));
        return;
      }
      wait = firstWaitMs;
      onState(null);
    };
    const timeOf = ({ lastSeen }: TagRead): number => {
      if (lastSeen === null) return Date.now();
      const ms = Number(lastSeen.micros / 1000n);
      if (lastSeen.clock === 'utc') return ms;
      uptimeAt ??= Date.now() - ms;
      return uptimeAt + ms;
    };
    const take = ({ type, id: number, body }: Message): void => {
      if (type === MESSAGE.keepalive) {
        own.write(request.keepaliveAck(number));
        return;
      }
      if (type === MESSAGE.roAccessReport) {
        for (const read of readsIn(body)) onRead(read, timeOf(read));
        return;
      }
      if (type === MESSAGE.readerEventNotification) {
        const event = request.connectionEvent(body);
        if (event && 'fault' in event) {
          drop(event.fault);
          return;
        }
        if (event && step < 0) ask();
        return;
      }
      const expected = plan[step];
      const isAnswer = type === MESSAGE.errorMessage || type === expected?.[1];
      if (!expected || !isAnswer) return;
      const fault = request.faultOf(body);
      if (fault !== null) {
        drop(`the reader refuses ${expected[2]}: ${fault}`);
        return;
      }
      if (number === id) ask();
    };
    own.setTimeout(keepaliveMs * LOST_AFTER, () => drop('the reader gives no sign of life'));
    own.on('data', (bytes) => {
      try {
        for (const message of framer(bytes)) take(message);
      } catch (error) {
        drop(`the reader sends what is no LLRP: ${(error as Error).message}`);
      }
    });
    own.on('error', ({ message }) => {
      why ??= message;
    });
    own.on('close', () => {
      if (closed) return;
      onState(why ?? 'the reader closed the connection');
      timer = setTimeout(begin, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    });
  }
  begin();

  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      const own = socket;
      if (!own || own.destroyed) return;
      // A reader that is told keeps no dead connection, which would refuse the next client.
      own.end(request.closeConnection(0));
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => own.destroy(), 1_000);
        own.once('close', () => {
          clearTimeout(late);
          resolve();
        });
      });
    },
  };
}
