import type { Open } from '../../platform/module.ts';
import { takeMachineStates } from './events.ts';
import { machinesModule } from './routes.ts';
import { createMachinesService } from './service.ts';

export const open: Open = ({ settings, log, database, bus, metrics }) => {
  const { tenant } = settings;
  const service = createMachinesService({ database, metrics, log, tenant });
  takeMachineStates({ bus, metrics, log, tenant, service });
  return { ...machinesModule(service), close: () => service.close() };
};
