import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery, sheetQuery } from '../kit/list-export.ts';
import { fileLink } from '../kit/rows.ts';
import {
  commaSeparated,
  day,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../kit/schemas.ts';
import { closedReasons } from './types.ts';

export const states = ['overdue', 'due', 'upcoming', 'planned', 'done', 'closed'] as const;
export const windows = ['overdue', '7', '30', '60', '90'] as const;

const state = z
  .enum(states)
  .describe(
    'overdue: its day and the days of grace are over. due: its day has come. upcoming: within the lead time. planned: later. done and closed: it has ended.',
  );
const named = z.object({ id: z.string(), name: bilingual });

export const obligationKindSchema = z
  .object({
    id: slug,
    name: bilingual,
    subject: slug.describe('The kind of its subjects.'),
    lead: z.string().describe('How long before its day a case opens: `60 days`.'),
    doing: bilingual.describe('What ends it.'),
  })
  .meta({ id: 'ObligationKind' });

export const obligationRow = z
  .object({
    id: ulid.describe('Of this period of the obligation.'),
    kind: slug.describe('Of /obligations/kinds.'),
    kindName: bilingual.describe('The kind in words.'),
    subject: z
      .object({
        kind: slug.describe('The kind of record.'),
        id: z.string().describe('The id of the record.'),
        name: bilingual.describe('What it is called; of a person, as the register has it now.'),
        link: z
          .string()
          .nullable()
          .describe('Its page in the app; null for none that this account may open.'),
      })
      .describe('For whom or what it falls due.'),
    detail: bilingual.nullable().describe('Which of its things: certificate, badge …'),
    department: named.nullable().describe('The department that it belongs to; null for none.'),
    site: z.string().nullable().describe('The site that it belongs to; null for none.'),
    dueOn: day.nullable().describe('The day that counts; null while it is not known.'),
    plannedOn: day.nullable().describe('The same without a postponement.'),
    state,
    escalated: z.boolean().describe('It is overdue for so long that it was escalated.'),
    movedFrom: day.nullable().describe('The day before its last correction.'),
    postponed: z.boolean().describe('Whether it was postponed.'),
    interval: z.string().nullable().describe('Such as `3 months`; null for a single day.'),
    rule: z.string().nullable().describe('The rule of law that the interval is from.'),
    doneOn: day.nullable().describe('The day on which it was done; null while it has not been.'),
    mayComplete: z.boolean().describe('Whether this account may record here that it is done.'),
    mayPostpone: z.boolean().describe('Whether this account may postpone it.'),
    version: z.number().int(),
  })
  .meta({ id: 'ObligationRow' });
export type ObligationRow = z.infer<typeof obligationRow>;

export const obligationSchema = obligationRow
  .extend({
    dueBy: z
      .enum(['date', 'fixed', 'done', 'meter', 'condition'])
      .describe(
        'A day, a fixed interval, an interval from the last time, a meter, or a condition.',
      ),
    source: z.string().describe('The record of its module that it is read from.'),
    zone: z.string().describe('The time zone in which its days begin.'),
    doing: bilingual.describe('What ends it.'),
    meter: z
      .object({
        reading: z.number().describe('The last one.'),
        due: z.number().describe('The one at which it is due.'),
      })
      .nullable()
      .describe('The reading, and the one at which it is due.'),
    openedAt: instant.nullable().describe('When it opened; null before.'),
    movedAt: instant.nullable().describe('When its day was corrected.'),
    postponement: z
      .object({
        at: instant.describe('When it was postponed.'),
        by: bilingual.nullable().describe('Who postponed it.'),
        reason: z.string().describe('Why.'),
      })
      .nullable()
      .describe('Its postponement; null without one.'),
    postponeMost: day.nullable().describe('The last day to which it can be postponed.'),
    ended: z
      .object({
        at: instant.describe('When it ended.'),
        by: bilingual.nullable().describe('Who ended it; null for the system.'),
        reason: z.enum(closedReasons).nullable().describe('Why nothing is owed any more.'),
        evidence: z.string().nullable().describe('The record of the module that ended it.'),
        note: z.string().nullable().describe('What was written about it.'),
      })
      .nullable(),
    steps: z.array(
      z.object({
        step: z
          .enum(['upcoming', 'due', 'overdue', 'escalated', 'moved'])
          .describe('The step; `moved`: the day was corrected.'),
        dueOn: day.nullable().describe('The day that counted then.'),
        outcome: z
          .enum(['told', 'quiet', 'merged', 'nobody'])
          .describe(
            'told; quiet: this kind does not tell of it; merged: a later step was told with it; nobody: there was none to tell.',
          ),
        at: instant.describe('When it was passed.'),
      }),
    ),
    periods: z
      .array(
        z.object({
          id: ulid.describe('Of the period.'),
          dueOn: day.nullable().describe('Its day.'),
          state,
          doneOn: day.nullable().describe('The day on which it was done.'),
        }),
      )
      .describe('All periods of the obligation, the newest 24, newest first.'),
    files: z.array(fileLink).describe('What was attached as evidence.'),
  })
  .meta({ id: 'Obligation' });
export type ObligationView = z.infer<typeof obligationSchema>;

const filters = {
  q: line(100).optional().describe('Part of the name of the subject or of its thing.'),
  kind: commaSeparated(slug).optional(),
  state: commaSeparated(z.enum(states)).optional().describe('Left out, those that have not ended.'),
  window: z
    .enum(windows)
    .optional()
    .describe('`overdue`, or those that are due within so many days and not overdue.'),
  department: commaSeparated(slug).optional(),
  subject: z
    .string()
    .regex(/^[a-z-]{1,64}:[\w-]{1,64}$/, 'must be kind:id')
    .optional()
    .describe('All of one subject: `supplier:01J…`.'),
  person: ulid.optional(),
};
export const listQuery = z.strictObject({ ...filters, ...pageQuery() });
export type ListQuery = z.infer<typeof listQuery>;
export const exportListQuery = listQuery.omit({ limit: true, cursor: true }).extend(exportQuery);
export const calendarQuery = listQuery.omit({ limit: true, cursor: true }).extend(sheetQuery);
export const obligationPage = pageOf(obligationRow)
  .extend({
    counts: z
      .object({
        all: z.number().int().describe('How many have not ended.'),
        overdue: z.number().int().describe('How many are overdue.'),
        d7: z.number().int().describe('Due within 7 days and not overdue.'),
        d30: z.number().int().describe('The same within 30 days.'),
        d60: z.number().int().describe('The same within 60 days.'),
        d90: z.number().int().describe('The same within 90 days.'),
      })
      .describe('By the filters for kind, department, subject and person.'),
  })
  .meta({ id: 'ObligationPage' });
export const kindList = z.object({ items: z.array(obligationKindSchema) });

export const completionBody = z
  .strictObject({
    version: lookedAtVersion,
    on: day.describe('The day on which it was done; today or earlier.'),
    note: prose(2_000).min(2).describe('What was done, and what proves it.'),
    fileIds: z.array(ulid).max(10).default([]),
  })
  .meta({ id: 'ObligationCompletion' });
export const postponementBody = z
  .strictObject({
    version: lookedAtVersion,
    until: day.describe('The new day.'),
    reason: prose(500).min(4),
  })
  .meta({ id: 'ObligationPostponement' });

export const feedRequest = z
  .strictObject({ language: z.enum(['zh', 'en']).describe('Of the titles.') })
  .meta({ id: 'ObligationFeedRequest' });
export const feedState = z
  .object({
    active: z.boolean().describe('Whether the account has an address.'),
    language: z.enum(['zh', 'en']).nullable().describe('Of the titles.'),
    madeAt: instant.nullable().describe('When it was made.'),
    fetchedAt: instant.nullable().describe('When a calendar program read it last.'),
  })
  .meta({ id: 'ObligationFeed' });
export type FeedState = z.infer<typeof feedState>;
export const feedMade = z
  .object({
    address: z
      .string()
      .describe('With a secret that opens the calendar without an account. Shown once.'),
  })
  .meta({ id: 'ObligationFeedMade' });
export type FeedMade = z.infer<typeof feedMade>;
