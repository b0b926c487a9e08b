import { bilingual, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commandSchema, idempotencyKey } from '../../platform/commands/schema.ts';
import { prose } from '../../platform/kit/schemas.ts';
import { siteDeviceKinds, siteDeviceSchema } from '../site-devices/schema.ts';

export const incidentActions = ['alarm', 'derate', 'controlled-stop'] as const;
const action = z
  .enum(incidentActions)
  .describe(
    '`alarm`: light and sound. `derate` and `controlled-stop` are requests to the control of a machine, which decides how.',
  );
export type IncidentAction = z.infer<typeof action>;

export const actionDevice = z.object({
  id: ulid,
  device: slug.describe('As it is called on the bus.'),
  kind: z.enum(siteDeviceKinds),
  name: bilingual,
  areaName: bilingual.nullable().describe('The name of its area.'),
  isHere: z.boolean().describe('Whether it belongs to an area of the incident, else to its site.'),
  secondPerson: z.boolean().describe('Whether another person approves the command first.'),
  now: siteDeviceSchema.shape.now,
  actions: z.array(action).describe('What it takes.'),
});
export type ActionDevice = z.infer<typeof actionDevice>;

export const actionList = z
  .object({
    devices: z
      .array(actionDevice)
      .describe('Devices of the areas of the incident first, then others of its site.'),
    commands: z.array(commandSchema).describe('Given because of the incident, newest first.'),
  })
  .meta({
    id: 'IncidentActionList',
    description: 'What can be done on site because of an incident.',
  });
export type ActionList = z.infer<typeof actionList>;

export const actionRequest = z
  .strictObject({
    key: idempotencyKey,
    device: ulid.describe('Id of the device in the register.'),
    action,
    percent: z
      .number()
      .int()
      .min(10)
      .max(90)
      .optional()
      .describe('Of `derate`: percent of the usual speed.'),
    reason: prose(500).min(1).describe('Why; it stands in the record of the command.'),
  })
  .refine(({ action: what, percent }) => (what === 'derate') === (percent !== undefined), {
    path: ['percent'],
    message: 'must be given for derate, and for nothing else',
  })
  .meta({ id: 'IncidentActionRequest' });
export type ActionRequest = z.infer<typeof actionRequest>;
