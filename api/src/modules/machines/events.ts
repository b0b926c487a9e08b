import { machineState, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus.ts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { MachinesService } from './service.ts';

/** Takes the states that machines publish. Each is acknowledged once it is written. */
export function takeMachineStates(options: {
  bus: Bus;
  service: MachinesService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  refusals: Pick<BusRefusals, 'note'>;
}): void {
  const { bus, service, metrics, log, tenant, refusals } = options;
  bus.subscribe(topics.machineState(tenant, '+'), 1, (topic, message) => {
    const read = machineState.safeParse(message);
    const user = `machine-${topic.split('/')[4]}`;
    if (!read.success || topic !== topics.machineState(tenant, read.data.machine)) {
      metrics.busInvalid.inc({ kind: 'machine-state' });
      refusals.note({ user, what: read.success ? 'sender' : 'schema', topic });
      log.warn({ topic }, 'a machine state does not match its schema or its topic');
      return;
    }
    const receivedAt = Date.now();
    const time = takeTime(metrics, 'machine-state', read.data.at, receivedAt);
    if (time.result === 'taken') return service.keep(read.data, receivedAt);
    refusals.note({ user, what: 'time', topic, detail: `${read.data.at} (${time.why})` });
    log.warn(
      { topic, at: read.data.at, why: time.why },
      'a machine state has a time that cannot be',
    );
  });
}
