import { bilingual, instant } from '@anshi/contracts';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { pageOf, pageQuery } from '../kit/schemas.ts';
import { robotFormats } from './channels/robots.ts';
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
    body: z
      .object({ zh: z.string(), en: z.string() })
      .describe(
        'Times in title and text are `{t:2026-12-03T10:00:00Z}`, days `{d:2026-12-31}`: the reader writes them in the own zone and language.',
      ),
    link: z.string().nullable().describe('A path of the app.'),
    subject: z.object({ entity: z.string(), id: z.string() }).nullable(),
    count: z.number().int().describe('Number of repetitions within minutes.'),
    at: instant.describe('When it was added, or last repeated.'),
    readAt: instant.nullable(),
  })
  .meta({ id: 'Notice', description: 'A notice to the user.' });

export type NoticeView = z.infer<typeof noticeSchema>;

export function showNotice(row: InboxRow): NoticeView {
  return { ...showFacts(row.notice), at: iso(row.at), readAt: row.readAt && iso(row.readAt) };
}

/** The common part of a notice for all recipients. */
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

export const noticePage = pageOf(noticeSchema).extend({ unread: z.number().int() });

export const noticeQuery = z.object({
  unread: z.stringbool().optional(),
  ...pageQuery(),
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

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');

const timeZone = z
  .string()
  .max(64)
  .refine((zone) => IANAZone.isValidZone(zone), 'must be a time zone such as Asia/Shanghai');

const profileShape = {
  language: z.enum(['zh', 'en']),
  email: z.email().max(254).nullable().describe('Where e-mail goes; null for none.'),
  timeZone,
  quiet: z
    .object({ from: clock, to: clock })
    .nullable()
    .describe('Only critical notices are sent; the rest comes afterwards as one digest.'),
  threshold: z
    .object({ push: severitySchema, email: severitySchema })
    .describe('Lower severities stay in the app.'),
};

const choice = z.strictObject({
  kind: z.string().min(1).max(64).describe('`*` for every kind without a choice of its own.'),
  channel: channelSchema,
  on: z.boolean().nullable().describe('Null removes the preference.'),
});
const choices = z.array(choice).max(500);

export const choicesRequest = z.strictObject({ choices }).meta({ id: 'NoticeRulesRequest' });

export const preferencesRequest = z
  .strictObject({ ...profileShape, choices: choices.default([]) })
  .meta({ id: 'NoticePreferencesRequest' });

const channelState = z.object({
  id: z.enum(['app', 'push', 'email']),
  configured: z.boolean(),
  lacks: bilingual.nullable().describe('What an administrator has to set.'),
});

const kindChoice = z.object({
  on: z.boolean(),
  from: z.enum(['own', 'tenant', 'default']),
});

const kindsSchema = z.array(
  z.object({
    id: z.string(),
    name: bilingual,
    channels: z
      .object({ push: kindChoice, email: kindChoice })
      .describe('Whether a warning of this kind comes; what is critical always does.'),
  }),
);

export const preferencesSchema = z
  .object({
    ...profileShape,
    emailConfirmed: z
      .boolean()
      .describe('Whether mail goes to the address: see /notices/email/code.'),
    kinds: kindsSchema,
    channels: z.array(channelState),
  })
  .meta({ id: 'NoticePreferences' });

export const rulesSchema = z.object({ kinds: kindsSchema });

export const channelsSchema = z.object({
  channels: z.array(channelState),
  robots: z.number().int().describe('Group robots that are on.'),
  lastDay: z.array(
    z.object({
      channel: z.string(),
      state: z.string(),
      count: z.number().int(),
      detail: z.string().nullable(),
    }),
  ),
});

export const subscriptionRequest = z
  .strictObject({
    endpoint: z.url().max(2000),
    keys: z.object({
      p256dh: z.string().regex(/^[A-Za-z0-9_-]{86,88}=?$/, 'must be a public key of P-256'),
      auth: z.string().regex(/^[A-Za-z0-9_-]{21,24}={0,2}$/, 'must be 16 bytes'),
    }),
    expirationTime: z.number().nullable().optional(),
    device: z.string().max(200).optional(),
  })
  .meta({ id: 'PushSubscriptionRequest', description: 'As the browser gives it, by toJSON().' });

export const subscriptionSchema = z
  .object({ id: z.string(), device: z.string().nullable(), createdAt: instant })
  .meta({ id: 'PushSubscription' });

const robotShape = {
  name: z.string().trim().min(1).max(128),
  format: z.enum(robotFormats),
  language: z.enum(['zh', 'en']),
  kinds: z.array(z.string().max(64)).max(100).describe('Empty for all.'),
  severity: severitySchema.describe('Severity threshold.'),
  on: z.boolean(),
};
const robotUrl = z
  .url({ protocol: /^https?$/, error: 'must be the https address that the group shows' })
  .max(2000);
const robotSecret = z.string().min(1).max(256).nullable();

export const robotRequest = z
  .strictObject({
    ...robotShape,
    language: robotShape.language.default('zh'),
    kinds: robotShape.kinds.default([]),
    severity: robotShape.severity.default('warning'),
    on: robotShape.on.default(true),
    url: robotUrl,
    secret: robotSecret.default(null),
  })
  .meta({ id: 'NoticeRobotRequest' });

export const robotPatch = z
  .strictObject({ ...robotShape, url: robotUrl, secret: robotSecret })
  .partial()
  .meta({ id: 'NoticeRobotPatch' });

export const robotSchema = z
  .object({
    id: z.string(),
    ...robotShape,
    host: z.string().describe('The host of its address; the rest is its key and is not shown.'),
    signed: z.boolean(),
  })
  .meta({ id: 'NoticeRobot' });

export const outcomeSchema = z.object({ result: z.string(), detail: z.string().nullable() });

export const iso = (at: Date): string => at.toISOString();
