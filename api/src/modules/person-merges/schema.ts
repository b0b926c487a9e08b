import { bilingual, instant, sha256, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { day, line, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { who } from '../../platform/workflow/record-schema.ts';

const person = z.object({ id: ulid, name: z.string(), employeeNo: z.string() });
const count = z.number().int();

/** Why two files may be of one person. */
export const doubleReason = z.enum(['national-id', 'outside-id', 'name-birth', 'name-phone']);
export const candidateList = z
  .object({
    items: z.array(
      z.object({
        people: z
          .array(
            person.extend({
              status: z.enum(['active', 'left']).describe('Whether they work here.'),
            }),
          )
          .length(2)
          .describe('The two files.'),
        reasons: z.array(doubleReason).describe('Why they may be one person.'),
      }),
    ),
  })
  .meta({ id: 'PersonDoubles' });
export type Candidate = z.infer<typeof candidateList>['items'][number];

const pair = {
  into: ulid.describe('The file that remains.'),
  from: ulid.describe('The file that is joined with it.'),
};
export const mergePreviewRequest = z.strictObject(pair).meta({ id: 'PersonMergePreviewRequest' });
export type MergePreviewRequest = z.infer<typeof mergePreviewRequest>;
export const mergeRequest = z
  .strictObject({
    ...pair,
    reason: prose(500).min(1).describe('Why: it stays with the merge.'),
    digest: sha256.describe('Of the preview that is confirmed.'),
    accepted: z
      .array(line(64))
      .max(20)
      .describe('The codes of what speaks against it and does not block it.'),
  })
  .meta({ id: 'PersonMergeRequest' });
export type MergeRequest = z.infer<typeof mergeRequest>;

export const mergeItem = z.object({
  what: bilingual.describe('The kind of record.'),
  column: z.string().describe('Where the id stands.'),
  from: count.describe('Rows of the file that is joined.'),
  into: count.describe('Rows of the file that remains.'),
  fate: z
    .enum(['moves', 'stays'])
    .describe('Whether the rows get the id of the file that remains; else the old id leads there.'),
  why: bilingual.nullable().describe('Why they stay.'),
});
export type MergeItem = z.infer<typeof mergeItem>;
const consentState = z.enum(['given', 'refused', 'withdrawn', 'outdated', 'unasked']);
const side = person.extend({
  department: z.object({ id: z.string(), name: bilingual }).describe('Where the person works.'),
  post: z.string().nullable().describe('In words.'),
  status: z.enum(['active', 'left']).describe('Whether the person works here.'),
  hiredOn: day.nullable().describe('The first day.'),
  leftOn: day.nullable().describe('The last day.'),
  nationalId: z.string().nullable().describe('Covered.'),
  phone: z.string().nullable().describe('Covered.'),
  badges: z.array(z.string()).describe('Worn now.'),
  account: z.boolean().describe('Whether it has an account in use.'),
  createdAt: instant.describe('When the file was entered.'),
});
export type Side = z.infer<typeof side>;

export const distinctRequest = z
  .strictObject({
    people: z.array(ulid).length(2).describe('The two files.'),
    reason: prose(500).min(1).describe('How it is known.'),
  })
  .meta({ id: 'PersonDistinctRequest' });
export type DistinctRequest = z.infer<typeof distinctRequest>;
export const distinctSchema = z
  .object({
    id: ulid,
    people: z.array(person).length(2).describe('The two files.'),
    reason: z.string().describe('How it is known.'),
    by: who.describe('Who said so.'),
    at: instant.describe('When.'),
    ended: z
      .object({ by: who, at: instant })
      .nullable()
      .describe('That the mark was taken back; null where it stands.'),
  })
  .meta({ id: 'PersonDistinct' });
export type Distinct = z.infer<typeof distinctSchema>;
export const distinctQuery = z.strictObject({ ...pageQuery() });
export const distinctPage = pageOf(distinctSchema).meta({ id: 'PersonDistinctPage' });

export const mergePreview = z
  .object({
    into: side.describe('The file that remains.'),
    from: side.describe('The file that is joined.'),
    items: z.array(mergeItem).describe('What belongs to each of them.'),
    consents: z.array(
      z.object({
        purpose: z.string().describe('Its id.'),
        name: bilingual.describe('As it is shown to people.'),
        from: consentState.describe('Of the file that is joined.'),
        into: consentState.describe('Of the file that remains.'),
        result: consentState.describe('The stricter one.'),
      }),
    ),
    conflicts: z.array(
      z.object({
        code: z.string().describe('Send it in accepted where it does not block.'),
        blocks: z.boolean().describe('It has to be solved before; else it is accepted.'),
        text: bilingual.describe('What it is, and what to do.'),
      }),
    ),
    digest: sha256.describe('Send it with the merge: what is confirmed is what was seen.'),
  })
  .meta({ id: 'PersonMergePreview' });
export type MergePreview = z.infer<typeof mergePreview>;

export const mergeSchema = z
  .object({
    id: ulid,
    into: person.describe('The file that remains.'),
    from: person.describe('The file that was joined with it.'),
    reason: z.string().describe('Why.'),
    accepted: z.array(z.string()).describe('What spoke against it and was accepted.'),
    by: who.describe('Who joined them.'),
    at: instant.describe('When.'),
    items: z.array(mergeItem).describe('What moved, and what did not.'),
    undone: z
      .object({ by: who, at: instant, reason: z.string() })
      .nullable()
      .describe('That it was undone; null where it stands.'),
    notMovedBack: count.describe('Records that had changed since and stayed.'),
  })
  .meta({ id: 'PersonMerge' });
export type Merge = z.infer<typeof mergeSchema>;
export const mergeQuery = z.strictObject({ ...pageQuery() });
export const mergePage = pageOf(mergeSchema).meta({ id: 'PersonMergePage' });

const changeCount = z.object({
  what: bilingual.describe('The kind of record.'),
  count: count.describe('How many.'),
});
export const undoPreview = z
  .object({
    back: z.array(changeCount).describe('What moves back.'),
    changed: z.array(changeCount).describe('What changed since and does not move back.'),
  })
  .meta({ id: 'PersonMergeUndoPreview' });
export type UndoPreview = z.infer<typeof undoPreview>;
export const undoRequest = z
  .strictObject({
    reason: prose(500).min(1).describe('Why.'),
    leaveChanged: z
      .boolean()
      .describe(
        'Undo it although some records changed since: these stay with the file that remained.',
      ),
  })
  .meta({ id: 'PersonMergeUndo' });
export type UndoRequest = z.infer<typeof undoRequest>;
