import { machineState } from '@anshi/contracts';
import { z } from 'zod';
import { accountOf } from '../../platform/access/request-account.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { MachinesService } from './service.ts';

const machineList = z
  .object({ items: z.array(machineState.meta({ id: 'MachineState' })) })
  .meta({ id: 'MachineList' });

export function machinesModule(service: MachinesService): Module {
  return {
    name: 'machines',
    feature: 'positioning',
    register(app) {
      app.get(
        '/api/v1/machines',
        {
          config: { permission: 'machine:read' },
          schema: {
            tags: ['machines'],
            operationId: 'listMachines',
            summary: 'Lists the latest state of each machine',
            response: { 200: machineList, ...problems(401, 403, 503) },
          },
        },
        async (request) => ({ items: await service.list(accountOf(request)) }),
      );
    },
  };
}
