import { instant, machineActivity, machineState } from '@anshi/contracts';
import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { MachinesService } from './service.ts';

const machineNow = machineState
  .omit({ source: true })
  .extend({
    contradiction: z
      .array(
        z.object({
          state: machineActivity.describe('What it says.'),
          source: z.string().nullable().describe('Who says it; null: the machine itself.'),
          at: instant.describe('When it was so, by its clock.'),
        }),
      )
      .describe(
        'The states that are told at once and contradict each other; rules that ask for the machine are armed then. Empty where there is no contradiction.',
      ),
  })
  .meta({ id: 'MachineState' });

const machineList = z.object({ items: z.array(machineNow) }).meta({ id: 'MachineList' });

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
