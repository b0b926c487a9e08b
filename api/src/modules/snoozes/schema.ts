import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';

const fields = {
  camera: slug.describe('Id of the camera.'),
  zone: slug.nullable().describe('Id of one of its zones; null for all.'),
  rule: slug.nullable().describe('Id of one of its rules; null for all.'),
  kind: z.enum(['snooze', 'maintenance']).describe('`maintenance`: a window for planned work.'),
  high: z.boolean().describe('High severity rests as well, once a second person approved it.'),
  fromAt: instant.describe('From when.'),
  untilAt: instant.describe('Until when; it ends by itself.'),
};

export const snoozeInput = z
  .strictObject({
    ...fields,
    zone: fields.zone.default(null),
    rule: fields.rule.default(null),
    kind: fields.kind.default('snooze'),
    high: fields.high.default(false),
    fromAt: instant.optional().describe('From when; left out, from now on.'),
    reason: prose(500).min(1).describe('Why.'),
  })
  .meta({ id: 'SnoozeRequest' });
export type SnoozeInput = z.infer<typeof snoozeInput>;

export const snoozeSchema = z
  .object({
    id: ulid,
    ...fields,
    cameraName: bilingual.nullable().describe('Null where the camera is gone.'),
    zoneName: bilingual.nullable().describe('Name of the zone.'),
    reason: z.string().describe('Why.'),
    askedBy: bilingual.nullable().describe('Who asked for it.'),
    askedAt: instant.describe('When it was asked for.'),
    approvedBy: bilingual.nullable().describe('Who approved high severity; null where nobody did.'),
    endedAt: instant.nullable().describe('When it was ended before its time; null where not.'),
    endedBy: bilingual.nullable().describe('Who ended it.'),
    state: z
      .enum(['planned', 'in-force', 'over', 'ended'])
      .describe('`ended`: before its time, by hand.'),
    waiting: z.boolean().describe('High severity waits for the approval of a second person.'),
    mayApprove: z.boolean().describe('Whether this account may approve it.'),
    mayEnd: z.boolean().describe('Whether this account may end it.'),
  })
  .meta({
    id: 'Snooze',
    description:
      'Notices and beacons of a camera, zone or rule that rest. Violations are recorded.',
  });
export type SnoozeView = z.infer<typeof snoozeSchema>;

export const snoozeQuery = z.strictObject({
  ...pageQuery(),
  camera: slug.optional().describe('Of this camera.'),
  open: z.enum(['true', 'false']).optional().describe('Only those that hold now, or will.'),
});
export type SnoozeQuery = z.infer<typeof snoozeQuery>;
export const snoozePage = pageOf(snoozeSchema).meta({ id: 'SnoozePage' });
