import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import { answered, changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
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
import { isCreditCode } from './credit-code.ts';

const status = z
  .enum(['candidate', 'approved', 'suspended', 'blocked'])
  .describe('Only an approved supplier is bought from.');
const expiry = z.enum(['valid', 'soon', 'expired']);
const waste = z
  .string()
  .regex(/^HW\d{2}$/)
  .describe('Category of the National Catalogue of Hazardous Wastes, such as HW08.');
const amount = {
  quantity: z.number().positive().max(1e9).multipleOf(0.001).describe('How much, in `unit`.'),
  unit: line(16).min(1),
};
const version = lookedAtVersion;

const reason = z.object({ code: z.string(), text: bilingual });
export const clearanceSchema = z
  .object({
    cleared: z.boolean().describe('Whether nothing speaks against it.'),
    purpose: z.enum(['buy', 'dispose']),
    day: day.describe('Today at the plant.'),
    reasons: z.array(reason).describe('Why not; empty where it is cleared.'),
  })
  .meta({ id: 'SupplierClearance', description: 'Whether a supplier may be used, and why not.' });
export type ClearanceAnswer = z.infer<typeof clearanceSchema>;
export const clearanceQuery = z.strictObject({
  purpose: z.enum(['buy', 'dispose']).default('buy'),
  waste: waste.optional(),
});

const paperFields = {
  number: line(64).min(1),
  issuer: line(128).min(1).describe('The authority that issued it.'),
  validFrom: day.describe('The first day on which it counts.'),
  validUntil: day.nullable().describe('The last day on which it counts; null where it has no end.'),
  wastes: z.array(waste).max(60).default([]),
};
const paperKind = { kind: slug.describe('A word of the dictionary supplier-qualification.') };
const fileIds = z.array(z.string().max(64)).max(10).default([]).describe('Scans to add.');
const inOrder = (one: { validFrom?: string | undefined; validUntil?: string | null | undefined }) =>
  !one.validFrom || !one.validUntil || one.validFrom <= one.validUntil;
const order = { path: ['validUntil'], message: 'lies before validFrom' };
export const qualificationInput = z
  .strictObject({ ...paperKind, ...paperFields, fileIds })
  .refine(inOrder, order)
  .meta({ id: 'SupplierQualificationRequest' });
export const qualificationPatch = changeOf({ ...paperFields, revoked: z.boolean() })
  .extend({ fileIds })
  .refine(inOrder, order)
  .meta({ id: 'SupplierQualificationPatch' });
export const confirmBody = z.strictObject({ version }).meta({ id: 'SupplierConfirmation' });
export const qualificationSchema = recordOf({ ...paperKind, ...paperFields })
  .extend({
    kindName: bilingual.describe('The word of the dictionary.'),
    revoked: z.boolean(),
    state: z.enum(['valid', 'expired', 'not-yet', 'revoked', 'unconfirmed']),
    mayConfirm: z.boolean().describe('It waits for confirmation, and someone else entered it.'),
    soon: z.boolean().describe('It ends within 60 days.'),
    files: z.array(fileLink),
  })
  .meta({ id: 'SupplierQualification' });

const firmFields = {
  name: line(128).min(1),
  creditCode: z
    .string()
    .trim()
    .toUpperCase()
    .refine(isCreditCode, 'is no unified social credit code: check its 18 characters')
    .describe('Unified social credit code (GB 32100).'),
  kind: slug.describe('A word of the dictionary supplier-kind.'),
};
const contactFields = {
  contact: line(128).nullable().describe('The person to ask for.'),
  phone: line(32).nullable(),
  address: line(256).nullable(),
  contractUntil: day
    .nullable()
    .describe(
      'The last day of the contract with it; null: open-ended. After it its people are refused.',
    ),
};
const supplierFields = { ...firmFields, ...contactFields };
export const supplierInput = inputOf(supplierFields).meta({ id: 'SupplierRequest' });
export const supplierPatch = changeOf(supplierFields).meta({ id: 'SupplierPatch' });
export const statusBody = z
  .strictObject({ version, status, reason: prose(500).min(1) })
  .meta({ id: 'SupplierStatus' });

export const supplierRow = recordOf(firmFields).extend({
  kindName: bilingual.describe('The word of the dictionary.'),
  status,
  expiry: expiry.describe('Of its qualifications: the nearest to its end decides.'),
  nextExpiry: day.nullable().describe('The nearest end of a qualification.'),
  cleared: z.boolean().describe('Whether it may be bought from today.'),
});
export const supplierSchema = supplierRow
  .extend({
    ...answered(contactFields),
    reason: z.string().nullable().describe('Of the last change of its status.'),
    createdAt: instant,
    qualifications: z.array(qualificationSchema).describe('Licences and certificates.'),
    clearance: clearanceSchema,
  })
  .meta({ id: 'Supplier' });
export type SupplierView = z.infer<typeof supplierSchema>;
export const listQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('In name and credit code.'),
  kind: commaSeparated(slug).optional(),
  status: commaSeparated(status).optional(),
  expiry: commaSeparated(expiry).optional(),
});
export type ListQuery = z.infer<typeof listQuery>;
export const exportListQuery = listQuery.omit({ limit: true, cursor: true }).extend(exportQuery);
export const supplierPage = pageOf(supplierRow.meta({ id: 'SupplierRow' })).extend({
  counts: z.object({
    all: z.number().int().describe('How many there are.'),
    soon: z.number().int().describe('How many end within 60 days.'),
    expired: z.number().int().describe('How many have ended.'),
    candidates: z.number().int().describe('How many wait for approval.'),
  }),
});

const limits = {
  lower: z.number().nullable().describe('The lowest value that passes; null: any.'),
  upper: z.number().nullable().describe('The highest value that passes; null: any.'),
};
const limitFields = {
  product: line(128).min(1),
  item: line(64).min(1).describe('What was measured.'),
  unit: line(16),
  ...limits,
};
export const limitInput = inputOf(limitFields)
  .extend({ version: z.number().int().min(0).describe('0 for a new one.') })
  .refine((one) => one.lower !== null || one.upper !== null, {
    path: ['upper'],
    message: 'a limit needs a lower or an upper value',
  })
  .refine((one) => one.lower === null || one.upper === null || one.lower <= one.upper, {
    path: ['upper'],
    message: 'lies below the lower limit',
  })
  .meta({ id: 'SupplierLimitRequest' });
export const limitSchema = recordOf(limitFields).meta({ id: 'SupplierLimit' });
export const limitQuery = z.strictObject({ product: line(128).optional() });
export const limitList = z.object({ items: z.array(limitSchema) });

const resultFields = {
  item: line(64).min(1).describe('What was measured.'),
  value: z.number(),
  unit: line(16),
  method: line(128).nullable().describe('The method of the test, such as a standard.'),
};
const results = z.array(inputOf(resultFields)).max(50);
const lotFields = {
  number: line(64).min(1),
  product: line(128).min(1),
  ...amount,
  deliveredOn: day.describe('The day of the delivery.'),
};
export const lotInput = inputOf({ ...lotFields, results: results.default([]) }).meta({
  id: 'SupplierLotRequest',
  description: 'Sent again with the same number, it is the same.',
});
export type LotInput = z.infer<typeof lotInput>;
export const resultsBody = z
  .strictObject({ version, results: results.min(1) })
  .meta({ id: 'SupplierLotResults' });
export const decisionBody = z
  .strictObject({
    version,
    decision: z.enum(['release', 'reject']),
    reason: prose(500).nullable().default(null),
  })
  .meta({ id: 'SupplierLotDecision' });
const lotState = z.enum(['waiting', 'released', 'rejected']);
const resultSchema = z.object({
  ...answered({ ...resultFields, ...limits }),
  passed: z.boolean().nullable().describe('Null where no limit of the product says so.'),
  replaced: z.boolean().describe('A later result of the same item counts.'),
  failedThen: z.boolean().describe('It failed the limit that held when it was entered.'),
  by: bilingual.nullable(),
  at: instant,
});
export const lotSchema = recordOf(lotFields)
  .extend({
    supplier: z.object({ id: ulid, name: z.string() }),
    state: lotState,
    results: z.array(resultSchema).describe('Test results, oldest first.'),
    usable: z.boolean().describe('Released, and nothing speaks against it.'),
    reasons: z.array(reason).describe('Why it cannot be released.'),
    mayRelease: z
      .boolean()
      .describe('This account entered none of its results and set none of their limits.'),
    needsReason: z
      .boolean()
      .describe(
        'A result failed, and was measured again or its limit was changed: say why it is used.',
      ),
    decidedBy: bilingual.nullable(),
    decidedAt: instant.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'SupplierLot' });
export type LotView = z.infer<typeof lotSchema>;
export const lotQuery = z.strictObject({
  ...pageQuery(),
  supplier: ulid.optional(),
  state: lotState.optional(),
});
export const lotPage = pageOf(lotSchema);

const disposalFields = {
  waste,
  ...amount,
  manifestNo: line(64).min(1).describe('Number of the transfer manifest.'),
  handedOn: day.describe('The day on which the waste was handed over.'),
};
export const disposalInput = inputOf(disposalFields).meta({ id: 'SupplierDisposalRequest' });
export const disposalSchema = z
  .object({ id: ulid, ...answered(disposalFields) })
  .meta({ id: 'SupplierDisposal' });
export const disposalList = z.object({ items: z.array(disposalSchema) });
