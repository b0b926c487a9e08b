import { bilingual, instant, point, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import {
  commaSeparated,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../../platform/kit/schemas.ts';
import { fenceCodes } from './words.ts';

export const fenceKinds = ['entry', 'stay'] as const;
export const severities = ['info', 'warning', 'critical'] as const;
export const eventStates = ['open', 'ended', 'withdrawn'] as const;

const kind = z
  .enum(fenceKinds)
  .describe('entry: keeps out who may not be there; stay: who is posted there must not leave.');
const severity = z.enum(severities).describe('How urgent an event is.');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');
const days = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export const hours = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('shift').describe('Between two times of the plant.'),
    from: time.describe('When it begins, HH:MM at the plant.'),
    to: time.describe('When it ends; before its begin: on the next day.'),
    days: z
      .array(days)
      .min(1)
      .max(7)
      .optional()
      .describe('On which it begins; left out, each day.'),
  }),
  z.strictObject({
    by: z.literal('calendar').describe('By the working calendar.'),
    while: z.enum(['working', 'resting']).describe('In its hours, or outside of them.'),
  }),
]);
export type Hours = z.infer<typeof hours>;

const fields = {
  name: bilingual.describe('What people call it.'),
  severity,
  dwellSeconds: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .describe('So long on the wrong side is an event; of a stay: the grace.'),
  holdSeconds: z
    .number()
    .int()
    .min(0)
    .max(600)
    .describe('A return within this time continues the same event.'),
  matched: z
    .boolean()
    .describe('Entry: what the register of requirements has for the area is required, too.'),
  posts: z
    .array(ulid)
    .max(50)
    .describe(
      'Entry: one of these has to be held, empty for none. Stay: whom it is about, empty for the posts that name the area.',
    ),
  permit: slug
    .nullable()
    .describe(
      'Entry: a work permit of this kind has to name person and area; a word of `special-work`.',
    ),
  assigned: z
    .boolean()
    .describe('Stay: about those who are assigned to a job there now, and not about posts.'),
  hours: hours
    .nullable()
    .describe('When entering is allowed, or staying is required; null: always.'),
};
const fixed = { areaId: slug.describe('The area of the register, with an outline.'), kind };
const active = z.boolean().describe('One that is not active makes no events.');
export const fenceInput = inputOf({ ...fixed, ...fields }).meta({ id: 'AreaFenceRequest' });
export const fencePatch = changeOf({ ...fields, active }).meta({ id: 'AreaFencePatch' });
export const fenceSchema = recordOf({ ...fixed, ...fields })
  .extend({
    active,
    activeSince: instant.describe('Who was inside before counts from then on.'),
    areaName: bilingual.nullable().describe('Name of the area.'),
    areaKind: z.string().nullable().describe('A word of the dictionary `area-kind`.'),
    byKind: z.boolean().describe('Made for the kind of the area.'),
    open: z.number().int().describe('Events that last.'),
    mayChange: z.boolean().describe('Whether this account may change it.'),
  })
  .meta({ id: 'AreaFence' });
export type AreaFence = z.infer<typeof fenceSchema>;
export const fenceList = z.object({ items: z.array(fenceSchema) }).meta({ id: 'AreaFenceList' });

const code = z.enum(fenceCodes).describe('Why, in the public words.');
const shown = {
  id: ulid,
  fence: z.object({ id: ulid, name: bilingual }).describe('Its fence.'),
  area: z.object({ id: slug, name: bilingual.nullable() }).describe('The area of the fence.'),
  kind,
  severity,
  begunAt: instant.describe('Since when the person was on the wrong side.'),
  untilAt: instant.nullable().describe('Until when, as far as it was heard.'),
  openedAt: instant.describe('When it was found.'),
  state: z.enum(eventStates).describe('withdrawn: a late position took it back.'),
  closedBy: z.string().nullable().describe('Why it is over.'),
  certainty: z
    .enum(['heard', 'crossed'])
    .describe('crossed: no position was inside, and no way around could be walked in the time.'),
};
export const eventSchema = z
  .object({
    ...shown,
    person: z
      .object({ id: ulid, name: z.string(), employeeNo: z.string() })
      .nullable()
      .describe('Null beyond the reach of the account, and of a badge that no one wears.'),
    badge: z.string().nullable().describe('Null where the person may not be known.'),
    anonymous: z
      .boolean()
      .describe('There is a person whom this account may not see, or whose consent ended.'),
    codes: z.array(code),
    acknowledged: z
      .object({
        by: bilingual.nullable().describe('Who did.'),
        at: instant,
        note: z.string().nullable(),
      })
      .nullable()
      .describe('By whom it was looked at.'),
    mayAcknowledge: z.boolean().describe('Whether this account may acknowledge it now.'),
    version: z.number().int().describe('Its version.'),
  })
  .meta({ id: 'FenceEvent' });
export type FenceEventView = z.infer<typeof eventSchema>;
export const eventPage = pageOf(eventSchema).meta({ id: 'FenceEventPage' });
export const eventDetail = eventSchema
  .extend({
    floorPlan: slug.nullable().describe('The plan of the area.'),
    polygon: z.array(point).nullable().describe('Its outline now, metres.'),
    path: z
      .array(
        z.object({
          at: instant,
          position: point.describe('Metres of the plan.'),
          radius: z.number().describe('Holds 95 %, metres.'),
          late: z.boolean().describe('It came late.'),
        }),
      )
      .describe(
        'The positions around it; empty for accounts that do not see positions of the person.',
      ),
  })
  .meta({ id: 'FenceEventDetail' });
export const eventQuery = z.strictObject({
  ...pageQuery(),
  state: commaSeparated(z.enum(eventStates)).optional(),
  kind: z.enum(fenceKinds).optional(),
  area: slug.optional().describe('Id of an area.'),
  fence: ulid.optional().describe('Id of a fence.'),
  acknowledged: z.enum(['yes', 'no']).optional().describe('Whether it was looked at.'),
});
export const acknowledgeBody = z
  .strictObject({ version: lookedAtVersion, note: prose(500).nullable().default(null) })
  .meta({ id: 'FenceAcknowledgement' });
export const ownEvent = z
  .object({
    ...shown,
    reasons: z
      .array(
        z.object({
          code: z.string().describe('The code of the reason.'),
          about: z.string().nullable().describe('Such as the category.'),
          text: bilingual.describe('The reason.'),
          cure: bilingual.nullable().describe('What to do.'),
        }),
      )
      .describe('All of them, for the person.'),
  })
  .meta({ id: 'OwnFenceEvent' });
export const ownPage = pageOf(ownEvent).meta({ id: 'OwnFenceEventPage' });
export const ownQuery = z.strictObject({ ...pageQuery({ usual: 20 }) });
