import { instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { lookedAtVersion, pageOf, pageQuery } from '../../platform/kit/schemas.ts';

const eventType = z
  .string()
  .max(128)
  .regex(
    /^(cn\.anshi\.[a-z0-9.-]*\*?|\*)$/,
    'must be a type such as cn.anshi.hazard.closed.v1, or its beginning and *',
  )
  .describe('A type of event, or its beginning and `*`: cn.anshi.hazard.*');

export const webhookSchema = z
  .object({
    id: ulid,
    name: z.string(),
    url: z.string(),
    types: z.array(z.string()),
    active: z.boolean(),
    rotatingUntil: instant.nullable().describe('Until then the key before the newest signs too.'),
    failingSince: instant.nullable().describe('Nothing has arrived since; null where it works.'),
    disabledReason: z
      .string()
      .nullable()
      .describe('Why it was disabled automatically: failing, gone.'),
    counts: z.object({ pending: z.number().int(), dead: z.number().int() }),
    version: z.number().int(),
    createdAt: instant,
  })
  .meta({ id: 'Webhook', description: 'An external address that receives events.' });

export const webhookList = z.object({ items: z.array(webhookSchema), next: z.null() });

export const webhookWithSecret = webhookSchema
  .extend({
    secret: z.string().describe('Shown this once: the receiver checks signatures with it.'),
  })
  .meta({ id: 'WebhookWithSecret' });

const name = z.string().trim().min(1).max(128);
const url = z.string().max(2000);
const types = z.array(eventType).min(1).max(50);

export const webhookRequest = z.strictObject({ name, url, types }).meta({ id: 'WebhookRequest' });
export const webhookPatch = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    types: types.optional(),
    active: z.boolean().optional(),
    version: lookedAtVersion,
  })
  .meta({ id: 'WebhookPatch' });

export const rotateRequest = z.strictObject({
  overlapHours: z.number().min(0).max(168).default(24).describe('How long the old key signs too.'),
});

export const deliverySchema = z
  .object({
    id: ulid,
    eventId: ulid,
    type: z.string(),
    state: z.enum(['pending', 'delivered', 'dead']),
    attempts: z.number().int(),
    nextAt: instant.nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
    tries: z.array(
      z.object({
        number: z.number().int(),
        at: instant,
        ms: z.number().int(),
        status: z.number().int().nullable(),
        error: z.string().nullable(),
        answer: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event for one address, and its attempts.' });

export const deliveryPage = pageOf(deliverySchema);

export const deliveryQuery = z.object({
  state: z.enum(['pending', 'delivered', 'dead']).optional(),
  ...pageQuery(),
});
