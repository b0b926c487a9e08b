import { bilingual, instant, locationFields, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { conditionKinds } from './conditions.ts';

export const locationSchema = locationFields
  .extend({
    place: z
      .object({
        floorPlan: slug.describe('Id of the floor plan.'),
        position: z.tuple([z.number(), z.number()]).describe('Metres on the plan.'),
        radius: z
          .number()
          .describe('Of 95 % of such positions, or of the field of the reader, metres.'),
        isZone: z.boolean().describe('Read by a reader: the badge is somewhere in its field.'),
        area: z.string().nullable().describe('The innermost area that it is in.'),
      })
      .nullable()
      .describe(
        'Where it is on a floor plan; null for a position that is on none, such as of GPS.',
      ),
  })
  .meta({ id: 'Location', description: 'Where a badge is, in the words of the omlox Hub API.' });
export type LatestLocation = z.infer<typeof locationSchema>;

export const locationList = z
  .object({ items: z.array(locationSchema) })
  .meta({ id: 'LocationList' });

export const locationsTaken = z
  .object({
    taken: z.number().int(),
    skipped: z.number().int().describe('Events that are no reads of a badge.'),
  })
  .meta({ id: 'LocationsTaken' });

const settingFields = {
  keepSeconds: z
    .number()
    .int()
    .min(30)
    .max(60)
    .describe('One position of each badge is kept in so many seconds.'),
  silentSeconds: z
    .number()
    .int()
    .min(30)
    .max(3600)
    .describe(
      'A badge on site that is not heard for so long is silent, and people are told; later where its own intervals are longer.',
    ),
  goneHours: z
    .number()
    .int()
    .min(1)
    .max(72)
    .describe('Who was not heard for so long is not on site.'),
  batteryPercent: z
    .number()
    .int()
    .min(0)
    .max(90)
    .describe('A badge at or below it has a low battery.'),
  stillMinutes: z
    .number()
    .int()
    .min(0)
    .max(480)
    .default(30)
    .describe('A badge that did not move for so long lies somewhere; 0: it is not looked for.'),
  togetherMinutes: z
    .number()
    .int()
    .min(0)
    .max(240)
    .default(10)
    .describe('Two badges that moved as one for so long are on one person; 0: not looked for.'),
};
export const locationSetting = z
  .object({
    site: slug,
    ...settingFields,
    version: z.number().int().describe('0 before the first change.'),
  })
  .meta({ id: 'LocationSetting', description: 'How positions of a site are kept.' });
export const locationSettingBody = z
  .strictObject({
    ...settingFields,
    version: z
      .number()
      .int()
      .min(0)
      .describe('The version that the change is based on; 0 before the first one.'),
  })
  .meta({ id: 'LocationSettingRequest' });
export const locationSettings = z
  .object({ items: z.array(locationSetting).describe('One for each site.') })
  .meta({ id: 'LocationSettings' });

const badgeName = z.string().describe('As readers name it: the provider_id of its locations.');
const wearer = z
  .object({ id: ulid, name: z.string(), employeeNo: z.string() })
  .nullable()
  .describe('Who wears it; null for a vehicle or a badge of stock.');

export const badgeQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(['in-time', 'late', 'silent', 'away']).optional(),
  q: line(64).optional().describe('In the badge, and in name and number of its wearer.'),
});
export const badgeHeard = z
  .object({
    badge: badgeName,
    person: wearer,
    heardAt: instant.describe('When it was last heard.'),
    source: z.string().describe('The reader or system that it was last heard by.'),
    state: z
      .enum(['in-time', 'late', 'silent', 'away'])
      .describe(
        'late: more than a fifth of its intervals were too long; away: left, or not heard for hours.',
      ),
    median: z
      .number()
      .nullable()
      .describe('Of the seconds between kept positions; null before the second one.'),
    lateShare: z.number().nullable().describe('Share of the intervals that were too long.'),
    intervals: z
      .number()
      .int()
      .describe('How many of the last intervals were measured, 60 at most.'),
    keepSeconds: z.number().int().describe('The setting of its site.'),
    latestSeconds: z.number().int().describe('A longer interval is late.'),
    silentAfterSeconds: z
      .number()
      .nullable()
      .describe(
        'When it counts as silent, and people are told: the setting, or twice the interval that nine of ten keep to where that is longer; null where it has too few intervals.',
      ),
    battery: z.number().int().nullable().describe('Percent; null where the badge does not say it.'),
  })
  .meta({ id: 'BadgeHeard', description: 'How often a badge is heard.' });
export const badgesHeard = pageOf(badgeHeard).meta({ id: 'BadgesHeard' });

/** What a person finds who looks at a hand-over. */
const handOverFindings = ['as-bound', 'mended'] as const;
export const handOverFinding = z
  .strictObject({
    finding: z
      .enum(handOverFindings)
      .describe(
        'as-bound: both badges are worn by whom they are bound to; mended: they were not, and the bindings or the badges were put right.',
      ),
    note: line(500).optional().describe('What was found or done.'),
  })
  .meta({ id: 'HandOverFinding' });

export const conditionQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(['open', 'ended']).default('open'),
  kind: z.enum(conditionKinds).optional(),
});
export const badgeCondition = z
  .object({
    id: ulid,
    badge: badgeName,
    kind: z
      .enum(conditionKinds)
      .describe(
        'What is wrong. together: two badges move as one; still: it lies somewhere; unbound: it moves, and is bound to no person; clocked-out: it moves, and its wearer has clocked out; contract-over: the last day of its wearer or of the contract is over; left: its wearer has left; hand-over: a camera saw it go to another person, and it is no name until a person has looked.',
      ),
    person: wearer,
    about: badgeName
      .nullable()
      .describe(
        'The other badge of two that move as one, or of a hand-over while its wearer agrees to names; null else.',
      ),
    camera: slug.nullable().describe('Id of the camera that saw a hand-over; null else.'),
    department: bilingual.nullable().describe('Name of the department of that person.'),
    begunAt: instant.describe('For silent: when it was heard last.'),
    endedAt: instant.nullable().describe('Null while it lasts.'),
    endedBy: z
      .enum(['heard', 'left', 'gone', 'handed-in', 'over', ...handOverFindings])
      .nullable()
      .describe(
        'over: the badge took it back, or did not say it again; as-bound, mended: a person looked at a hand-over.',
      ),
    acknowledged: z
      .object({ at: instant, by: bilingual, note: z.string().nullable() })
      .nullable()
      .describe('Who looks after it; null for no account yet.'),
  })
  .meta({
    id: 'BadgeCondition',
    description: 'A badge that is not heard, or what it says of itself.',
  });
export const acknowledgement = z
  .strictObject({ note: line(500).optional().describe('What was found or done.') })
  .meta({ id: 'BadgeConditionAcknowledgement' });
export const badgeConditions = pageOf(badgeCondition).meta({ id: 'BadgeConditions' });
