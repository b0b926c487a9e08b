import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { fileLink } from '../../platform/kit/rows.ts';
import {
  commaSeparated,
  day,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../../platform/kit/schemas.ts';
import { skillLevel } from '../posts/schema.ts';
import { types } from './state.ts';

const type = z.enum(types).describe('What kind of qualification it is.');
export const states = [
  'valid',
  'not-yet',
  'suspended',
  'revoked',
  'expired',
  'waiting',
  'refused',
  'withdrawn',
] as const;
const state = z
  .enum(states)
  .describe('At this moment; `waiting`: for the check of a second person. Only `valid` counts.');

const kind = {
  type,
  category: slug.describe(
    'A word of the dictionary of its type: special-work-category, special-equipment-category, special-work (guardians), skill, fitness-check.',
  ),
};
const fields = {
  level: skillLevel.nullable().describe('Of a skill: 1 under instruction to 4 expert.'),
  number: line(64)
    .nullable()
    .describe('Number of the certificate; masked where it holds an identity number.'),
  issuer: line(128).nullable(),
  issuedOn: day.nullable().describe('The day on which it was issued or last renewed.'),
  validFrom: day.describe('The first day on which it counts.'),
  validUntil: day
    .nullable()
    .describe('The last day; where it is left out, what the law says, or no end.'),
  reviewedOn: day.nullable().describe('The day of the last review.'),
  reviewDueOn: day
    .nullable()
    .describe('The last day without a new review; where it is left out, what the law says.'),
  reviewExtendedUntil: day
    .nullable()
    .describe(
      'Until when the authority agreed to the longer interval of review; then reviewDueOn.',
    ),
};
const fitness = {
  result: z
    .enum(['fit', 'restricted', 'unfit'])
    .nullable()
    .describe('Of a medical check: all that others use of it.'),
  detail: prose(4000)
    .nullable()
    .describe('Of a medical check: what the doctor wrote. Kept encrypted, and never answered.'),
  notFor: z
    .array(line(128).min(1))
    .max(50)
    .describe(
      'Of a restricted medical check: the exposures that it excludes, in the words of the posts. Answered to the person and to those who enter or reveal.',
    )
    .default([]),
};
const scans = z.array(z.string().max(64)).max(10).describe('Scans to add.');
const fileIds = scans.default([]);
const reason = prose(500).min(4);

export const qualificationInput = inputOf({ ...kind, ...fields, ...fitness })
  .extend({ fileIds })
  .meta({ id: 'QualificationRequest' });
export type QualificationInput = z.infer<typeof qualificationInput>;
export const qualificationPatch = changeOf({ ...fields, ...fitness })
  .extend({ fileIds })
  .meta({ id: 'QualificationPatch' });
export type QualificationPatch = z.infer<typeof qualificationPatch>;
export const ownInput = inputOf({ ...kind, ...fields })
  .extend({ fileIds: scans.min(1) })
  .meta({ id: 'OwnQualification', description: 'At least one scan is needed.' });
export type OwnInput = z.infer<typeof ownInput>;

export const checkBody = z
  .strictObject({
    version: lookedAtVersion,
    decision: z.enum(['accept', 'refuse']),
    reason: reason.nullable().default(null).describe('Needed for a refusal; the person reads it.'),
  })
  .refine((one) => one.decision === 'accept' || one.reason !== null, {
    path: ['reason'],
    message: 'is needed for a refusal',
  })
  .meta({ id: 'QualificationCheck' });
export const stepBody = z
  .strictObject({ version: lookedAtVersion, reason })
  .meta({ id: 'QualificationStep' });
export const revealBody = z
  .strictObject({ reason: reason.describe('What it is needed for; kept in the audit log.') })
  .meta({ id: 'QualificationReveal' });
export const revealed = z
  .object({ value: z.string().describe('The plain text.') })
  .meta({ id: 'QualificationRevealed' });

const personLink = z.object({ id: ulid, name: z.string(), employeeNo: z.string() });
export const qualificationSchema = recordOf({
  ...kind,
  ...fields,
  result: fitness.result,
  notFor: fitness.notFor,
})
  .extend({
    person: personLink,
    department: bilingual,
    categoryName: bilingual,
    numberSealed: z.boolean().describe('The number holds an identity number and is masked.'),
    hasDetail: z.boolean().describe('There are details of the medical check.'),
    lastDay: day.nullable().describe('The last day on which it counts; null without an end.'),
    state,
    endedBy: z.enum(['term', 'review']).nullable().describe('What ended an expired one.'),
    endsWithin: z
      .union([z.literal(30), z.literal(60), z.literal(90)])
      .nullable()
      .describe('It counts and ends within so many days, and none takes its place.'),
    renewed: z.boolean().describe('Another one of the same category ends later.'),
    own: z.boolean().describe('The person sent it.'),
    checkReason: z.string().nullable().describe('Why it was refused.'),
    suspendedSince: instant.nullable(),
    suspendReason: z
      .string()
      .nullable()
      .describe('Of a medical check for the person and those who may enter or see details only.'),
    revokedAt: instant.nullable(),
    revokeReason: z.string().nullable().describe('As suspendReason.'),
    mayCheck: z.boolean().describe('It waits, and this account may decide.'),
    mayManage: z.boolean().describe('This account may change, suspend and revoke it.'),
    files: z.array(fileLink).describe('Scans that this account may open.'),
    createdAt: instant,
  })
  .meta({ id: 'Qualification' });
export type QualificationView = z.infer<typeof qualificationSchema>;

export const listQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('In name and employee number.'),
  type: commaSeparated(z.enum(types)).optional(),
  category: commaSeparated(slug).optional(),
  state: commaSeparated(z.enum(states)).optional(),
  department: slug.optional(),
  ends: z
    .enum(['30', '60', '90'])
    .optional()
    .describe('Those that count, end within so many days and are not renewed.'),
});
export type ListQuery = z.infer<typeof listQuery>;
export const exportListQuery = listQuery.omit({ limit: true, cursor: true }).extend(exportQuery);
export const qualificationPage = pageOf(qualificationSchema).extend({
  waiting: z.number().int().describe('How many within reach wait for a check.'),
});
export const qualificationList = z.object({ items: z.array(qualificationSchema) });

const need = z.object({
  type: z.enum([...types, 'training']).describe('A kind of qualification, or a course to pass.'),
  category: slug
    .nullable()
    .describe('Null for a medical check of any kind; of training the course.'),
  categoryName: bilingual.nullable(),
  level: z.number().int().nullable().describe('The least level of a skill.'),
});
export const matrixQuery = z.strictObject({
  department: slug.optional(),
  within: z.enum(['30', '60', '90']).default('60').describe('Days before the end.'),
});
export const matrixSchema = z
  .object({
    today: day,
    posts: z.array(
      z.object({
        id: ulid,
        name: z.string(),
        code: z.string(),
        holders: z.number().int(),
        cells: z.array(
          need.extend({
            met: z.number().int().describe('How many meet it.'),
            ending: z.number().int().describe('How many of them lose it within the days.'),
            lacking: z.number().int().describe('How many do not meet it.'),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'QualificationMatrix', description: 'Of posts that ask for something.' });
export type Matrix = z.infer<typeof matrixSchema>;
export const postGaps = z
  .object({
    today: day,
    needs: z.array(need),
    people: z.array(
      z.object({
        person: personLink,
        cells: z
          .array(
            z.object({
              met: z.boolean(),
              code: z
                .string()
                .describe(
                  'met, missing, level, expired, review, suspended, revoked, not-yet, unfit, restricted',
                ),
              until: day.nullable().describe('The last day on which it is met.'),
            }),
          )
          .describe('In the order of `needs`.'),
      }),
    ),
  })
  .meta({ id: 'PostQualifications', description: 'Who of a post meets what it asks for.' });
