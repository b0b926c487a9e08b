import { bilingual, instant, point, severity, slug, ulid, violationKind } from '@anshi/contracts';
import { z } from 'zod';
import { fileLink } from '../../platform/kit/rows.ts';
import { day, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import {
  actionBody,
  caseShape,
  transitionsShape,
  who,
} from '../../platform/workflow/record-schema.ts';

const share = z.number().min(0).max(1);
const rendition = z
  .enum(['ready', 'being-made', 'failed'])
  .describe('The rendition with blurred faces, which alone is shown.');

export const objectionState = z.enum(['filed', 'upheld', 'withdrawn', 'lapsed']);
const byOther = z.enum(['paper', 'desk']).describe('By a letter, or spoken at the desk.');
const said = {
  how: z
    .enum(['account', 'paper', 'desk'])
    .describe('By the person, or recorded for one who has no account.'),
  saidOn: day.nullable().describe('The day of the letter or the talk; null for the own account.'),
  files: z.array(fileLink).describe('Scans of what was signed.'),
};
/** An objection as the entry shows it. */
const objectionOfEntry = z.object({
  id: ulid,
  state: objectionState,
  text: z.string().describe('What the person says.'),
  filedAt: instant.describe('When the objection was recorded.'),
  ...said,
  dueAt: instant.nullable().describe('Until when it is to be decided.'),
  reason: z.string().nullable().describe('Of the decision.'),
  decidedBy: who.nullable(),
  decidedAt: instant.nullable(),
});

export const entryState = z.enum(['in-force', 'taken-back', 'withdrawn', 'moved']);

export const entrySchema = z
  .object({
    id: ulid,
    person: z.object({ id: ulid, name: z.string() }).describe('Of whom it is.'),
    violation: ulid.describe('The record of the camera.'),
    kind: violationKind.describe('The rule, and the missing item.'),
    kindName: bilingual.describe('As the company called it then.'),
    trade: z
      .object({ id: slug, name: bilingual })
      .nullable()
      .describe('The trade of special work that it counts in; two of one trade fail the review.'),
    ruleId: slug.describe('The rule of the camera.'),
    severity: severity.describe('Of the rule.'),
    model: z.object({ name: slug, version: z.string() }).describe('What the camera judged by.'),
    modelLog: z.string().nullable().describe('The entry of the model log.'),
    startedAt: instant.describe('When it began.'),
    site: slug.describe('The site.'),
    siteName: bilingual.nullable().describe('The name of the site.'),
    area: z
      .object({ id: slug, name: bilingual.nullable() })
      .nullable()
      .describe('The area of the register.'),
    camera: slug.describe('The camera.'),
    cameraName: bilingual.describe('As it was called then.'),
    zoneName: bilingual.nullable().describe('Zone or line of the camera.'),
    floorPlan: slug.nullable().describe('The floor.'),
    floor: point.nullable().describe('Metres on the floor plan, x east, y north.'),
    confidence: share.describe('Of the detection.'),
    identified: z
      .object({
        basis: z
          .enum(['badge', 'reviewer', 'session'])
          .describe(
            'A confirmed identity, a candidate that the reviewer chose, or a sign-on at the machine.',
          ),
        reason: z
          .string()
          .nullable()
          .describe('Why the reviewer chose that candidate; for those alone who review or decide.'),
        posterior: share.nullable().describe('How probable it was that this person is the actor.'),
        explanation: z.array(bilingual).describe('Why, in sentences.'),
      })
      .describe('How the person was identified.'),
    reviewer: who.describe('Who gave the verdict.'),
    reviewNote: z.string().nullable().describe('What the reviewer noted.'),
    reviewedAt: instant.describe('When the verdict was given.'),
    writtenAt: instant.describe('When the entry was written.'),
    state: entryState.describe('Only what is in force counts.'),
    changes: z
      .array(
        z.object({
          kind: z
            .enum(['taken-back', 'withdrawn', 'moved'])
            .describe(
              'taken-back: the verdict was undone; withdrawn: by an objection; moved: the badge was of another person.',
            ),
          reason: z.string().nullable(),
          by: who.nullable().describe('Null for the program.'),
          at: instant,
        }),
      )
      .describe('What became of it, oldest first.'),
    fromCorrection: z
      .boolean()
      .describe('Whether a correction of a badge moved it here from another person.'),
    objectUntil: instant
      .nullable()
      .describe(
        'Until when the person may object; null where the person was not told and has not opened it, so that the time does not run yet.',
      ),
    mayObject: z.boolean().describe('Whether this account may object to it now.'),
    told: z.boolean().describe('Whether the person had an account that was told.'),
    hasAccount: z
      .boolean()
      .describe('Whether the person has an account now; else others record the objection.'),
    keeping: z
      .enum(['may', 'barred', 'none'])
      .describe(
        'Whether this account may record that the person was told, and the objection. barred: it reviewed the act, moved the entry, or may have been the one; none: it has no right to, the person has an account, or the entry does not count.',
      ),
    telling: z
      .object({ on: day, how: byOther, by: who, at: instant })
      .nullable()
      .describe('Who told the person, on which day; null where nobody recorded that.'),
    objection: objectionOfEntry.nullable().describe('The objection of the person; null for none.'),
    snapshot: z
      .object({
        url: z.string(),
        rendition,
        width: z.number().int(),
        height: z.number().int(),
      })
      .nullable()
      .describe('The picture; null where there is none that this account may see.'),
    clip: z
      .object({ url: z.string(), rendition })
      .nullable()
      .describe('The recording; null where there is none that this account may see.'),
  })
  .meta({ id: 'SafetyEntry', description: 'What a reviewer confirmed of a person.' });
export type Entry = z.infer<typeof entrySchema>;

export const entryQuery = z.strictObject({ ...pageQuery() });
export type EntryQuery = z.infer<typeof entryQuery>;
export const entryPage = pageOf(entrySchema)
  .extend({ inForce: z.number().int().describe('How many of all count.') })
  .meta({ id: 'SafetyEntryPage' });
export type EntryPage = z.infer<typeof entryPage>;

export const reportRequest = z
  .strictObject({ language: z.enum(['zh', 'en']).describe('Of the document.') })
  .meta({ id: 'SafetyFileReportRequest' });

export const objectionRequest = z
  .strictObject({ text: prose(2000).min(1).describe('Why the entry is wrong.') })
  .meta({ id: 'ObjectionRequest' });

const dayOfOther = day.describe('The day on which it happened, of the site.');
export const tellingRequest = z
  .strictObject({ on: dayOfOther, how: byOther })
  .meta({ id: 'SafetyEntryTellingRequest' });
export type Telling = z.infer<typeof tellingRequest>;
export const objectionByOther = z
  .strictObject({
    text: prose(2000).min(1).describe('What the person says, in the words of the person.'),
    on: dayOfOther,
    how: byOther,
    fileIds: z.array(z.string().max(64)).max(5).default([]).describe('Scans to add.'),
  })
  .meta({ id: 'ObjectionByOtherRequest' });
export type ObjectionByOther = z.infer<typeof objectionByOther>;

export const objectionRow = z
  .object({
    id: ulid,
    ...caseShape,
    person: z.object({ id: ulid, name: z.string() }).describe('Who objects.'),
    kindName: bilingual.describe('What the entry is about.'),
    startedAt: instant.describe('When the violation was.'),
    text: z.string().describe('What the person says.'),
    filedAt: instant.describe('When the objection was recorded.'),
    reason: z.string().nullable().describe('Of the decision.'),
    decidedBy: who.nullable().describe('Who decided; null before that.'),
    decidedAt: instant.nullable().describe('When; null before that.'),
  })
  .meta({ id: 'ObjectionRow' });
export type ObjectionRow = z.infer<typeof objectionRow>;
export const objectionSchema = objectionRow
  .extend({ entry: entrySchema.describe('What it is about.'), ...transitionsShape })
  .meta({ id: 'Objection' });
export type Objection = z.infer<typeof objectionSchema>;

export const objectionQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(['open', 'closed']).optional(),
});
export type ObjectionQuery = z.infer<typeof objectionQuery>;
export const objectionPage = pageOf(objectionRow)
  .extend({ open: z.number().int().describe('How many wait for a decision.') })
  .meta({ id: 'ObjectionPage' });
export const objectionAction = actionBody.meta({ id: 'ObjectionAction' });

const objectionDays = z
  .number()
  .int()
  .min(1)
  .max(365)
  .describe('Days in which a person may object to an entry.');
export const settingSchema = z
  .object({
    objectionDays,
    version: z.number().int().describe('Of the setting; 0 for the default.'),
  })
  .meta({ id: 'SafetyFileSetting' });
export const settingRequest = z
  .strictObject({
    objectionDays,
    version: z.number().int().min(0).describe('The version that the change is based on.'),
  })
  .meta({ id: 'SafetyFileSettingRequest' });
