/**
 * A process that is killed in consumer tests: `node consumer-process.ts <database url> <task>`.
 * `handle` stops in the middle of a handler and prints so; `leave:<person>` commits that the person
 * left and exits before the event is handled.
 */
import pino from 'pino';
import { systemCaller } from '../platform/access/caller.ts';
import { openConsumers } from '../platform/consumers/open.ts';
import { openDatabase } from '../platform/db/database.ts';
import { createUnits } from '../platform/db/unit-of-work.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createNotices } from '../platform/notices/notify.ts';

const [url = '', task = ''] = process.argv.slice(2);
const tenant = 'demo';
const database = openDatabase(url);
const units = createUnits({ database, onError: () => {} });

if (task.startsWith('leave:')) {
  const id = task.slice('leave:'.length);
  await units.run(systemCaller(tenant), async (unit) => {
    const left = { status: 'left', leftOn: new Date('2026-11-27') };
    await unit.tx.person.updateMany({ where: { id }, data: left });
    await unit.emit({ entity: 'person', what: 'left', subject: id, data: { person: id } });
    unit.afterCommit(() => void process.kill(process.pid, 'SIGKILL'));
  });
} else {
  const consumers = openConsumers({
    database,
    units,
    notices: createNotices({ written() {} }),
    features: { catalogue: [], check: async () => true },
    metrics: createMetrics(),
    tenant,
    log: pino({ level: 'silent' }),
  });
  consumers.on({
    name: 'probe.killed',
    types: ['cn.anshi.killed.made.v1'],
    async handle(unit, { id }) {
      await unit.emit({ entity: 'reaction', what: 'made', subject: 'killed', data: { of: id } });
      process.send?.('in the handler');
      await new Promise(() => {});
    },
  });
  await consumers.register();
  consumers.start();
}
