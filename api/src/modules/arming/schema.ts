import { armedWhen, armingCause, bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';

export const armingNow = z
  .object({
    armed: z.boolean().describe('Whether it is armed.'),
    cause: armingCause.nullable().describe('Why.'),
    permit: ulid.nullable().describe('The work permit that holds or ended last.'),
    permitTitle: z
      .string()
      .nullable()
      .describe('Null without one, or without the right to see it.'),
    since: instant.nullable().describe('Since when; null where that is not known.'),
    until: instant.nullable().describe('When it changes by itself; null where it does not.'),
  })
  .meta({ id: 'ArmingNow' });
export type ArmingNow = z.infer<typeof armingNow>;

export const armingItem = z.object({
  camera: slug.describe('Id of the camera.'),
  cameraName: bilingual.describe('Name of the camera.'),
  zone: slug.nullable().describe('Id of the zone; null for a rule that has none.'),
  zoneName: bilingual.nullable().describe('Name of the zone.'),
  rule: slug.nullable().describe('The rule that says it itself; null for the zone.'),
  when: armedWhen.nullable().describe('What arms it; null: always.'),
  now: armingNow
    .nullable()
    .describe('Null where a machine arms it: the worker goes by the state of the machine.'),
});
export type ArmingItem = z.infer<typeof armingItem>;
export const armingList = z.object({ items: z.array(armingItem) }).meta({
  id: 'ArmingList',
  description: 'What of each zone of a camera is armed now.',
});

export const previewBody = z
  .strictObject({
    armed: armedWhen.describe('What is to arm it.'),
    area: slug.nullable().default(null).describe('The area of the zone.'),
  })
  .meta({ id: 'ArmingPreviewRequest' });
export const previewAnswer = z
  .object({ now: armingNow.nullable().describe('Null where a machine arms it.') })
  .meta({ id: 'ArmingPreview' });
