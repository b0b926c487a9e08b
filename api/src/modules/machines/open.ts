import type { Open } from '../../platform/module.ts';
import { takeMachineStates } from './events.ts';
import { machinesModule } from './routes.ts';
import { createMachinesService, type MachinesService } from './service.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    machines: Pick<MachinesService, 'onState'>;
  }
}

export const open: Open = (platform) => {
  const { settings, log, database, bus, metrics, busRefusals: refusals, services } = platform;
  const { tenant } = settings;
  const service = createMachinesService({ database, metrics, log, tenant });
  services.provide('machines', service);
  takeMachineStates({ bus, metrics, log, tenant, service, refusals });
  return { ...machinesModule(service), close: () => service.close() };
};
