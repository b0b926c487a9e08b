import { bilingual, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, day, line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { personKinds } from './kinds.ts';
import { sensitiveFields } from './sensitive.ts';

const instantText = z.iso.datetime({ offset: true });
const named = z.object({ id: z.string(), name: bilingual });
const employeeNo = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}._-]+$/u, 'must be letters, digits, dots and hyphens');
/** A line that is not empty. */
const text = (max: number) => line(max).min(1);

export const personParams = z.object({ id: ulid });

export const personSchema = z
  .object({
    id: ulid,
    employeeNo: z.string(),
    name: z.string(),
    department: named,
    post: z
      .string()
      .nullable()
      .describe('The name of the post; words where it is none of the register of posts.'),
    postId: ulid.nullable().describe('The post in the register; null where it is words only.'),
    status: z.enum(['active', 'left']),
    hiredOn: day.nullable(),
    leftOn: day.nullable(),
    kind: z.enum(personKinds).describe('What the person is to the company.'),
    company: z.string().nullable().describe('The company that sends them; null for own people.'),
    supplier: z
      .object({ id: ulid, name: z.string() })
      .nullable()
      .describe('The company in the register of suppliers; null where it is words only.'),
    host: z
      .object({ id: ulid, name: z.string() })
      .nullable()
      .describe('Who is responsible for them here.'),
    validUntil: day
      .nullable()
      .describe('The last day on which they may be here, at the plant; null: open-ended.'),
    nationalId: z.string().nullable().describe('Masked; see reveal.'),
    phone: z.string().nullable().describe('Masked; see reveal.'),
    badges: z.array(
      z.object({
        id: ulid,
        badge: z.string(),
        since: instantText,
        dueBack: z.iso
          .date()
          .nullable()
          .describe('The day on which a lent badge is due back; null where it is kept.'),
      }),
    ),
    owedBadges: z
      .array(
        z.object({
          id: ulid,
          badge: z.string(),
          since: z.iso.date().describe('The last day of the wearer.'),
        }),
      )
      .describe('Badges that they had when they left, and that are not settled yet.'),
    source: z.object({ system: z.string(), ref: z.string().nullable() }),
    version: z.number().int(),
    createdAt: instantText,
    updatedAt: instantText,
  })
  .meta({ id: 'Person', description: 'One human, whatever module speaks of them.' });
export type Person = z.infer<typeof personSchema>;

export const personPage = pageOf(personSchema).meta({ id: 'PersonPage' });

export const personQuery = z.object({
  q: z.string().trim().max(64).optional().describe('Part of a name or an employee number.'),
  department: slug.optional().describe('With the departments below it.'),
  status: z.enum(['active', 'left']).optional(),
  kind: commaSeparated(z.enum(personKinds)).optional(),
  post: ulid.optional().describe('Those who hold this post.'),
  supplier: ulid.optional().describe('Those whom this supplier sends.'),
  ...pageQuery(),
});
export type PersonQuery = z.infer<typeof personQuery>;

/** In the body, so that the number is in no address, and in no access log. */
export const personSearch = z
  .strictObject({ field: z.enum(sensitiveFields), value: text(32) })
  .meta({ id: 'PersonSearch' });

const secret = {
  nationalId: text(32).nullable().optional(),
  phone: text(32).nullable().optional(),
};

/** Of people who are no employees; left out: an employee, or as it is. */
const kindGiven = {
  kind: z.enum(personKinds).optional(),
  company: line(128)
    .nullable()
    .optional()
    .describe('Words. The name or the credit code of a supplier links a contractor to it.'),
  supplierId: ulid
    .nullable()
    .optional()
    .describe('The supplier that sends a contractor; it counts before `company`.'),
  hostId: ulid.nullable().optional().describe('An active person of the company.'),
  validUntil: day.nullable().optional().describe('The last day; a visitor needs one.'),
};

/** The post of a person: one of the register, or its code, name or other words. */
const postGiven = {
  post: text(64)
    .nullable()
    .optional()
    .describe('Code or name of a post of the register; other words are kept as they are.'),
  postId: ulid
    .nullable()
    .optional()
    .describe('A post of the register that is in use; it counts before `post`.'),
};
const saysPost = (one: { post?: string | null | undefined; postId?: string | null | undefined }) =>
  one.post !== undefined || one.postId !== undefined;
const postMissing = { path: ['postId'], message: 'postId or post is needed; null for none' };

export const newPerson = z
  .strictObject({
    employeeNo,
    name: text(128),
    departmentId: slug,
    ...postGiven,
    hiredOn: day.nullable().optional(),
    ...kindGiven,
    ...secret,
    source: z
      .strictObject({ system: text(64), ref: text(128).nullable().optional() })
      .optional()
      .describe('Which system says so, and its own name for the person.'),
  })
  .meta({ id: 'NewPerson' });
export type NewPerson = z.infer<typeof newPerson>;

export const personChange = z
  .strictObject({
    version: z.number().int().describe('The version that was read.'),
    employeeNo: employeeNo.optional(),
    name: text(128).optional(),
    hiredOn: day.nullable().optional(),
    ...kindGiven,
    ...secret,
  })
  .meta({ id: 'PersonChange' });
export type PersonChange = z.infer<typeof personChange>;

export const revealRequest = z
  .strictObject({
    field: z.enum(sensitiveFields),
    reason: text(500).min(4).describe('What it is needed for; kept in the audit log.'),
  })
  .meta({ id: 'RevealRequest' });
export const revealed = z.object({ field: z.string(), value: z.string() }).meta({ id: 'Revealed' });

export const transferRequest = z
  .strictObject({
    departmentId: slug,
    ...postGiven,
    on: day
      .optional()
      .describe('The first day there; a day to come is planned. Left out: at once.'),
    version: z.number().int().optional(),
  })
  .refine(saysPost, postMissing)
  .meta({ id: 'TransferRequest' });
export type TransferRequest = z.infer<typeof transferRequest>;
export const leaveRequest = z
  .strictObject({
    on: day.describe('The last day of work.'),
    ends: z
      .enum(['now', 'after-last-day'])
      .optional()
      .describe(
        'When rights and badges end. Left out: when a last day to come is over, else at once.',
      ),
  })
  .meta({ id: 'LeaveRequest' });
export type LeaveRequest = z.infer<typeof leaveRequest>;

export const personStep = z
  .object({
    id: ulid,
    kind: z.enum(['join', 'move', 'leave']).describe('What is planned.'),
    day: day.describe('The first day at the new place; of who leaves, the last day of work.'),
    department: named.nullable().describe('Where a move leads to; null where it stays.'),
    post: z.string().nullable().describe('The post there.'),
    by: bilingual.nullable().describe('Who entered it; null where a personnel system stated it.'),
    system: z.string().nullable().describe('The personnel system that stated it.'),
    state: z
      .enum(['planned', 'refused'])
      .describe('`refused`: it could not be done on its day, see `problem`.'),
    problem: z.string().nullable().describe('Code of what stood in the way; null for nothing.'),
    createdAt: instantText.describe('When it was entered.'),
  })
  .meta({ id: 'PersonStep', description: 'A move or a last day that waits for its day.' });
export type PersonStep = z.infer<typeof personStep>;
export const personSteps = z.object({ items: z.array(personStep) }).meta({ id: 'PersonSteps' });
export const leavingView = z
  .object({
    items: z.array(
      z.object({
        name: bilingual.describe('The kind.'),
        count: z.number().int().describe('How many.'),
        items: z
          .array(
            z.object({
              text: bilingual.describe('What it is called.'),
              link: z.string().nullable().describe('Its page in the app.'),
            }),
          )
          .describe('The first of them.'),
      }),
    ),
  })
  .meta({ id: 'OpenAtLeaving', description: 'What a person would leave open.' });

export const badgeSettlement = z
  .strictObject({
    as: z
      .enum(['returned', 'locked', 'written-off'])
      .describe(
        '`returned`: it was given back; `locked`: it opens nothing any more; `written-off`: it will not come back.',
      ),
    note: line(500).min(1).optional().describe('Kept in the audit log.'),
  })
  .meta({ id: 'BadgeSettlement' });
export type BadgeSettlement = z.infer<typeof badgeSettlement>;
export const returnRequest = z
  .strictObject({ departmentId: slug, ...postGiven, on: day })
  .refine(saysPost, postMissing)
  .meta({ id: 'ReturnRequest' });

export const badgeRequest = z
  .strictObject({
    badge: z.string().trim().min(1).max(128),
    dueBack: z.iso
      .date()
      .nullable()
      .default(null)
      .describe('The day on which a lent badge is due back; null where it is kept.'),
  })
  .meta({ id: 'BadgeRequest' });

export const historyEntry = z.object({
  at: instantText,
  by: z.string().nullable(),
  action: z.string(),
  field: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
});
export const personHistory = z
  .object({ items: z.array(historyEntry) })
  .meta({ id: 'PersonHistory' });

export const personLineage = z
  .object({
    source: z.object({ system: z.string(), ref: z.string().nullable() }),
    createdAt: instantText,
    updatedAt: instantText,
    fields: z.array(
      z.object({
        field: z.string(),
        system: z.string(),
        at: instantText,
        by: z.string().nullable(),
        changes: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'PersonLineage', description: 'Where each field came from, and when.' });

export const personOverview = z
  .object({
    person: personSchema,
    account: z
      .object({ username: z.string(), roles: z.array(z.string()), active: z.boolean() })
      .nullable(),
    areas: z.array(named).describe('The areas of their department.'),
    equipment: z.array(named).describe('The machines of their department.'),
    posts: z
      .array(
        z.object({
          id: ulid,
          name: z.string(),
          since: instantText.nullable().describe('Null where it began before posts were recorded.'),
          until: instantText.nullable().describe('Null while it is held.'),
        }),
      )
      .describe('The posts that they hold and held, newest first.'),
    consents: z.array(z.object({ purpose: z.string(), decision: z.string(), at: instantText })),
    lastPosition: z.object({ at: instantText, source: z.string().nullable() }).nullable(),
    counts: z.object({
      verdictsGiven: z.number().int(),
      hazardsReported: z
        .number()
        .int()
        .nullable()
        .describe(
          'Null without the right to identify reporters: a growing count would reveal one.',
        ),
      hazardsAssigned: z.number().int(),
      violationsInAreas: z.number().int(),
      visits: z.number().int().optional().describe('Visits of a visitor or contractor.'),
      auditLines: z.number().int(),
      emergencyAssessments: z.number().int().describe('Of the emergency ability of the person.'),
      practicalTests: z.number().int().describe('Of the person, in trades of special work.'),
      trainings: z
        .number()
        .int()
        .describe('Courses that the person passed or failed, and retraining.'),
    }),
  })
  .meta({ id: 'PersonOverview', description: 'All modules joined by the one id of the person.' });
