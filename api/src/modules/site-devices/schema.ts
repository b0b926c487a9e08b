import { bilingual, instant, outputs, slug } from '@anshi/contracts';
import { z } from 'zod';
import { commandSchema, idempotencyKey } from '../../platform/commands/schema.ts';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { line, lookedAtVersion, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';

export const siteDeviceKinds = ['beacon', 'speaker', 'machine-control'] as const;

const fixed = {
  device: slug.describe('As it is called on the bus, and in its credential of the kind actuator.'),
  kind: z
    .enum(siteDeviceKinds)
    .describe(
      '`beacon`: light and sound. `speaker`: sound alone, as a siren. `machine-control`: takes requests for a controlled stop.',
    ),
};
const fields = {
  name: bilingual.describe('What people call it.'),
  areaId: slug.nullable().describe('The area in which it is seen and heard.'),
  note: line(200).nullable().describe('Such as where it hangs.'),
};
const secondPerson = z
  .boolean()
  .describe('A command other than a test needs a second person who approves it.');

export const siteDeviceInput = inputOf({
  ...fixed,
  ...fields,
  secondPerson: secondPerson.default(false),
}).meta({ id: 'SiteDeviceRequest' });
export const siteDevicePatch = changeOf({
  ...fields,
  active: z.boolean().describe('One that is out of use gets no commands.'),
}).meta({ id: 'SiteDevicePatch' });
export const secondPersonBody = z
  .strictObject({
    version: lookedAtVersion,
    secondPerson,
    reason: prose(500).min(1).describe('For the audit log.'),
  })
  .meta({ id: 'SiteDeviceSecondPerson' });

export const siteDeviceSchema = recordOf({ ...fixed, ...fields, secondPerson })
  .extend({
    active: z.boolean().describe('One that is out of use gets no commands.'),
    areaName: bilingual.nullable().describe('The name of its area.'),
    createdAt: instant,
    now: z
      .object({
        online: z.boolean().describe('It was heard within 30 s and did not say that it stops.'),
        outputs: outputs.describe('What it reads back of its outputs.'),
        until: instant.nullable().describe('When its outputs go to their safe state.'),
        at: instant.describe('When it was heard last.'),
      })
      .nullable()
      .describe('What it does now; null where this process never heard of it.'),
  })
  .meta({
    id: 'SiteDevice',
    description: 'A device on site that takes commands. It is no safety function.',
  });
export type SiteDevice = z.infer<typeof siteDeviceSchema>;

export const siteDeviceQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('In its names.'),
  areaId: slug.optional(),
});
export const siteDevicePage = pageOf(siteDeviceSchema).meta({ id: 'SiteDevicePage' });

export const commandBody = z
  .strictObject({
    key: idempotencyKey,
    action: slug.describe('What the device is told to do: `test`, `signal`, `off`.'),
    parameters: outputs
      .default({})
      .describe('Of `signal`: light, sound and seconds; of a speaker the seconds alone.'),
    reason: prose(500).nullable().default(null).describe('Needed except for a test.'),
  })
  .refine(({ action, reason }) => action === 'test' || Boolean(reason), {
    path: ['reason'],
    message: 'say why',
  })
  .meta({ id: 'SiteDeviceCommand' });
export { commandSchema };
