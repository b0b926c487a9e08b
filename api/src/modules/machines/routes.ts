import { machineState } from '@anshi/contracts';
import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { MachinesService } from './service.ts';

const machineList = z
  .object({ items: z.array(machineState.meta({ id: 'MachineState' })) })
  .meta({ id: 'MachineList' });

export function machinesModule(service: MachinesService): Module {
  return {
    name: 'machines',
    register(app) {
      const route = routesOf(app, 'machines');
      route.get('/machines', {
        permission: 'machine:read',
        operationId: 'listMachines',
        summary: 'Lists the latest state of each machine',
        answer: machineList,
        handle: async ({ user }) => ({ items: await service.list(user.account) }),
      });
    },
  };
}
