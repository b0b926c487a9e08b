import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { fileRecipients } from '../../platform/file-sections.ts';
import { day, line, prose } from '../../platform/kit/schemas.ts';
import { sensitiveFields } from '../people/sensitive.ts';

const kind = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);

export const timelineQuery = z.object({
  kind: z
    .union([kind, z.array(kind).max(50)])
    .optional()
    .transform((given) => (given === undefined ? [] : [given].flat()))
    .describe('Only events of these kinds.'),
  from: instant.optional().describe('Only events from then on.'),
  until: instant.optional().describe('Only events before then.'),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const timelinePage = z
  .object({
    items: z.array(
      z.object({
        id: z.string().describe('Unique within its kind.'),
        record: z
          .string()
          .describe(
            'The record on whose page it is read: of a violation that, of an assignment its job.',
          ),
        kind,
        at: instant.describe('When it happened, or began.'),
        day: z.boolean(),
        title: bilingual,
        detail: bilingual.nullable().describe('What else is known of it.'),
        tone: z.enum(['neutral', 'ok', 'warn', 'danger']),
      }),
    ),
    kinds: z
      .array(z.object({ kind, name: bilingual }))
      .describe('The kinds that this account may read of the person.'),
    next: z.string().nullable(),
  })
  .meta({ id: 'PersonTimeline' });

export type TimelineQuery = z.infer<typeof timelineQuery>;
export type TimelinePage = z.infer<typeof timelinePage>;

const fixed = {
  language: z.enum(['zh', 'en']).describe('Of the document.'),
  recipientName: line(128)
    .min(2)
    .nullable()
    .default(null)
    .describe('The authority or customer; needed for `outside`.'),
  from: day
    .nullable()
    .default(null)
    .describe(
      'First day of the timeline and of what is counted; null for twelve months before the last one.',
    ),
  until: day.nullable().default(null).describe('The last day; null for today.'),
};
const purpose = line(200).min(2).describe('What it is printed for; it stands in the document.');

export const fileDocumentRequest = z
  .strictObject({
    ...fixed,
    recipient: z
      .enum(fileRecipients)
      .describe(
        'person: for the person; internal: by the rights of the account; outside: an authority or customer, without health, phone, ID number and other people.',
      ),
    purpose,
    reveal: z
      .array(z.enum(sensitiveFields))
      .max(sensitiveFields.length)
      .default([])
      .describe('Sealed fields in plain text; needs the right to reveal and a reason.'),
    revealReason: prose(500).min(4).nullable().default(null).describe('Kept in the audit log.'),
  })
  .meta({ id: 'PersonFileRequest' });
export type FileDocumentRequest = z.infer<typeof fileDocumentRequest>;

export const ownFileRequest = z
  .strictObject({
    ...fixed,
    recipient: z.enum(['person', 'outside']).default('person').describe('Oneself, or others.'),
    purpose: purpose.nullable().default(null),
  })
  .meta({ id: 'OwnFileRequest' });
export type OwnFileRequest = z.infer<typeof ownFileRequest>;

export const summaryQuery = z.strictObject({ language: fixed.language });
export const fileSummary = z
  .object({
    rows: z
      .array(
        z.object({
          id: z.string().describe('may-work, missing, violations …'),
          label: z.string().describe('In the wanted language.'),
          value: z.string().describe('In the wanted language; may have several lines.'),
          isOpen: z.boolean().describe('Whether it needs attention.'),
        }),
      )
      .describe('As the document says it; of modules that are off there is none.'),
  })
  .meta({ id: 'PersonFileSummary' });
export type FileSummary = z.infer<typeof fileSummary>;
