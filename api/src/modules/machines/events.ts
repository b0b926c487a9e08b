import { machineState, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus.ts';
import { isDatabaseUnavailable } from '../../platform/errors.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { MachinesService } from './service.ts';

/** Takes the states that machines publish. They are retained: a lost one comes with the next. */
export function takeMachineStates(options: {
  bus: Bus;
  service: MachinesService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
}): void {
  const { bus, service, metrics, log, tenant } = options;
  bus.subscribe(topics.machineState(tenant, '+'), 1, async (topic, message) => {
    const read = machineState.safeParse(message);
    if (!read.success) {
      metrics.busInvalid.inc({ kind: 'machine-state' });
      log.warn({ topic }, 'a machine state does not match its schema');
      return;
    }
    try {
      await service.save(read.data);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      log.warn({ topic }, 'the database is away; a machine state is not kept');
    }
  });
}
