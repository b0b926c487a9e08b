import { machineState, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { MachinesService } from './service.ts';

/** Takes the states that machines publish. */
export function takeMachineStates(options: {
  bus: Bus;
  service: MachinesService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
}): void {
  const { bus, service, metrics, log, tenant } = options;
  bus.subscribe(topics.machineState(tenant, '+'), 1, (topic, message) => {
    const read = machineState.safeParse(message);
    if (!read.success || topic !== topics.machineState(tenant, read.data.machine)) {
      metrics.busInvalid.inc({ kind: 'machine-state' });
      log.warn({ topic }, 'a machine state does not match its schema or its topic');
      return;
    }
    const receivedAt = Date.now();
    const time = takeTime(metrics, 'machine-state', read.data.at, receivedAt);
    if (time.result === 'taken') return service.keep(read.data, receivedAt);
    log.warn(
      { topic, at: read.data.at, why: time.why },
      'a machine state has a time that cannot be',
    );
  });
}
