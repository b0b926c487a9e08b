import { bilingual, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/kit/schemas.ts';

const text = (most: number) => z.string().trim().min(1).max(most);
const seq = z.string().regex(/^\d{1,18}$/);

const filters = {
  user: text(26).optional().describe('Id of the user who did it; `system` for the system itself.'),
  person: text(26).optional().describe('Id of the person concerned.'),
  entity: text(64).optional().describe('The entity: person, hazard, role …'),
  entityId: text(128).optional(),
  action: text(64).optional().describe('create, update, delete, view, reveal, sign-in …'),
  from: instant.optional().describe('At this instant or later.'),
  to: instant.optional().describe('Before this instant.'),
};

export const lineQuery = z.object({
  ...filters,
  ...pageQuery(),
});
export type LineQuery = z.infer<typeof lineQuery>;

export const exportQuery = z.object({
  ...filters,
  format: z.enum(['csv', 'ndjson']).default('csv'),
});
export type ExportQuery = z.infer<typeof exportQuery>;

export const lineSchema = z
  .object({
    seq,
    at: instant,
    user: z.object({ id: z.string().nullable(), name: z.string().nullable() }).nullable(),
    action: z.string(),
    entity: z.string(),
    entityId: z.string().nullable(),
    person: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    reason: z.string().nullable(),
    address: z.string().nullable(),
    requestId: z.string().nullable(),
    position: z.string().nullable().describe('In the chain; null within the first second.'),
    text: bilingual.describe('The line as a sentence.'),
  })
  .meta({ id: 'AuditLine', description: 'Who did what to which thing.' });

export const linePage = pageOf(lineSchema).meta({ id: 'AuditPage' });

const flaw = z.object({
  kind: z.enum([
    'changed',
    'removed',
    'reordered',
    'seals-missing',
    'resealed',
    'unsealed-row',
    'cut-off',
    'rewritten',
    'bad-anchor',
  ]),
  position: z.string().nullable(),
  seq: z.string().nullable(),
  at: instant.nullable(),
  user: z.string().nullable(),
  action: z.string().nullable(),
  entity: z.string().nullable(),
  entityId: z.string().nullable(),
  detail: z.string(),
});

export const verificationSchema = z
  .object({
    state: z.enum(['running', 'ok', 'broken', 'failed']),
    running: z.boolean().describe('A new walk is under way.'),
    sealed: z.string(),
    flaws: z.array(flaw).describe('At most 1000; moreFlaws counts the rest.'),
    moreFlaws: z.number().int(),
    unsealed: z
      .object({ count: z.number().int(), since: instant.nullable() })
      .describe('Committed lines that are not chained yet: those of the last second.'),
    anchors: z.object({ checked: z.number().int(), newest: z.string().nullable() }),
    startedAt: instant.nullable(),
    seconds: z.number(),
  })
  .meta({ id: 'AuditVerification', description: 'What the last walk over the whole chain found.' });
export type VerificationView = z.infer<typeof verificationSchema>;

export const findingSchema = z
  .object({
    id: ulid,
    rule: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    subject: z.string().describe('The user or the address concerned.'),
    user: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    text: bilingual,
    firstAt: instant,
    lastAt: instant,
    count: z.number().int(),
    foundAt: instant,
    handled: z.object({ by: z.string(), at: instant, note: z.string() }).nullable(),
  })
  .meta({ id: 'AuditFinding', description: 'An unusual use that was found in the log.' });

export const findingPage = pageOf(findingSchema).extend({
  counts: z.object({ open: z.number().int() }).optional(),
});

export const findingDetail = findingSchema
  .extend({
    lines: z.array(lineSchema).describe('The lines behind it, newest first; at most 200.'),
  })
  .meta({ id: 'AuditFindingDetail' });

export const findingQuery = z.object({
  state: z.enum(['open', 'handled']).optional(),
  ...pageQuery(),
});

export const handleRequest = z.strictObject({ note: z.string().trim().min(1).max(2000) });

export const ruleSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    active: z.boolean(),
    params: z.record(z.string(), z.number()),
    usual: z.record(z.string(), z.number()).describe('The defaults.'),
  })
  .meta({ id: 'AuditRule', description: 'A threshold for what counts as unusual.' });
export const ruleList = z.object({ items: z.array(ruleSchema), next: z.null() });
export const ruleRequest = z.strictObject({
  active: z.boolean(),
  params: z.record(z.string().max(64), z.number().min(0).max(1_000_000)),
});
