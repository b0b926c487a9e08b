import { Worker } from 'node:worker_threads';
import { createLimiter } from '../../files/limiter.ts';
import {
  type RawRow,
  type ReadOptions,
  TABLE_LIMITS,
  TableFault,
  type TableFaultCode,
  type TableInfo,
} from './types.ts';

type Message =
  | { info: TableInfo }
  | { rows: RawRow[] }
  | { end: true }
  | { fault: { code: TableFaultCode; at: string | null } };

/** Threads that read at a time: each may take half a gigabyte and a core. */
const twoAtOnce = createLimiter(2);

/** An open table. It has a thread, for which others wait: read it to its end, or close it. */
export interface Table {
  info: TableInfo;
  /** Its rows in pieces, in order. @throws TableFault */
  rows(): AsyncGenerator<RawRow[]>;
  /** Ends the thread. */
  close(): Promise<void>;
}

/**
 * Opens a file as a table. It is unpacked and parsed in a thread with a limit of memory and time, so
 * that the API answers others meanwhile, and a file that was made to do harm ends its thread only.
 * Waits where two others are open.
 *
 * @param bytes of the file; their memory passes to the thread, and they are empty afterwards.
 * @throws TableFault
 */
export async function openTable(bytes: Uint8Array, options: ReadOptions = {}): Promise<Table> {
  const thread = await startThread(bytes, options);
  const waiting: Message[] = [];
  let wake: (() => void) | null = null;
  const take = (message: Message) => {
    waiting.push(message);
    wake?.();
  };
  const fail = (code: TableFaultCode) => take({ fault: { code, at: null } });
  thread.on('message', take);
  // Out of memory, or a fault of a parser.
  thread.on('error', () => fail('too-complex'));
  thread.on('exit', () => fail('broken'));
  let msLeft: number = TABLE_LIMITS.ms;
  const close = async () => {
    await thread.terminate();
  };
  async function next(): Promise<Exclude<Message, { fault: unknown }>> {
    if (waiting.length === 0) {
      // The clock runs only here: what is done with the rows takes time of others.
      const since = performance.now();
      const late = setTimeout(() => fail('too-slow'), msLeft);
      late.unref();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = null;
      clearTimeout(late);
      msLeft = Math.max(0, msLeft - (performance.now() - since));
    }
    const message = waiting.shift()!;
    if (!('fault' in message)) return message;
    await close();
    throw new TableFault(message.fault.code, message.fault.at);
  }
  const first = await next();
  if (!('info' in first)) {
    await close();
    throw new TableFault('broken');
  }
  return {
    info: first.info,
    async *rows() {
      try {
        for (;;) {
          const message = await next();
          if (!('rows' in message)) return;
          yield message.rows;
          thread.postMessage(true);
        }
      } finally {
        await close();
      }
    },
    close,
  };
}

/** Starts the thread as soon as less than two others run. */
const startThread = (bytes: Uint8Array, options: ReadOptions): Promise<Worker> =>
  new Promise((resolve, reject) => {
    twoAtOnce(async () => {
      const thread = new Worker(new URL('./read-thread.ts', import.meta.url), {
        workerData: { bytes, options },
        ...(bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
          ? { transferList: [bytes.buffer] }
          : {}),
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      });
      const ended = new Promise<void>((over) => thread.once('exit', () => over()));
      resolve(thread);
      await ended;
    }).catch(reject);
  });

/** The first rows of a file, and what it is. */
export async function readHead(
  bytes: Uint8Array,
  options: ReadOptions & { most: number },
): Promise<{ info: TableInfo; rows: RawRow[] }> {
  const table = await openTable(bytes, options);
  const rows: RawRow[] = [];
  for await (const some of table.rows()) rows.push(...some);
  return { info: table.info, rows };
}
