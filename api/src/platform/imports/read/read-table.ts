import { Worker } from 'node:worker_threads';
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

/** An open table. */
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
 *
 * @param bytes of the file; their memory passes to the thread, and they are empty afterwards.
 * @throws TableFault
 */
export async function openTable(bytes: Uint8Array, options: ReadOptions = {}): Promise<Table> {
  const thread = new Worker(new URL('./read-thread.ts', import.meta.url), {
    workerData: { bytes, options },
    ...(bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
      ? { transferList: [bytes.buffer] }
      : {}),
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
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
  const late = setTimeout(() => fail('too-slow'), TABLE_LIMITS.ms);
  late.unref();
  const close = async () => {
    clearTimeout(late);
    await thread.terminate();
  };
  async function next(): Promise<Exclude<Message, { fault: unknown }>> {
    if (waiting.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = null;
    }
    const message = waiting.shift()!;
    if (!('fault' in message)) return message;
    await close();
    throw new TableFault(message.fault.code, message.fault.at);
  }
  const first = await next();
  if (!('info' in first)) throw new TableFault('broken');
  return {
    info: first.info,
    async *rows() {
      try {
        for (;;) {
          const message = await next();
          if (!('rows' in message)) return;
          yield message.rows;
          late.refresh();
          thread.postMessage(true);
        }
      } finally {
        await close();
      }
    },
    close,
  };
}

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
