import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import {
  commaSeparated,
  day,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../../platform/kit/schemas.ts';

export const states = ['announced', 'arrived', 'left', 'cancelled', 'not-come'] as const;
export type VisitState = (typeof states)[number];
const named = z.object({ id: z.string(), name: bilingual });
const person = z.object({ id: ulid, name: z.string(), employeeNo: z.string() });
const text = (max: number) => line(max).min(1);

const areaGiven = z
  .strictObject({ area: slug, escorted: z.boolean().describe('Only with an escort.') })
  .describe('An area that may be entered.');
const planned = {
  company: line(128).nullable(),
  purpose: text(200),
  from: instant.describe('When the visit is planned to begin.'),
  to: instant.describe('When it is planned to end.'),
  areas: z.array(areaGiven).max(50),
};

export const visitInput = z
  .strictObject({
    personId: ulid.optional().describe('A known visitor or contractor; or `visitor`.'),
    visitor: z
      .strictObject({
        name: text(128),
        nationalId: text(32).nullable().optional().describe('Kept encrypted.'),
        phone: text(32).nullable().optional().describe('Kept encrypted.'),
      })
      .optional()
      .describe('A person who was not here before.'),
    hostId: ulid.optional().describe('Left out: the person of the account.'),
    another: z
      .boolean()
      .default(false)
      .describe('It is another person than the one of this name who is announced already.'),
    ...planned,
    company: planned.company.optional(),
    areas: planned.areas.default([]),
  })
  .refine((one) => (one.personId === undefined) !== (one.visitor === undefined), {
    path: ['visitor'],
    message: 'either personId or visitor',
  })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), {
    path: ['to'],
    message: 'must be after from',
  })
  .meta({ id: 'VisitRequest' });
export type VisitInput = z.infer<typeof visitInput>;

export const visitChange = z
  .strictObject({
    version: lookedAtVersion,
    purpose: planned.purpose.optional(),
    from: planned.from.optional(),
    to: planned.to.optional(),
    areas: planned.areas.optional(),
  })
  .meta({ id: 'VisitPatch' });
export type VisitChange = z.infer<typeof visitChange>;

export const closeInput = z
  .strictObject({ note: line(300).nullable().default(null) })
  .meta({ id: 'VisitClosing' });
export const arrivalInput = z
  .strictObject({
    induction: z
      .strictObject({
        version: z.number().int().describe('The version of the text that was shown.'),
        signedName: text(128).describe('The name as the visitor signs it.'),
      })
      .nullable()
      .default(null)
      .describe('Null where a confirmation counts already.'),
    badge: text(128).nullable().default(null).describe('A free badge of the pool; null: none.'),
  })
  .meta({ id: 'VisitArrival' });
export type ArrivalInput = z.infer<typeof arrivalInput>;
export const leavingInput = z
  .strictObject({ badgeReturned: z.boolean().describe('Whether the lent badge was given back.') })
  .meta({ id: 'VisitLeaving' });
export const decisionInput = z
  .strictObject({
    decision: z.enum(['admit', 'refuse']),
    reason: text(500).describe('Why; only who reads the watch list sees it.'),
  })
  .meta({ id: 'WatchDecision' });
export type DecisionInput = z.infer<typeof decisionInput>;

export const visitSchema = z
  .object({
    id: ulid,
    person: person.extend({ kind: z.string() }).describe('Who comes.'),
    company: z.string().nullable(),
    purpose: z.string(),
    host: person,
    department: named.describe('That of the host.'),
    from: instant,
    to: instant,
    areas: z.array(z.object({ id: slug, name: bilingual, escorted: z.boolean() })),
    state: z.enum(states),
    overdue: z.boolean().describe('Still on site after the planned end.'),
    watch: z
      .enum(['clear', 'blocked', 'admitted', 'refused'])
      .nullable()
      .describe('What the watch list says; null without the right to know.'),
    announcedAt: instant.describe('When it was announced.'),
    arrivedAt: instant.nullable().describe('When the visitor was let in.'),
    leftAt: instant.nullable().describe('When the visitor left.'),
    note: z.string().nullable(),
    badge: z
      .object({ badge: z.string(), returned: z.boolean().describe('Whether it came back.') })
      .nullable()
      .describe('The badge that was lent.'),
    induction: z
      .object({
        version: z.number().int(),
        at: instant,
        validUntil: day.describe('The last day on which it counts.'),
        signedName: z.string(),
      })
      .nullable()
      .describe('The confirmation that counts today; null: the induction is needed.'),
    mayReceive: z.boolean().describe('Whether this account receives the visitor.'),
    mayChange: z.boolean(),
    version: z.number().int(),
  })
  .meta({ id: 'Visit' });
export type VisitView = z.infer<typeof visitSchema>;

const filter = {
  q: line(64).optional().describe('Part of a name, company, host or badge.'),
  state: commaSeparated(z.enum(states)).optional(),
  day: day.optional().describe('Visits planned for this day at the plant, or on site on it.'),
};
export const visitQuery = z.object({ ...filter, ...pageQuery() });
export type VisitQuery = z.infer<typeof visitQuery>;
export const visitPage = pageOf(visitSchema)
  .extend({
    counts: z.object({
      expected: z.number().int().describe('Announced for today and not arrived.'),
      onSite: z.number().int(),
      overdue: z.number().int(),
    }),
  })
  .meta({ id: 'VisitPage' });

/** A contractor who is here without a visit. */
export const otherOnSite = z
  .object({
    person: person.extend({ kind: z.string() }).describe('Who is here.'),
    company: z.string().nullable(),
    host: z.object({ id: ulid, name: z.string() }).nullable(),
    department: named.describe('That of the contractor.'),
    since: instant.describe('The clock-in, or when the door let them in.'),
    source: z
      .enum(['clock-in', 'gate'])
      .describe(
        '`clock-in`: and not out since; `gate`: a door let them in, at most 16 hours ago: that they went through is not known.',
      ),
    place: bilingual.nullable().describe('The area of the door.'),
  })
  .meta({ id: 'OtherOnSite' });
export const onSiteSchema = z
  .object({
    at: instant,
    items: z.array(visitSchema).describe('Those who were signed in at the reception.'),
    others: z
      .array(otherOnSite)
      .describe('Contractors who clocked in or were let in by a door, without a visit.'),
    counts: z.object({
      all: z.number().int().describe('How many in all.'),
      visitors: z.number().int().describe('How many of them are visitors.'),
      contractors: z.number().int().describe('How many are contractors.'),
      overdue: z.number().int(),
    }),
  })
  .meta({ id: 'OnSite', description: 'Who of others is on the site now.' });
export const onSiteExport = z.object(exportQuery);

export const personChoices = z.object({
  items: z.array(person.extend({ company: z.string().nullable() })),
});
export const searchQuery = z.object({ q: line(64).min(1) });

export const watchInput = z
  .strictObject({
    kind: z.enum(['person', 'company']),
    name: text(128),
    nationalId: text(32).nullable().default(null).describe('Kept encrypted.'),
    reason: text(500),
    validUntil: day.nullable().default(null).describe('The last day; null: until it is ended.'),
  })
  .meta({ id: 'WatchEntryRequest' });
export type WatchInput = z.infer<typeof watchInput>;
export const watchEntry = z
  .object({
    id: ulid,
    kind: z.enum(['person', 'company']),
    name: z.string(),
    hasNationalId: z.boolean().describe('Whether an identity number is compared, too.'),
    reason: z.string(),
    validUntil: day.nullable().describe('The last day; null: until it is ended.'),
    createdAt: instant,
    endedAt: instant.nullable(),
    active: z.boolean().describe('Whether it counts now.'),
  })
  .meta({ id: 'WatchEntry' });
export const watchQuery = z.object(pageQuery());
export const watchPage = pageOf(watchEntry).meta({ id: 'WatchPage' });
export const watchMatches = z.object({
  items: z.array(
    z.object({
      entry: watchEntry,
      by: z.enum(['name', 'company', 'id-number']),
      foundAt: instant,
      decision: z.enum(['admit', 'refuse']).nullable(),
      reason: z.string().nullable(),
      decidedAt: instant.nullable(),
    }),
  ),
});

export const inductionInput = z
  .strictObject({
    text: z.strictObject({ zh: prose(8000).min(10), en: prose(8000).min(10) }),
    validDays: z.number().int().min(1).max(1095).describe('Days for which a confirmation counts.'),
  })
  .meta({ id: 'InductionRequest' });
export const inductionText = z
  .object({
    version: z.number().int(),
    text: bilingual,
    validDays: z.number().int(),
    publishedAt: instant.describe('When it was published.'),
    confirmations: z.number().int().describe('How many confirmed this version.'),
  })
  .meta({ id: 'InductionText' });
export const inductionList = z.object({ items: z.array(inductionText) });

export const poolInput = z.strictObject({ badge: text(128) }).meta({ id: 'VisitorBadgeRequest' });
export const poolBadge = z
  .object({ id: ulid, badge: z.string(), free: z.boolean() })
  .meta({ id: 'VisitorBadge' });
export const pool = z.object({ items: z.array(poolBadge) });
