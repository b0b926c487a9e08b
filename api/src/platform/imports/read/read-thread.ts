import { parentPort, workerData } from 'node:worker_threads';
import { formats } from './formats.ts';
import { type RawRow, type ReadOptions, rowSize, TABLE_LIMITS, TableFault } from './types.ts';

/** Rows of a message: enough that few are sent, few enough that receiving one blocks nobody. */
const BATCH = 100;
/** The same for their size: a message ends with the row that reaches it. */
const BATCH_SIZE = 256 * 1024;

const { bytes, options } = workerData as { bytes: Uint8Array; options: ReadOptions };
const port = parentPort;
if (!port) throw new Error('this file is the body of a thread');

/** Resolves with the next message: whether more is wanted. */
const answered = (): Promise<boolean> =>
  new Promise((resolve) => port.once('message', (more: boolean) => resolve(more)));

let rows: RawRow[] = [];
let size = 0;
let total = 0;
async function flush(): Promise<boolean> {
  if (rows.length === 0) return true;
  const answer = answered();
  port?.postMessage({ rows });
  rows = [];
  size = 0;
  return answer;
}

try {
  if (bytes.length > TABLE_LIMITS.bytes) throw new TableFault('too-complex');
  const format = formats.find((one) => one.accepts(bytes));
  if (!format) throw new TableFault('format');
  await format.read(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    options,
    (info) => port.postMessage({ info }),
    async (row) => {
      const own = rowSize(row.cells);
      size += own;
      total += own;
      if (total > TABLE_LIMITS.size) throw new TableFault('too-complex');
      rows.push(row);
      return (rows.length < BATCH && size < BATCH_SIZE) || (await flush());
    },
  );
  await flush();
  port.postMessage({ end: true });
} catch (error) {
  const { code, at } = error instanceof TableFault ? error : new TableFault('broken');
  port.postMessage({ fault: { code, at } });
}
port.close();
