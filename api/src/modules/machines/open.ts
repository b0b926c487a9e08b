import type { Open } from '../../platform/module.ts';
import { takeMachineStates } from './events.ts';
import { machinesModule } from './routes.ts';
import { createMachinesService } from './service.ts';

export const open: Open = ({ settings, log, database, bus, metrics, busRefusals: refusals }) => {
  const { tenant } = settings;
  const service = createMachinesService({ database, metrics, log, tenant });
  takeMachineStates({ bus, metrics, log, tenant, service, refusals });
  return { ...machinesModule(service), close: () => service.close() };
};
