import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';

export const presenceStates = [
  'at-post',
  'elsewhere',
  'on-site',
  'silent',
  'gone',
  'not-tracked',
] as const;
export type PresenceState = (typeof presenceStates)[number];

const state = z
  .enum(presenceStates)
  .describe(
    'at-post: in an area of the post; elsewhere: not there; on-site: the post names no area, or the place is not known; silent: on site and not heard; gone: left, or not heard for hours; not-tracked: no badge, or no agreement to it.',
  );
const place = z.object({ id: z.string(), name: bilingual });
const filters = {
  department: slug.optional(),
  area: slug.optional().describe('Whose post is there, or who are there now.'),
  q: line(64).optional().describe('In name and number of the person, and in the name of the post.'),
};

export const boardQuery = z.strictObject({
  ...pageQuery(),
  ...filters,
  state: z.enum(presenceStates).optional(),
});

const people = z.number().int();
const counts = z
  .object({
    'at-post': people.describe('In an area of their post.'),
    elsewhere: people.describe('Not in an area of their post.'),
    'on-site': people.describe('The post names no area, or the place is not known.'),
    silent: people.describe('On site and not heard.'),
    gone: people.describe('Left, or not heard for hours.'),
    'not-tracked': people.describe('Without a badge, or without an agreement.'),
  } satisfies Record<PresenceState, z.ZodNumber>)
  .meta({ id: 'PresenceCounts', description: 'How many people are in each state.' });
export type Counts = z.infer<typeof counts>;

export const presentPerson = z
  .object({
    id: ulid.describe('Of the person.'),
    name: z.string(),
    employeeNo: z.string(),
    department: place,
    post: z.string().nullable().describe('The name of the post.'),
    state,
    area: place
      .nullable()
      .describe('Where the person is, or was heard last; null outside of all areas.'),
    areaSince: instant.nullable().describe('Since when the person is there.'),
    heardAt: instant
      .nullable()
      .describe('When the badge was last heard; null where it is not tracked.'),
  })
  .meta({ id: 'PresentPerson', description: 'Whether a person is at the post.' });

export const boardPage = pageOf(presentPerson)
  .extend({ counts: counts.describe('Of all within the filters, without that of the state.') })
  .meta({ id: 'PresenceBoard' });

export const summaryQuery = z.strictObject({
  ...filters,
  by: z.enum(['department', 'area']).default('department').describe('area: those of the posts.'),
});
export const summary = z
  .object({
    items: z
      .array(z.object({ ...place.shape, counts }))
      .describe('One for each department, or for each area of the posts.'),
  })
  .meta({ id: 'PresenceSummary' });

export const wayRequest = z
  .strictObject({
    person: ulid,
    from: instant,
    to: instant.describe('A day after `from` at most.'),
    reason: line(500).min(5).describe('Why it is looked at; it is kept in the audit log.'),
  })
  .meta({ id: 'WayRequest' });

const point = z.object({
  at: instant,
  floorPlan: z.string(),
  position: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('Metres on the plan; null for the read of a portal, which is an area and a time.'),
  radius: z
    .number()
    .nullable()
    .describe('It is within so many metres of it, in 95 of 100; null where there is no position.'),
  area: z.string().nullable().describe('Id of the area, as areas were then.'),
  late: z.boolean().describe('It was told long after its time.'),
});
const stay = z.object({
  area: place.nullable(),
  floorPlan: z.string(),
  from: instant,
  to: instant,
});
export const way = z
  .object({
    person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
    points: z.array(point).describe('In the order of their times, 5,000 at most.'),
    stays: z
      .array(stay)
      .describe(
        'In which areas the person was. A gap without a position for five minutes ends a stay.',
      ),
  })
  .meta({ id: 'Way', description: 'The way of a person.' });
export type WayPoint = z.infer<typeof point>;
export type Stay = Omit<z.infer<typeof stay>, 'area'> & { area: string | null };
