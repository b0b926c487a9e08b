import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerBusKey } from '@anshi/contracts/bus-signature';

/*
 * Prints the key of a worker (ANSHI_BUS_KEY), which follows from the secret of the API:
 *   npm run -s worker-key -- worker-2
 * The secret is ANSHI_BUS_SECRET, or the one that `npm start` keeps in the data folder.
 */
const [worker] = process.argv.slice(2);
if (!worker || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(worker)) {
  console.error('Name the worker: npm run -s worker-key -- worker-2');
  process.exit(2);
}
const folder = process.env.ANSHI_DATA_DIR ?? '.anshi';

function secret(): string {
  const given = process.env.ANSHI_BUS_SECRET;
  if (given) return given;
  const file = join(folder, 'secrets', 'bus-secret');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    console.error(`Set ANSHI_BUS_SECRET as the API has it; ${file} cannot be read.`);
    process.exit(1);
  }
}

const tenant = process.env.ANSHI_TENANT ?? 'demo';
process.stdout.write(`${workerBusKey(secret(), tenant, worker)}\n`);
