import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { answered, changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { day, line, lookedAtVersion, prose } from '../../platform/kit/schemas.ts';

export const subjectKinds = ['person', 'machine', 'area', 'department', 'plant'] as const;
export const dueKinds = ['once', 'fixed', 'done', 'meter', 'condition'] as const;
export const conditions = ['permit', 'major-hazard', 'exposed-post'] as const;
export type Condition = (typeof conditions)[number];

const every = z
  .strictObject({
    n: z.number().int().min(1).max(999).describe('How many.'),
    unit: z.enum(['days', 'weeks', 'months', 'years']).describe('Of the calendar.'),
  })
  .nullable()
  .describe(
    'From one time to the next, of `fixed` and `done`; with a rule, where the rule does not say it. Of `condition` the time to settle it, from the day on which it began; null: due on that day.',
  );

/** What can be changed afterwards. */
const terms = {
  title: z
    .strictObject({
      zh: line(128).describe('In Chinese; empty: as in English.'),
      en: line(128).describe('In English; empty: as in Chinese.'),
    })
    .describe('What has to be done; one of the languages is enough.'),
  responsiblePerson: ulid
    .nullable()
    .describe('The person who has to see to it; null for none or a role.'),
  responsibleRole: slug
    .nullable()
    .describe('The role whose holders have to see to it; null for none or a person.'),
  startsOn: day.describe(
    'Of `once` the day, of `fixed` the first day, of `done` the last time that it was done, of `meter` the day from which hours count, of `condition` the day from which it counts.',
  ),
  every,
  rule: slug.nullable().describe('A rule of law that says the interval; null for none.'),
  everyHours: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .nullable()
    .describe('Running hours from one time to the next, of `meter`.'),
  startHours: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .nullable()
    .describe('Running hours since the last time at the beginning of the first day, of `meter`.'),
  leadDays: z
    .number()
    .int()
    .min(0)
    .max(366)

    .describe('Days before its day at which it opens.')
    .default(7),
  leadHours: z
    .number()
    .int()
    .min(0)
    .max(10_000)

    .describe('Running hours before at which it opens, of `meter`.')
    .default(0),
  graceDays: z
    .number()
    .int()
    .min(0)
    .max(90)

    .describe('Days after its day before it is overdue.')
    .default(0),
  needsFile: z.boolean().describe('Whether a file has to prove it.').default(false),
  needsSecond: z.boolean().describe('Whether another person has to confirm it.').default(false),
};
/** What stays: for another subject or way of counting, end it and add another. */
const nature = {
  subjectKind: z.enum(subjectKinds).describe('For whom or what; `plant`: for none of these.'),
  subjectId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .nullable()
    .describe('The id of the person, machine, area or department; null for `plant`.'),
  dueBy: z
    .enum(dueKinds)
    .describe(
      '`once`; `fixed`: at each interval, whenever it was done; `done`: an interval after the last time; `meter`: by running hours of a machine; `condition`: each time that a condition begins to hold.',
    ),
  condition: z
    .enum(conditions)
    .nullable()
    .describe(
      'Of `condition`, null for the others. `permit`: a permit for special work is active; `major-hazard`: a serious hazard is open; both of an area or the plant. `exposed-post`: the person holds a post that asks for medical checks.',
    ),
};

export const ownObligationInput = inputOf({ ...nature, ...terms }).meta({
  id: 'OwnObligationRequest',
});
export type OwnInput = z.infer<typeof ownObligationInput>;
export const ownObligationPatch = changeOf(terms).meta({ id: 'OwnObligationPatch' });

const by = bilingual.nullable().describe('Who; null for an account that is gone.');
export const ownObligationSchema = recordOf({ ...nature, ...terms })
  .extend({
    ...answered({ every }),
    subjectName: bilingual.describe('What the subject is called now.'),
    responsibleName: bilingual.nullable().describe('The person or the role; null for none.'),
    state: z.enum(['active', 'done', 'ended']).describe('`done`: it was due once, and is done.'),
    ended: z
      .object({ at: instant.describe('When.'), by, reason: z.string().describe('Why.') })
      .nullable()
      .describe('Why nothing falls due any more; null while it does.'),
    hours: z
      .object({
        now: z.number().describe('Running hours since the last time.'),
        due: z.number().describe('Running hours at which it is due.'),
      })
      .nullable()
      .describe('Of `meter`; null for the others.'),
    waiting: z
      .object({
        id: ulid.describe('Of the record.'),
        on: day.describe('The day on which it was done.'),
        note: z.string().describe('What was done.'),
        at: instant.describe('When it was recorded.'),
        by,
      })
      .nullable()
      .describe('What was recorded and waits for a second person; null for nothing.'),
    secondUntilDone: z
      .boolean()
      .describe('The second person was switched off, and confirms the time that is due now still.'),
    mayConfirm: z.boolean().describe('Whether this account may be the second person.'),
    mayManage: z.boolean().describe('Whether this account may change and end it.'),
  })
  .meta({ id: 'OwnObligation' });
export type OwnView = z.infer<typeof ownObligationSchema>;

export const ownObligationEnd = z
  .strictObject({ version: lookedAtVersion, reason: prose(500).min(4).describe('Why.') })
  .meta({ id: 'OwnObligationEnd' });
export const ownObligationDecision = z
  .strictObject({
    record: ulid.describe('The record that waits.'),
    accepted: z.boolean().describe('Whether it was done as it says.'),
    note: prose(500).default('').describe('Needed for a refusal: what is missing.'),
  })
  .meta({ id: 'OwnObligationDecision' });

const choices = (what: string) =>
  z
    .array(z.object({ id: z.string().describe('Its id.'), name: bilingual.describe('Its name.') }))
    .describe(what);
export const ownObligationChoices = z
  .object({
    plant: z.boolean().describe('Whether it may be for the whole plant.'),
    machines: choices('Machines in use, within reach.'),
    areas: choices('Areas in use, within reach.'),
    departments: choices('Departments in use, within reach.'),
    roles: choices('Roles that may be responsible.'),
    rules: choices('Rules of law that say an interval.'),
  })
  .meta({ id: 'OwnObligationChoices' });
export type OwnChoices = z.infer<typeof ownObligationChoices>;
