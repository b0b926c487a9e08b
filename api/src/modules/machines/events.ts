import { machineState, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus.ts';
import type { Metrics } from '../../platform/metrics.ts';
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
    if (read.success && topic === topics.machineState(tenant, read.data.machine)) {
      return service.keep(read.data);
    }
    metrics.busInvalid.inc({ kind: 'machine-state' });
    log.warn({ topic }, 'a machine state does not match its schema or its topic');
  });
}
