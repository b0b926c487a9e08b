import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { day, line, lookedAtVersion, prose } from '../../platform/kit/schemas.ts';
import { decisions } from '../match/reasons.ts';
import { jobStates, planCodes } from './words.ts';

const named = z.object({ id: z.string(), name: bilingual });
const personRef = z.object({ id: ulid, name: z.string(), employeeNo: z.string() });

/** Why, in public words, and what to do. */
const reason = z
  .object({
    code: z.enum(planCodes).describe('A public word, without detail of health or exams.'),
    text: bilingual,
    cure: bilingual.describe('What to do about it.'),
  })
  .meta({ id: 'AssignmentReason' });
const reasons = z.array(reason).describe('Empty where the person may do the job.');

/** A job asks for so many people at most. */
export const MOST_CREW = 50;
const fields = {
  title: line(128).min(1).describe('What is to be done.'),
  note: prose(2000).nullable().describe('Instructions, materials, contacts.'),
  areaId: slug.nullable().describe('The area; left out where the machine says it.'),
  machineId: slug.nullable().describe('The machine that it is at.'),
  work: slug
    .nullable()
    .describe(
      'A word of the dictionary special-work-category; each of the crew needs a certificate.',
    ),
  postId: ulid.nullable().describe('The post whose work it is; it says what is asked of the crew.'),
  from: instant.describe('Its begin.'),
  until: instant.describe('Its end: at most 7 days after the begin.'),
  minCrew: z
    .number()
    .int()
    .min(1)
    .max(MOST_CREW)
    .describe(
      'How many people it needs at least. Left out for a new job: what the post needs, else one.',
    ),
};
export const jobInput = z
  .strictObject({
    key: line(64)
      .min(8)
      .describe('Made by the client for each new job: sent again, the job is the same.'),
    ...fields,
    note: fields.note.default(null),
    areaId: fields.areaId.default(null),
    machineId: fields.machineId.default(null),
    work: fields.work.default(null),
    postId: fields.postId.default(null),
    minCrew: fields.minCrew.optional(),
  })
  .meta({ id: 'WorkJobRequest' });
export type JobInput = z.infer<typeof jobInput>;

export const jobPatch = z
  .strictObject({ version: lookedAtVersion, ...z.strictObject(fields).partial().shape })
  .meta({ id: 'WorkJobPatch' });
export type JobPatch = z.infer<typeof jobPatch>;

const member = z
  .object({
    id: ulid,
    person: personRef,
    assignedAt: instant,
    override: z
      .object({ reason: z.string(), by: bilingual.nullable() })
      .nullable()
      .describe('By whom and why it was assigned on hold.'),
    lostAt: instant.nullable().describe('Since when the person may no longer do the job.'),
    reasons,
  })
  .meta({ id: 'WorkAssignment' });

const row = z.object({
  id: ulid,
  title: z.string(),
  note: z.string().nullable(),
  area: named.nullable(),
  machine: named.nullable(),
  work: named.nullable().describe('The category of special work.'),
  post: named.nullable(),
  from: instant,
  until: instant,
  minCrew: z.number().int(),
  postCrew: z
    .number()
    .int()
    .nullable()
    .describe(
      'How many people the post needs at least, where that is more than the job asks for; it counts for `short`.',
    ),
  status: z.enum(jobStates),
  cancelReason: z.string().nullable(),
  begunAt: instant.nullable(),
  endedAt: instant.nullable(),
  crew: z.array(member).describe('Those assigned now, or to its end.'),
  short: z
    .number()
    .int()
    .describe('How many people are missing; those who may no longer do it do not count.'),
  overdue: z.boolean().describe('Its begin or its end has passed without a word.'),
  mayManage: z.boolean().describe('Whether this account plans it.'),
  version: z.number().int(),
});
/** A job of the board. */
export const jobRow = row.meta({ id: 'WorkJobRow' });
export type JobRowView = z.infer<typeof row>;
export const jobSchema = row
  .extend({
    mayOverride: z.boolean().describe('Whether this account may assign who is on hold.'),
    special: z
      .boolean()
      .describe('It asks for a certificate or permit: nothing of it is overridden.'),
  })
  .meta({ id: 'WorkJob' });
export type JobView = z.infer<typeof jobSchema>;

export const boardQuery = z.strictObject({
  day: day.optional().describe('A day of the week that is shown; today where it is left out.'),
  area: slug.optional(),
  machine: slug.optional(),
  state: z
    .enum(['open', 'short', 'lost', 'all'])
    .default('all')
    .describe(
      '`open`: planned or running; `short`: without their crew; `lost`: with a person who may no longer do it.',
    ),
  limit: z.coerce.number().int().min(1).max(500).default(300),
});
export type BoardQuery = z.infer<typeof boardQuery>;
export const boardSchema = z
  .object({
    timeZone: z.string().describe('Of the plant: its days and weeks.'),
    today: day,
    days: z
      .array(z.object({ day: day.describe('The calendar day.'), from: instant, until: instant }))
      .describe('Monday to Sunday.'),
    items: z.array(jobRow).describe('Jobs that lie in the week, the earliest first.'),
    more: z.boolean().describe('There are more than the limit: narrow it by an area or a machine.'),
    mayManage: z.boolean().describe('Whether this account plans jobs at all.'),
  })
  .meta({ id: 'WorkBoard' });
export type Board = z.infer<typeof boardSchema>;

export const stepBody = z.strictObject({ version: lookedAtVersion }).meta({ id: 'WorkJobStep' });
export const reasonBody = z
  .strictObject({ version: lookedAtVersion, reason: prose(500).min(2) })
  .meta({ id: 'WorkJobReason' });
export const assignBody = z
  .strictObject({
    version: lookedAtVersion,
    person: ulid,
    reason: prose(500)
      .min(5)
      .nullable()
      .default(null)
      .describe('Of an override: why a person on hold is assigned. Never for special work.'),
  })
  .meta({ id: 'AssignRequest' });

export const candidateQuery = z.strictObject({
  q: line(64).optional().describe('In name and number.'),
  department: slug.optional().describe('Its people alone.'),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type CandidateQuery = z.infer<typeof candidateQuery>;
export const candidateList = z
  .object({
    items: z
      .array(
        z.object({
          person: personRef,
          department: named,
          post: z.string().nullable(),
          decision: z.enum(decisions).describe('`hold`: only with a reason by a role that may.'),
          final: z.boolean().describe('Nobody may override it.'),
          reasons,
          busy: z
            .object({ from: instant, until: instant, title: z.string().nullable() })
            .nullable()
            .describe('Another assignment at this time; its title where the account may read it.'),
          holdsPost: z.boolean().describe('Holds the post of the job, or one that works there.'),
          hours: z.number().describe('Hours on the machine of the job.'),
        }),
      )
      .describe('The best first: who may and is free, by post, hours on the machine and name.'),
    counts: z
      .object({
        allow: z.number().int(),
        hold: z.number().int(),
        deny: z.number().int(),
        busy: z.number().int(),
      })
      .describe('Of all who were compared; `busy` are those who may and are assigned elsewhere.'),
    more: z
      .boolean()
      .describe(
        'Not all within reach were compared, but 1,000, of the department of the job first: narrow it by department or text.',
      ),
  })
  .meta({ id: 'WorkCandidates' });
export type CandidateList = z.infer<typeof candidateList>;

export const choicesSchema = z
  .object({
    places: z.array(
      z.object({
        area: named.nullable(),
        machine: named.nullable().describe('Null for the area itself.'),
      }),
    ),
    works: z.array(named).describe('Categories of special work.'),
    posts: z.array(
      named.extend({ minCrew: z.number().int().describe('How many people it needs at least.') }),
    ),
  })
  .meta({ id: 'WorkJobChoices' });

export const ownList = z
  .object({
    timeZone: z.string().describe('Of the plant: its days and times.'),
    items: z.array(
      z.object({
        id: ulid.describe('Of the assignment.'),
        title: z.string(),
        note: z.string().nullable(),
        area: bilingual.nullable(),
        machine: bilingual.nullable(),
        from: instant,
        until: instant,
        status: z.enum(jobStates),
        crew: z.array(z.string()).describe('Names of the others.'),
        lostAt: instant.nullable().describe('Since when one may no longer do it.'),
        reasons: z
          .array(z.object({ code: z.string(), text: bilingual, cure: bilingual.nullable() }))
          .describe('All of them with what to do, for the person alone.'),
      }),
    ),
  })
  .meta({ id: 'OwnWork' });
export type OwnList = z.infer<typeof ownList>;
