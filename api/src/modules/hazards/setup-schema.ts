import { bilingual, instant, slug, ulid, violationKind } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { certainty } from '../../platform/rules/schema.ts';
import { hazardLevel } from './schema.ts';

const name = z.strictObject({
  zh: z.string().trim().min(1).max(64),
  en: z.string().trim().min(1).max(64),
});

export const hazardType = z
  .object({
    id: slug,
    name: bilingual,
    /** The default level for reporters. */
    defaultLevel: hazardLevel,
    violationRules: z
      .array(z.string())
      .describe(
        'Rules of the cameras whose violations become hazards of this type; `missing-ppe/helmet` for one item.',
      ),
    active: z.boolean(),
    sort: z.number().int(),
  })
  .meta({ id: 'HazardType' });
export type HazardType = z.infer<typeof hazardType>;
export const hazardTypes = z.object({ items: z.array(hazardType) }).meta({ id: 'HazardTypes' });
export const hazardTypeBody = z
  .strictObject({
    name,
    defaultLevel: hazardLevel.default('general'),
    violationRules: z.array(violationKind).max(60).default([]),
    active: z.boolean().default(true),
    sort: z.number().int().min(0).max(10_000).default(100),
  })
  .meta({ id: 'HazardTypeBody' });

/** A row of the routing table. Null matches everything. */
const routingRule = {
  type: slug.nullable(),
  level: hazardLevel.nullable(),
  areaId: slug.nullable(),
  departmentId: slug,
  assignee: ulid
    .nullable()
    .describe('The rectifier; where null, the head of the department assigns one.'),
};
export const hazardRouting = z
  .object({ items: z.array(z.object({ id: ulid, ...routingRule })), version: z.number().int() })
  .meta({
    id: 'HazardRouting',
    description:
      'Which department a hazard goes to by type, level and area. The rule that says most wins: an area outweighs a type, a type outweighs a level. Where none fits, it is the area’s own department, then the safety department.',
  });
export const hazardRoutingBody = z
  .strictObject({
    basedOn: z.number().int().min(0).describe('The version that the change is based on.'),
    items: z.array(z.strictObject(routingRule)).max(500),
  })
  .meta({ id: 'HazardRoutingBody' });
export type RoutingRule = z.infer<typeof hazardRouting>['items'][number];

export const routingQuestion = z.strictObject({
  type: slug,
  level: hazardLevel,
  areaId: slug.optional(),
});
export const routingAnswer = z
  .object({
    rule: ulid.nullable().describe('The rule that wins; null where none fits.'),
    why: z.enum(['rule', 'area', 'safety', 'none']),
    department: z.object({ id: z.string(), name: bilingual }).nullable(),
    assignee: ulid.nullable(),
  })
  .meta({ id: 'HazardRoutingAnswer' });

/** A rule of law of the flow, from `platform/rules`. */
export const hazardLaw = z
  .object({
    id: slug,
    effectiveFrom: z.iso.date(),
    effectiveTo: z.iso.date().nullable(),
    title: bilingual,
    text: bilingual,
    value: z.record(z.string(), z.unknown()),
    source: z.string(),
    certainty,
  })
  .meta({ id: 'HazardLaw' });
export type HazardLaw = z.infer<typeof hazardLaw>;
export const hazardLaws = z.object({ items: z.array(hazardLaw) }).meta({ id: 'HazardLaws' });

export const penaltyKind = z.enum(['false-report', 'forged-rectification']);
export const hazardPenalty = z
  .object({
    id: ulid,
    hazardId: ulid,
    hazardNo: z.string(),
    kind: penaltyKind,
    user: z.object({ id: z.string(), displayName: bilingual }),
    personId: z.string().nullable(),
    findingIds: z.array(ulid),
    reason: z.string(),
    decidedBy: z.object({ id: z.string(), displayName: bilingual }),
    decidedAt: instant,
    status: z.enum(['in-force', 'appealed', 'upheld', 'revoked']),
    appeal: z
      .object({
        text: z.string(),
        at: instant,
        decision: z.string().nullable(),
        decidedAt: instant.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'HazardPenalty' });
export type HazardPenalty = z.infer<typeof hazardPenalty>;
export const penaltyQuery = z.strictObject({
  status: hazardPenalty.shape.status.optional(),
  ...pageQuery(),
});
export const hazardPenalties = pageOf(hazardPenalty).meta({ id: 'HazardPenalties' });
export const penaltyBody = z
  .strictObject({
    kind: penaltyKind,
    reason: prose(2_000).min(1),
    findingIds: z.array(ulid).max(50).default([]),
  })
  .meta({ id: 'HazardPenaltyBody' });
export const appealBody = z
  .strictObject({ text: prose(2_000).min(1) })
  .meta({ id: 'HazardAppealBody' });
export const appealDecisionBody = z
  .strictObject({ uphold: z.boolean(), reason: prose(2_000).min(1) })
  .meta({ id: 'HazardAppealDecision' });

/** Coordinates of a site, to detect photos taken elsewhere. */
export const hazardSiteBody = z
  .strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    radius: z.number().int().min(50).max(100_000).describe('Metres around it that belong to it.'),
  })
  .meta({ id: 'HazardSiteBody' });
export const hazardSite = z
  .object({ site: slug, latitude: z.number(), longitude: z.number(), radius: z.number().int() })
  .meta({ id: 'HazardSite' });
export const hazardSites = z.object({ items: z.array(hazardSite) }).meta({ id: 'HazardSites' });
