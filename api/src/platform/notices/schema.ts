import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { channels, severities } from './kinds.ts';
import type { InboxRow, NoticeRow } from './rows.ts';

export const severitySchema = z.enum(severities);
export const channelSchema = z.enum(channels);

export const noticeSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    severity: severitySchema,
    title: bilingual,
    body: z.object({ zh: z.string(), en: z.string() }),
    link: z.string().nullable().describe('A path of the app.'),
    subject: z.object({ entity: z.string(), id: z.string() }).nullable(),
    count: z.number().int().describe('How often it happened within minutes.'),
    at: instant.describe('When it came into the list, or happened again.'),
    readAt: instant.nullable(),
  })
  .meta({ id: 'Notice', description: 'Something that the user must hear of.' });

export type NoticeView = z.infer<typeof noticeSchema>;

export function showNotice(row: InboxRow): NoticeView {
  return { ...showFacts(row.notice), at: iso(row.at), readAt: row.readAt && iso(row.readAt) };
}

/** The part of a notice that is the same for all who got it. */
export function showFacts(row: NoticeRow): Omit<NoticeView, 'at' | 'readAt'> {
  const { id, kind, link, count, subjectEntity, subjectId } = row;
  return {
    id,
    kind,
    severity: row.severity as NoticeView['severity'],
    title: row.title as NoticeView['title'],
    body: row.body as NoticeView['body'],
    link,
    subject: subjectEntity && subjectId ? { entity: subjectEntity, id: subjectId } : null,
    count,
  };
}

export const noticePage = z.object({
  items: z.array(noticeSchema),
  next: z.string().nullable(),
  unread: z.number().int(),
});

export const noticeQuery = z.object({
  unread: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional().describe('The field next of the last page.'),
});

export const readRequest = z
  .union([
    z.strictObject({ ids: z.array(z.string().max(26)).min(1).max(500) }),
    z.strictObject({ all: z.literal(true) }),
  ])
  .meta({ id: 'ReadNoticesRequest' });

export const unreadSchema = z.object({ unread: z.number().int() });

export const receiptsSchema = z.object({
  items: z.array(
    z.object({
      user: z.object({ id: z.string(), displayName: bilingual }),
      readAt: instant.nullable(),
      deliveries: z.array(
        z.object({
          channel: z.string(),
          state: z.string(),
          sentAt: instant.nullable(),
          detail: z.string().nullable(),
        }),
      ),
    }),
  ),
  robots: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.string(),
      sentAt: instant.nullable(),
      detail: z.string().nullable(),
    }),
  ),
});

export const iso = (at: Date): string => at.toISOString();
