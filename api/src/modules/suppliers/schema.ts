import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
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

export const statuses = ['candidate', 'approved', 'suspended', 'blocked'] as const;
const status = z.enum(statuses).describe('Only an approved supplier is bought from.');
const expiry = z.enum(['valid', 'soon', 'expired']);
const waste = z
  .string()
  .regex(/^HW\d{2}$/)
  .describe('Category of the National Catalogue of Hazardous Wastes, such as HW08.');
const quantity = z.number().positive().max(1e9).multipleOf(0.001);
const unit = line(16).min(1);
const creditCode = z
  .string()
  .trim()
  .toUpperCase()
  .refine(isCreditCode, 'is no unified social credit code: check its 18 characters')
  .describe('Unified social credit code (GB 32100).');

const reason = z.object({ code: z.string(), text: bilingual });
export const clearanceSchema = z
  .object({
    cleared: z.boolean(),
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

const qualificationFields = {
  kind: slug.describe('A word of the dictionary supplier-qualification.'),
  number: line(64).min(1),
  issuer: line(128).min(1),
  validFrom: day,
  validUntil: day.nullable().describe('The last day on which it counts; null where it has no end.'),
  wastes: z.array(waste).max(60).default([]),
};
const inOrder = (one: { validFrom?: string | undefined; validUntil?: string | null | undefined }) =>
  !one.validFrom || !one.validUntil || one.validFrom <= one.validUntil;
const order = { path: ['validUntil'], message: 'lies before validFrom' };
export const qualificationInput = z
  .strictObject({
    ...qualificationFields,
    fileIds: z.array(z.string().max(64)).max(10).default([]),
  })
  .refine(inOrder, order)
  .meta({ id: 'SupplierQualificationRequest' });
export const qualificationPatch = z
  .strictObject({
    version: lookedAtVersion,
    number: qualificationFields.number.optional(),
    issuer: qualificationFields.issuer.optional(),
    validFrom: day.optional(),
    validUntil: day.nullable().optional(),
    wastes: z.array(waste).max(60).optional(),
    revoked: z.boolean().optional(),
    fileIds: z.array(z.string().max(64)).max(10).default([]).describe('Scans to add.'),
  })
  .refine(inOrder, order)
  .meta({ id: 'SupplierQualificationPatch' });
export const qualificationSchema = z
  .object({
    id: ulid,
    ...qualificationFields,
    wastes: z.array(waste),
    kindName: bilingual,
    revoked: z.boolean(),
    state: z.enum(['valid', 'expired', 'not-yet', 'revoked']),
    soon: z.boolean().describe('It ends within 60 days.'),
    files: z.array(z.object({ id: z.string(), name: z.string(), url: z.string() })),
    version: z.number().int(),
  })
  .meta({ id: 'SupplierQualification' });

const supplierFields = {
  name: line(128).min(1),
  creditCode,
  kind: slug.describe('A word of the dictionary supplier-kind.'),
  contact: line(128).nullable(),
  phone: line(32).nullable(),
  address: line(256).nullable(),
};
const optionalFields = { contact: null, phone: null, address: null };
export const supplierInput = z
  .strictObject({
    ...supplierFields,
    contact: supplierFields.contact.default(optionalFields.contact),
    phone: supplierFields.phone.default(optionalFields.phone),
    address: supplierFields.address.default(optionalFields.address),
  })
  .meta({ id: 'SupplierRequest' });
export const supplierPatch = z
  .strictObject({ version: lookedAtVersion, ...z.object(supplierFields).partial().shape })
  .meta({ id: 'SupplierPatch' });
export const statusBody = z
  .strictObject({ version: lookedAtVersion, status, reason: prose(500).min(1) })
  .meta({ id: 'SupplierStatus' });

const supplierRow = z.object({
  id: ulid,
  name: z.string(),
  creditCode: z.string(),
  kind: slug,
  kindName: bilingual,
  status,
  expiry: expiry.describe('Of its qualifications: the nearest to its end decides.'),
  nextExpiry: day.nullable(),
  cleared: z.boolean().describe('Whether it may be bought from today.'),
  version: z.number().int(),
});
export const supplierSchema = supplierRow
  .extend({
    reason: z.string().nullable().describe('Of the last change of its status.'),
    contact: z.string().nullable(),
    phone: z.string().nullable(),
    address: z.string().nullable(),
    createdAt: instant,
    qualifications: z.array(qualificationSchema),
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
    all: z.number().int(),
    soon: z.number().int(),
    expired: z.number().int(),
    candidates: z.number().int(),
  }),
});

const resultFields = {
  item: line(64).min(1),
  value: z.number(),
  unit: line(16),
  lower: z.number().nullable().default(null),
  upper: z.number().nullable().default(null),
  method: line(128).nullable().default(null),
};
const resultInput = z
  .strictObject(resultFields)
  .refine((one) => one.lower !== null || one.upper !== null, {
    path: ['upper'],
    message: 'a result needs a lower or an upper limit',
  })
  .refine((one) => one.lower === null || one.upper === null || one.lower <= one.upper, {
    path: ['upper'],
    message: 'lies below the lower limit',
  });
const results = z.array(resultInput).max(50);
export const lotInput = z
  .strictObject({
    number: line(64).min(1),
    product: line(128).min(1),
    quantity,
    unit,
    deliveredOn: day,
    results: results.default([]),
  })
  .meta({
    id: 'SupplierLotRequest',
    description: 'Sent again with the same number, it is the same.',
  });
export type LotInput = z.infer<typeof lotInput>;
export const resultsBody = z
  .strictObject({ version: lookedAtVersion, results: results.min(1) })
  .meta({ id: 'SupplierLotResults' });
export const decisionBody = z
  .strictObject({
    version: lookedAtVersion,
    decision: z.enum(['release', 'reject']),
    reason: prose(500).nullable().default(null),
  })
  .meta({ id: 'SupplierLotDecision' });
export const lotSchema = z
  .object({
    id: ulid,
    supplier: z.object({ id: ulid, name: z.string() }),
    number: z.string(),
    product: z.string(),
    quantity: z.number(),
    unit: z.string(),
    deliveredOn: day,
    state: z.enum(['waiting', 'released', 'rejected']),
    results: z.array(
      z.object({ ...resultFields, passed: z.boolean(), by: bilingual.nullable(), at: instant }),
    ),
    usable: z.boolean().describe('Released, and nothing speaks against it.'),
    reasons: z.array(reason).describe('Why it cannot be released.'),
    mayRelease: z.boolean().describe('This account entered none of its results.'),
    decidedBy: bilingual.nullable(),
    decidedAt: instant.nullable(),
    reason: z.string().nullable(),
    version: z.number().int(),
  })
  .meta({ id: 'SupplierLot' });
export type LotView = z.infer<typeof lotSchema>;
export const lotQuery = z.strictObject({
  ...pageQuery(),
  supplier: ulid.optional(),
  state: z.enum(['waiting', 'released', 'rejected']).optional(),
});
export const lotPage = pageOf(lotSchema);

export const disposalInput = z
  .strictObject({
    waste,
    quantity,
    unit,
    manifestNo: line(64).min(1).describe('Number of the transfer manifest.'),
    handedOn: day,
  })
  .meta({ id: 'SupplierDisposalRequest' });
const disposalSchema = z
  .object({
    id: ulid,
    waste,
    quantity: z.number(),
    unit: z.string(),
    manifestNo: z.string(),
    handedOn: day,
  })
  .meta({ id: 'SupplierDisposal' });
export const disposalList = z.object({ items: z.array(disposalSchema) });
export const disposalAnswer = disposalSchema;

export const historySchema = z.object({
  items: z.array(
    z.object({
      at: instant,
      by: z.string().nullable(),
      action: z.string(),
      text: bilingual.describe('The line as a sentence.'),
    }),
  ),
});
