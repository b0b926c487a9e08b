import {
  bilingual,
  evidenceKeyId,
  instant,
  severity,
  slug,
  ulid,
  violationKind,
  violationSubject,
} from '@anshi/contracts';
import { z } from 'zod';
import {
  commaSeparated,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../../platform/kit/schemas.ts';
import {
  chosenCandidate,
  dismissReason,
  reviewer,
  verdictSchema,
  violationSchema,
  violationStatus,
} from '../violations/schema.ts';
import { incidentGroup } from './group-form.ts';

const summary = {
  id: ulid,
  site: slug,
  subject: violationSubject.describe('Who or what did it: a person, a zone, or a machine.'),
  status: violationStatus.describe(
    'Of the incident. What joined after the verdict is counted in `undecided` and changes nothing here.',
  ),
  severity: severity.describe('The highest of its findings.'),
  rules: z
    .array(violationKind)
    .describe('Of its findings; a missing item is named as `missing-ppe/helmet`.'),
  cameras: z.array(slug).describe('Ids of the cameras that saw it.'),
  startedAt: instant.describe('Start of its first finding.'),
  lastAt: instant.describe('Latest end of its findings, as far as it is known.'),
  openedAt: instant.describe('When it was recorded.'),
  findings: z.number().int().describe('How many findings it has.'),
  undecided: z.number().int().describe('How many of them wait for a verdict.'),
  takenOut: z.number().int().describe('How many of them were taken out.'),
  verdict: verdictSchema.describe('The last verdict on it; null while it has none.'),
  version: z
    .number()
    .int()
    .describe('Moves with every verdict and every finding that joins or leaves it.'),
  mergedInto: ulid.nullable().describe('The incident that has its findings now; null for none.'),
  main: violationSchema.describe('The finding that stands for it: the most severe, the earliest.'),
  person: z
    .object({ id: ulid, name: z.string().describe('Empty where the person is no longer there.') })
    .nullable()
    .describe(
      'Whom one of its findings names, as far as the reader may see it; null where none does. The finding has the reasons.',
    ),
};

export const incidentSchema = z
  .object(summary)
  .meta({ id: 'Incident', description: 'One act, with the violations that show it.' });
export type Incident = z.infer<typeof incidentSchema>;

export const findingWhy = z
  .object({
    by: z
      .enum(['actor', 'path', 'hand', 'same-name', 'name'])
      .describe(
        'The same person in one camera, paths of two cameras that agree, or people; `same-name`: badges tell one person; `name`: it left the other one, as they tell two.',
      ),
    with: ulid.nullable().describe('The finding that it was joined to; null for what people did.'),
    odds: z
      .number()
      .nullable()
      .describe('How many times one person is likelier than two side by side; null for an actor.'),
  })
  .nullable()
  .describe(
    'Why it is in the incident; null for the one that opened it, and for `same-name` where the reader may not see both names.',
  );

const findingSignature = z.object({
  part: z
    .enum(['confirmed', 'ended', 'clip'])
    .describe('What was signed: the record with its picture, its end, or the clip.'),
  state: z
    .enum(['signed', 'unknown-key', 'other-worker', 'revoked-key', 'wrong', 'not-countersigned'])
    .describe(
      'As it was judged when it was recorded; `not-countersigned` where the audit log has no line of it.',
    ),
  worker: z.string().describe('The worker that sent it.'),
  key: evidenceKeyId.describe('Id of the key that signed it.'),
  signedAt: instant.nullable().describe('By the clock of the worker.'),
  clock: z
    .object({
      source: z.literal('system').describe('The clock that dated it.'),
      aheadMs: z.number().nullable().describe('How far it was ahead of the API, ms.'),
      withinMs: z.number().nullable().describe('The error of that comparison, ms.'),
      comparedAt: instant.nullable().describe('When the two were compared last.'),
    })
    .nullable()
    .describe('The clock of the worker, as it signed; null where that cannot be read.'),
  audit: z
    .object({
      seq: z.number().int().describe('Number of the line.'),
      at: instant,
      sealed: z.boolean().describe('Whether the line is in the chain; it is within a second.'),
    })
    .nullable()
    .describe('The line of the audit log that countersigns it.'),
});
export type FindingSignature = z.infer<typeof findingSignature>;

export const incidentDetail = incidentSchema
  .extend({
    members: z
      .array(
        z.object({
          violation: violationSchema,
          why: findingWhy,
          joinedAt: instant.describe('When it came into the incident.'),
          isNew: z.boolean().describe('Whether it came after the verdict and waits for one.'),
          signatures: z
            .array(findingSignature)
            .describe('What its worker signed; empty where it came unsigned.'),
          takenOut: z
            .object({
              by: reviewer,
              at: instant,
              reason: dismissReason,
              note: z.string().nullable(),
            })
            .nullable(),
        }),
      )
      .describe('The findings, in the order of their start.'),
    links: z
      .array(incidentSchema)
      .describe('Incidents of zones and machines that the people were in, or of those people.'),
    operations: z
      .array(
        z.object({
          id: ulid,
          kind: z.enum(['take-out', 'split', 'join']).describe('What was done.'),
          by: reviewer,
          at: instant,
          reason: z.string().nullable(),
          undone: z.object({ by: reviewer, at: instant }).nullable().describe('Who undid it.'),
        }),
      )
      .describe('Changes by hand, the newest first; the first one that is not undone can be.'),
  })
  .meta({ id: 'IncidentDetail' });
export type IncidentDetail = z.infer<typeof incidentDetail>;

export const incidentFilters = {
  status: commaSeparated(violationStatus)
    .optional()
    .describe('With commas; `pending` also finds decided ones that something joined since.'),
  rule: commaSeparated(violationKind)
    .optional()
    .describe('One or more rules, with commas; `missing-ppe/helmet` for one item.'),
  camera: commaSeparated(slug).optional().describe('One or more cameras, with commas.'),
  severity: commaSeparated(severity).optional().describe('One or more, with commas.'),
  finding: ulid.optional().describe('The incident that this violation is in.'),
  from: instant.optional().describe('Started at this instant or later.'),
  to: instant.optional().describe('Started before this instant.'),
  openedFrom: instant
    .optional()
    .describe('Recorded at this instant or later, whenever it started.'),
  claim: z
    .enum(['mine', 'free'])
    .optional()
    .describe('Claimed by the account; or `free`, which no other reviewer has claimed.'),
};
export const incidentQuery = z.strictObject({
  ...pageQuery(),
  ...incidentFilters,
  group: incidentGroup.optional().describe('Those of one group, as the list of groups names it.'),
  order: z.enum(['newest', 'oldest']).default('newest'),
});
export type IncidentQuery = z.infer<typeof incidentQuery>;

export const incidentPage = pageOf(incidentSchema)
  .extend({
    counts: z
      .object({
        pending: z.number().int().describe('How many incidents wait for a verdict in all.'),
        opened: z
          .number()
          .int()
          .optional()
          .describe('With `openedFrom`: how many of them were recorded then or later.'),
      })
      .optional()
      .describe('On the first page.'),
  })
  .meta({ id: 'IncidentPage' });

const note = prose(2000).optional();
const reason = prose(500).optional().describe('Why, for others.');
const version = lookedAtVersion;

const despiteClaim = z
  .boolean()
  .optional()
  .describe('Decide also where another reviewer has claimed it; else the answer is 409 then.');

export const incidentVerdict = z
  .discriminatedUnion('decision', [
    z.object({
      decision: z.literal('confirm'),
      note,
      candidate: chosenCandidate
        .extend({ finding: ulid.describe('The finding whose candidate it is.') })
        .optional()
        .describe('Counts for all findings of the act that have the same person as a candidate.'),
      despiteClaim,
      version,
    }),
    z.object({
      decision: z.literal('dismiss'),
      reason: dismissReason,
      note,
      despiteClaim,
      version,
    }),
    z.object({ decision: z.literal('reopen'), note, version }).describe('Undoes the verdict.'),
  ])
  .meta({ id: 'IncidentVerdict' });
export type IncidentVerdict = z.infer<typeof incidentVerdict>;

/** As many incidents are decided by one request. */
export const MOST_AT_ONCE = 100;

const rowToReopen = z.strictObject({ id: ulid, version });
const rowToDecide = rowToReopen.extend({ despiteClaim });
const rowsOf = <Row extends typeof rowToReopen>(row: Row) =>
  z
    .array(row)
    .min(1)
    .max(MOST_AT_ONCE)
    // Each once. The library's own words: those are in both languages.
    .refine((rows) => new Set(rows.map(({ id }) => id)).size === rows.length)
    .describe('Each incident once, with the version that the reviewer saw.');

export const manyVerdicts = z
  .discriminatedUnion('decision', [
    z.strictObject({
      decision: z.literal('confirm'),
      note,
      incidents: rowsOf(rowToDecide),
    }),
    z.strictObject({
      decision: z.literal('dismiss'),
      reason: dismissReason,
      note,
      incidents: rowsOf(rowToDecide),
    }),
    z
      .strictObject({ decision: z.literal('reopen'), note, incidents: rowsOf(rowToReopen) })
      .describe('Undoes the verdicts.'),
  ])
  .meta({ id: 'IncidentVerdicts' });
export type ManyVerdicts = z.infer<typeof manyVerdicts>;

const problemCode = z.string().describe('The code of the problem, as of a single verdict.');
const problemText = z.string().describe('What is wrong, and what to do.');

export const manyDecided = z
  .object({
    items: z
      .array(
        z.discriminatedUnion('outcome', [
          z.object({
            id: ulid,
            outcome: z.literal('done').describe('It was decided.'),
            status: violationStatus,
            version: z.number().int().describe('The version that it has now.'),
          }),
          z.object({
            id: ulid,
            outcome: z.literal('conflict').describe('It is not as it was seen.'),
            code: problemCode,
            text: problemText,
            version: z.number().int().nullable().describe('The version that it has now.'),
            current: incidentSchema.nullable().describe('The incident as it is now.'),
          }),
          z.object({
            id: ulid,
            outcome: z.literal('refused').describe('It was not decided.'),
            code: problemCode,
            text: problemText,
          }),
        ]),
      )
      .describe('What became of each, in the order of the request.'),
  })
  .meta({ id: 'IncidentVerdictsAnswer' });
export type ManyDecided = z.infer<typeof manyDecided>;

export const takeOutRequest = z
  .strictObject({ finding: ulid, reason: dismissReason, note, version })
  .meta({ id: 'IncidentTakeOut' });
export const splitRequest = z
  .strictObject({
    findings: z.array(ulid).min(1).max(200).describe('The findings of the other act.'),
    reason,
    version,
  })
  .meta({ id: 'IncidentSplit' });
export const joinRequest = z
  .strictObject({
    incident: ulid.describe('The incident whose findings belong to this act as well.'),
    reason,
    version,
  })
  .meta({ id: 'IncidentJoin' });
export const undoRequest = z.strictObject({ version }).meta({ id: 'IncidentUndo' });

export const siteParams = z.object({ site: slug });
export const settingSchema = z
  .object({
    site: slug,
    name: bilingual,
    gapSeconds: z.number().int(),
    version: z.number().int().describe('0 where the usual gap was never changed.'),
  })
  .meta({ id: 'IncidentSetting' });
export type IncidentSetting = z.infer<typeof settingSchema>;
export const settingList = z
  .object({ items: z.array(settingSchema) })
  .meta({ id: 'IncidentSettingList' });
export const settingRequest = z
  .strictObject({
    gapSeconds: z.number().int().min(0).max(120),
    version: z.number().int().min(0).describe('The version that the change is based on.'),
  })
  .meta({ id: 'IncidentSettingRequest' });
