import { bilingual, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { day, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { classification } from '../registry/schema.ts';

const at = z.iso.datetime({ offset: true });
const named = z.object({ id: z.string(), name: z.unknown() });

export const idParams = z.object({ id: slug });
export const requestParams = z.object({ id: ulid });

const collected = z.array(z.string().min(1).max(64)).min(1).max(64);
const policyFields = {
  name: bilingual,
  purpose: bilingual,
  fields: z
    .strictObject({ zh: collected, en: collected })
    .describe('What is collected, as words of each language.'),
  classification,
  personal: z.boolean(),
  sensitive: z.boolean(),
  legalBasis: bilingual,
  usedBy: z.array(slug).max(50).describe('Roles whose holders may use it.'),
  retentionDays: z.number().int().min(1).max(36_500).nullable().describe('Null: without an end.'),
  retentionSource: bilingual,
  certainty: z
    .enum(['T', 'P', 'C', 'K', 'own'])
    .describe(
      'How sure the source is: T its text was read, P a stored page, C repeated elsewhere, K to be verified, own the company decides.',
    ),
  storage: bilingual,
};
export const policyInput = z
  .strictObject({
    version: z.number().int().min(0).describe('The version that was read; 0 for a new one.'),
    ...policyFields,
    departmentId: slug.nullable(),
    personId: ulid.nullable(),
  })
  .meta({ id: 'DataPolicyBody' });
export type PolicyInput = z.infer<typeof policyInput>;
export const policySchema = z
  .object({
    id: slug,
    version: z.number().int(),
    ...policyFields,
    department: named.nullable().describe('The responsible department.'),
    person: named.nullable().describe('The responsible person.'),
    purged: z.boolean().describe('Whether the purge removes what is over its term.'),
    createdAt: at,
  })
  .meta({ id: 'DataPolicy' });
export type Policy = z.infer<typeof policySchema>;
export const policyList = z.object({ items: z.array(policySchema) }).meta({ id: 'DataPolicyList' });

export const proofSchema = z
  .object({
    id: ulid,
    run: ulid,
    policy: slug,
    policyVersion: z.number().int(),
    cutoff: at,
    count: z.number().int(),
    oldest: at.nullable(),
    newest: at.nullable(),
    digest: z.string().describe('SHA-256 of the ids that were removed, sorted, one a line.'),
    files: z.number().int(),
    bytes: z.number().int(),
    held: z.number().int().describe('How many were due and stayed, because of a hold.'),
    at,
  })
  .meta({ id: 'PurgeProof' });
export const proofList = pageOf(proofSchema).meta({ id: 'PurgeProofList' });
export const proofQuery = z.object({
  policy: slug.optional(),
  ...pageQuery(),
});
export const purgeRun = z
  .object({ run: ulid, items: z.array(proofSchema) })
  .meta({ id: 'PurgeRun' });

export const privacySettings = z
  .strictObject({
    minGroupSize: z.number().int().min(2).max(100),
    answerDays: z.number().int().min(1).max(60),
  })
  .meta({ id: 'PrivacySettings' });

export const correction = z.strictObject({
  name: z.string().trim().min(1).max(128).optional(),
  phone: z.string().trim().max(32).optional(),
  nationalId: z.string().trim().max(32).optional(),
  hiredOn: day.optional(),
});
export const ownRequest = z
  .strictObject({
    kind: z.enum(['correct', 'erase']),
    text: z.string().trim().min(2).max(2000),
    fields: correction.optional().describe('For a correction: how it should be.'),
  })
  .refine(({ kind, fields }) => kind === 'correct' || fields === undefined, {
    path: ['fields'],
    message: 'are for a correction',
  })
  .meta({ id: 'OwnDataRequest' });
export type OwnRequest = z.infer<typeof ownRequest>;

const outcome = z.object({
  erased: z.array(z.object({ policy: z.string(), name: bilingual, count: z.number().int() })),
  kept: z.array(z.object({ policy: z.string(), name: bilingual, why: bilingual })),
  corrected: z.array(z.string()),
});
export type Outcome = z.infer<typeof outcome>;
export const requestSchema = z
  .object({
    id: ulid,
    person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
    kind: z.enum(['correct', 'erase']),
    text: z.string(),
    fields: z.array(z.string()).describe('The fields that are to be corrected.'),
    state: z.enum(['open', 'granted', 'partly', 'refused']),
    createdAt: at,
    dueAt: at,
    overdue: z.boolean(),
    decidedAt: at.nullable(),
    answer: z.string().nullable(),
    result: outcome.nullable(),
  })
  .meta({ id: 'DataRequest' });
export type DataRequest = z.infer<typeof requestSchema>;
export const requestList = z
  .object({ items: z.array(requestSchema) })
  .meta({ id: 'DataRequestList' });
export const requestQuery = z.object({
  state: z.enum(['open', 'granted', 'partly', 'refused']).optional(),
});
export const decisionRequest = z
  .strictObject({
    decision: z.enum(['grant', 'refuse']),
    answer: z.string().trim().min(2).max(2000).describe('The answer to the person, with reasons.'),
  })
  .meta({ id: 'DataRequestDecision' });

const assessmentFields = {
  title: bilingual,
  purposes: z.array(slug).min(1).max(20).describe('The purposes of consent that it covers.'),
  necessity: z.string().min(1).max(4000),
  risks: z
    .array(z.object({ risk: z.string().max(500), level: z.enum(['low', 'medium', 'high']) }))
    .min(1)
    .max(50),
  measures: z.string().min(1).max(4000),
  conclusion: z.enum(['acceptable', 'conditional', 'not-acceptable']),
  assessedOn: day,
};
export const assessmentInput = z
  .strictObject({
    version: z.number().int().min(0),
    ...assessmentFields,
    keepUntil: day.optional(),
  })
  .meta({ id: 'ImpactAssessmentBody' });
export type AssessmentInput = z.infer<typeof assessmentInput>;
export const assessmentSchema = z
  .object({
    id: slug,
    version: z.number().int(),
    ...assessmentFields,
    keepUntil: day,
    createdAt: at,
  })
  .meta({ id: 'ImpactAssessment' });
export const assessmentList = z
  .object({ items: z.array(assessmentSchema) })
  .meta({ id: 'ImpactAssessmentList' });

export const complianceSchema = z
  .object({
    checkedAt: at,
    items: z.array(
      z.object({
        id: slug,
        law: bilingual,
        article: z.string(),
        requires: bilingual,
        how: bilingual,
        certainty: z.enum(['T', 'P', 'C', 'K', 'own']),
        status: z
          .enum(['met', 'confirmed', 'to-confirm', 'partly', 'open'])
          .describe(
            'met: the program checked all of it, and it is so. confirmed: what it checked is so, and a person confirmed the rest within a year. to-confirm: nobody confirmed the rest. partly, open: some or none of what it checked is so.',
          ),
        facts: z
          .array(z.object({ id: slug, ok: z.boolean(), text: bilingual, checkedAt: at }))
          .describe('What the program checked just now.'),
        toConfirm: bilingual
          .nullable()
          .describe('What the program cannot check; null where there is nothing.'),
        confirmation: z
          .object({ name: bilingual, at, until: at, note: z.string() })
          .nullable()
          .describe('The newest one, also when it is over.'),
      }),
    ),
  })
  .meta({ id: 'Compliance' });
export type Compliance = z.infer<typeof complianceSchema>;

export const confirmationParams = z.object({ id: slug });
export const confirmationBody = z
  .strictObject({
    note: z
      .string()
      .trim()
      .min(4)
      .max(2000)
      .describe('By what it was seen, and where the papers lie.'),
  })
  .meta({ id: 'ComplianceConfirmationBody' });

export const statisticsQuery = z.object({
  by: z.enum(['department', 'post', 'status', 'hired-year']),
});
export const statisticsSchema = z
  .object({
    by: z.string(),
    minGroupSize: z.number().int(),
    total: z.number().int().nullable(),
    hidden: z.number().int(),
    groups: z.array(
      z.object({
        key: z.string(),
        name: z.unknown(),
        count: z
          .number()
          .int()
          .nullable()
          .describe('Null: too few people, or derivable from others.'),
      }),
    ),
  })
  .meta({ id: 'PeopleStatistics' });

export const catalogueSchema = z
  .object({
    items: z.array(
      z.object({
        entity: z.string(),
        name: bilingual,
        key: z.string(),
        api: z.string().nullable(),
        policy: z.string().nullable(),
        records: z.number().int(),
        sources: z.array(z.object({ system: z.string(), records: z.number().int() })),
        changedAt: at.nullable(),
        references: z.array(z.string()).describe('The canonical entities whose ids it holds.'),
      }),
    ),
  })
  .meta({ id: 'DataCatalogue' });

export const lineageParams = z.object({ entity: slug, id: z.string().min(1).max(128) });
export const lineageSchema = z
  .object({
    entity: z.string(),
    id: z.string(),
    source: z.string().describe('The system that the record came from.'),
    changedAt: at.nullable(),
    changes: z.array(
      z.object({ at, by: z.string().nullable(), action: z.string(), fields: z.array(z.string()) }),
    ),
    changesSince: at
      .nullable()
      .describe(
        'Only later changes are complete: there are more than are shown. Null where all are shown.',
      ),
    told: z
      .array(z.object({ at, type: z.string(), event: z.string() }))
      .describe('The events that others got of it.'),
    toldSince: at
      .nullable()
      .describe(
        'Only what came later is complete: events are removed at the end of their term, see /privacy/purges. Null where none was removed yet.',
      ),
  })
  .meta({ id: 'RecordLineage' });

const anyObject = z.record(z.string(), z.unknown());
export const ownData = z
  .object({
    person: anyObject,
    account: anyObject,
    consents: anyObject,
    counts: z
      .object({
        positions: z.number().int(),
        hazardsReported: z.number().int(),
        hazardsAssigned: z.number().int(),
      })
      .catchall(z.number().int())
      .describe('Rows of each kind, also of those that a module adds.'),
    policies: z.array(anyObject),
    accesses: z.array(
      z.object({
        at,
        action: z.string(),
        entity: z.string(),
        userName: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'OwnData', description: 'What the company holds about the one who asks.' });
