import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ReaderAddress } from './config.ts';
import { createFramer, inVersion, MESSAGE, type Message, type Version } from './frame.ts';
import { createReaderClock } from './reader-clock.ts';
import {
  afterVersions,
  antennaFault,
  factsIn,
  getCapabilities,
  getSupportedVersion,
  type ReaderFacts,
  setProtocolVersion,
  versionsIn,
} from './reader-facts.ts';
import { readsIn, type TagRead } from './reports.ts';
import * as request from './requests.ts';

/** A reader that sends no sign of life for so long is lost, as several of these intervals, ms. */
const KEEPALIVE_MS = 10_000;
const LOST_AFTER = 3;
/** An answer takes less, ms. */
const ANSWER_MS = 10_000;
/** Waits before the next attempt, ms: doubled each time, up to the last. */
const [FIRST_WAIT, LONGEST_WAIT] = [1_000, 60_000];

export interface LlrpOptions extends ReaderAddress {
  readonly antennas: readonly number[];
  /** @param at ms since the epoch, by our clock. */
  onRead(read: TagRead, at: number): void;
  /** @param fault null where the reader reads. */
  onState(fault: string | null, about: AboutReader): void;
  /** @param ms what the clock of the reader is off; null where it agrees with ours again. */
  onClockOff(ms: number | null): void;
  /** For tests. */
  readonly keepaliveMs?: number;
  readonly answerMs?: number;
  readonly firstWaitMs?: number;
}

/** What is known of a reader. */
export interface AboutReader {
  readonly version: Version;
  /** Null before it answered, and where it tells nothing. */
  readonly facts: ReaderFacts | null;
}

export interface LlrpClient {
  close(): Promise<void>;
}

/** A request with what follows from its answer. */
interface Step {
  readonly name: string;
  readonly answer: number;
  request(id: number): Buffer;
  /** Why the connection is of no use after this answer; null to go on. */
  take(body: Buffer, isError: boolean): string | null;
}

/**
 * Reads badges with a reader by LLRP 1.1, or by 1.0.1 if it has no other: connects, starts reading, acknowledges keepalives,
 * and reconnects with backoff after a loss or a refusal.
 */
export function openLlrp(options: LlrpOptions): LlrpClient {
  const { host, port, tls, antennas, onRead, onState, onClockOff } = options;
  const { keepaliveMs = KEEPALIVE_MS, answerMs = ANSWER_MS, firstWaitMs = FIRST_WAIT } = options;
  let wait = firstWaitMs;
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | null = null;
  let closed = false;
  let version: Version = 1;
  /** A reader of 1.0.1 should refuse the version request; one that closes the connection instead is not asked again. */
  let asksVersion = true;

  function begin(): void {
    const own = tls ? connectTls({ host, port, ...tls }) : connect({ host, port });
    own.setNoDelay(true);
    socket = own;
    version = 1;
    const framer = createFramer();
    const clock = createReaderClock(onClockOff);
    let facts: ReaderFacts | null = null;
    let current: Step | undefined;
    let id = 0;
    let why: string | null = null;
    let late: NodeJS.Timeout | undefined;

    const must = (name: string, answer: number, make: (id: number) => Buffer): Step => ({
      name,
      answer,
      request: make,
      take(body) {
        const fault = request.faultOf(body);
        return fault === null ? null : `the reader refuses ${name}: ${fault}`;
      },
    });
    const agreeOnVersion: Step = {
      name: 'SET_PROTOCOL_VERSION',
      answer: MESSAGE.setProtocolVersionResponse,
      request: (number) => setProtocolVersion(number, 2),
      take(body, isError) {
        if (!isError && request.faultOf(body) === null) version = 2;
        return null;
      },
    };
    const askVersion: Step = {
      name: 'GET_SUPPORTED_VERSION',
      answer: MESSAGE.getSupportedVersionResponse,
      request: getSupportedVersion,
      take(body, isError) {
        const found = isError ? null : versionsIn(body);
        // A reader of 1.0.1 does not know the version request.
        if (found === null || request.faultOf(afterVersions(body)) !== null) return null;
        if (found.current === 2) version = 2;
        else if (found.highest >= 2) plan.unshift(agreeOnVersion);
        return null;
      },
    };
    const askCapabilities: Step = {
      name: 'GET_READER_CAPABILITIES',
      answer: MESSAGE.getReaderCapabilitiesResponse,
      request: getCapabilities,
      take(body, isError) {
        facts = isError ? null : factsIn(body);
        return facts && antennaFault(facts, antennas);
      },
    };
    const plan: Step[] = [
      ...(asksVersion ? [askVersion] : []),
      askCapabilities,
      must('DELETE_ROSPEC', MESSAGE.deleteRospecResponse, request.deleteRospecs),
      must('SET_READER_CONFIG', MESSAGE.setReaderConfigResponse, (number) =>
        request.setKeepalive(number, keepaliveMs),
      ),
      must('ADD_ROSPEC', MESSAGE.addRospecResponse, (number) =>
        request.addRospec(number, antennas),
      ),
      must('ENABLE_ROSPEC', MESSAGE.enableRospecResponse, request.enableRospec),
      must('START_ROSPEC', MESSAGE.startRospecResponse, request.startRospec),
    ];

    const drop = (fault: string) => {
      why ??= fault;
      own.destroy();
    };
    const ask = () => {
      clearTimeout(late);
      current = plan.shift();
      if (!current) {
        wait = firstWaitMs;
        onState(null, { version, facts });
        return;
      }
      id += 1;
      const { name, request: make } = current;
      const frame = make(id);
      const isOfBoth = current !== askVersion && current !== agreeOnVersion;
      own.write(isOfBoth ? inVersion(frame, version) : frame);
      // A reader may keep sending keepalives without any response.
      late = setTimeout(() => drop(`the reader does not answer ${name}`), answerMs);
    };
    const takeEvent = (body: Buffer): void => {
      const time = request.eventTime(body);
      if (time) clock.heard(time);
      const event = request.connectionEvent(body);
      if (event && 'fault' in event) drop(event.fault);
      else if (event && id === 0) ask();
    };
    const take = ({ type, id: number, body }: Message): void => {
      if (type === MESSAGE.keepalive) {
        own.write(inVersion(request.keepaliveAck(number), version));
        return;
      }
      if (type === MESSAGE.roAccessReport) {
        for (const read of readsIn(body)) onRead(read, clock.timeOf(read.lastSeen));
        return;
      }
      if (type === MESSAGE.readerEventNotification) {
        takeEvent(body);
        return;
      }
      const isError = type === MESSAGE.errorMessage;
      // Requests are sent one by one: an error belongs to the last one, even without a valid id.
      if (!current || !(isError || (number === id && type === current.answer))) return;
      const fault = current.take(body, isError);
      if (fault === null) ask();
      else drop(fault);
    };
    own.setTimeout(keepaliveMs * LOST_AFTER, () => drop('the reader gives no sign of life'));
    own.on('data', (bytes) => {
      try {
        for (const message of framer(bytes)) {
          if (own.destroyed) return;
          take(message);
        }
      } catch (error) {
        drop(`the reader sends what is no LLRP: ${(error as Error).message}`);
      }
    });
    own.on('error', ({ message }) => {
      why ??= message;
    });
    own.on('close', () => {
      clearTimeout(late);
      if (closed) return;
      if (current === askVersion || current === agreeOnVersion) asksVersion = false;
      onState(why ?? 'the reader closed the connection', { version, facts });
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
      own.end(inVersion(request.closeConnection(0), version));
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
