import { bilingual, instant, sha256, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { who } from '../../platform/workflow/record-schema.ts';

const person = z.object({ id: ulid, name: z.string(), employeeNo: z.string() });

export const bindingQuery = z.strictObject({
  badge: line(128).min(1).describe('The badge, as readers name it.'),
});
export const bindingList = z
  .object({
    items: z.array(
      z.object({
        id: ulid,
        badge: z.string().describe('As readers name it.'),
        person: person.describe('Who wore it, as entered.'),
        since: instant.describe('From when.'),
        until: instant.nullable().describe('Until when; null: still.'),
      }),
    ),
  })
  .meta({ id: 'BadgeBindings' });

const asked = {
  binding: ulid.describe('The binding that is wrong.'),
  person: ulid.describe('Who wore the badge in truth.'),
  from: instant.nullable().describe('From when; null: from the begin of the binding.'),
  to: instant.nullable().describe('Until when; null: to the end of the binding, and on.'),
};
export const previewRequest = z.strictObject(asked).meta({ id: 'BadgeCorrectionPreviewRequest' });
export type PreviewRequest = z.infer<typeof previewRequest>;
export const correctionRequest = z
  .strictObject({
    ...asked,
    reason: prose(500).min(1).describe('Why: it stays with the correction.'),
    digest: sha256.describe('Of the preview that is confirmed.'),
  })
  .meta({ id: 'BadgeCorrectionRequest' });
export type CorrectionRequest = z.infer<typeof correctionRequest>;
export const undoRequest = z
  .strictObject({
    reason: prose(500).min(1).describe('Why.'),
    digest: sha256.describe('Of the preview that is confirmed.'),
  })
  .meta({ id: 'BadgeCorrectionUndo' });
export type UndoRequest = z.infer<typeof undoRequest>;

/**
 * What happens to a record. `moves`: reassigned to the right person. `name-goes`: the name is removed without a
 * replacement, because the right person gave no consent, reviewed the record, had the name withdrawn by an objection, or was
 * confirmed in another place at that time. `check`: left unchanged, because a reviewer chose the person by hand or the record
 * changed after the correction that is undone.
 */
export const moveKind = z.enum(['moves', 'name-goes', 'check']);
export const movedItem = z.object({
  violation: ulid.describe('The record.'),
  kindName: bilingual.describe('What it is about.'),
  startedAt: instant.describe('When it began.'),
  status: z.enum(['pending', 'confirmed', 'dismissed']).describe('Its verdict.'),
  named: z.boolean().describe('Whether it names the wrong person; else as a candidate alone.'),
  entry: ulid.nullable().describe('The entry in the file of the wrong person; null for none.'),
  what: moveKind.describe('What becomes of it.'),
  why: z
    .enum(['not-agreed', 'own-verdict', 'withdrawn', 'two-places', 'chosen', 'changed', 'sign-on'])
    .nullable()
    .describe('Why it does not move to the right person.'),
});
export type MovedItem = z.infer<typeof movedItem>;

/** A session of operation whose hours go to the right person. */
export const movedSession = z.object({
  session: ulid.describe('The session.'),
  machine: z.string().describe('Id of the machine.'),
  machineName: bilingual.nullable().describe('Its name; null where it is not in the register.'),
  from: instant.describe('From when.'),
  until: instant.nullable().describe('Until when; null: it runs.'),
});
export type MovedSession = z.infer<typeof movedSession>;

export const previewSchema = z
  .object({
    badge: z.string().describe('As readers name it.'),
    wrong: person.describe('Who was entered.'),
    right: person.describe('Who wore it.'),
    from: instant.describe('From when.'),
    to: instant.nullable().describe('Until when; null: still.'),
    items: z.array(movedItem).describe('Every record that names the wrong person by this binding.'),
    unlinked: z
      .number()
      .int()
      .describe(
        'Records of this time with the wrong person that do not say by which badge: they do not move.',
      ),
    positions: z
      .number()
      .int()
      .describe('Stored positions of whom did not agree: they are removed and do not come back.'),
    decisions: z
      .number()
      .int()
      .describe(
        'Decisions of gates by this card: they stay as they were made, and are shown with whose card it was. They count for who wore it.',
      ),
    conditions: z
      .number()
      .int()
      .describe(
        'Conditions of the badge, such as a call for help: they move to the right person in the same unit, or go where that person did not agree.',
      ),
    sessions: z
      .array(movedSession)
      .describe(
        'Sessions of operation that began with this card: the hours count for the right person, in the same unit. Those whose sign-on was purged do not say by which card, and stay.',
      ),
    later: z
      .object({
        clockEvents: z
          .number()
          .int()
          .describe('Move to the right person, or go where that person did not agree.'),
        fenceEvents: z.number().int().describe('Lose the name.'),
        fenceEventsBack: z
          .number()
          .int()
          .describe('Have the name of the right person again, which a correction had taken out.'),
        vehicleEvents: z.number().int().describe('Events and passages that lose the driver.'),
        vehicleEventsBack: z
          .number()
          .int()
          .describe('Events and passages that have the right person as the driver again.'),
      })
      .describe('What follows some seconds after the correction. It is not in the digest.'),
    digest: sha256.describe('Send it with the correction: what is confirmed is what was seen.'),
  })
  .meta({ id: 'BadgeCorrectionPreview' });
export type Preview = z.infer<typeof previewSchema>;

export const correctionSchema = z
  .object({
    id: ulid,
    badge: z.string().describe('As readers name it.'),
    wrong: person.describe('Who was entered.'),
    right: person.describe('Who wore it.'),
    from: instant.describe('From when.'),
    to: instant.nullable().describe('Until when; null: still.'),
    reason: z.string().describe('Why.'),
    by: who.describe('Who corrected it.'),
    at: instant.describe('When.'),
    items: z.array(movedItem).describe('What was moved, and what was not.'),
    sessions: z.array(movedSession).describe('Sessions of operation that were moved.'),
    undone: z
      .object({ by: who, at: instant, reason: z.string() })
      .nullable()
      .describe('That it was undone; null where it stands.'),
    notMovedBack: z
      .array(ulid)
      .describe(
        'Records that did not move back to the first person: see the preview of the undoing.',
      ),
  })
  .meta({ id: 'BadgeCorrection' });
export type Correction = z.infer<typeof correctionSchema>;
export const correctionQuery = z.strictObject({ ...pageQuery() });
export const correctionPage = pageOf(correctionSchema).meta({ id: 'BadgeCorrectionPage' });
