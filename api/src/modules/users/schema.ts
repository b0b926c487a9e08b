import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { accountRequestSchema } from './request-rows.ts';

const id = z.string().regex(/^[0-9A-Z]{26}$/, 'must be an id');
export const userParams = z.object({ id });

const roles = z.array(z.string().max(64)).max(32);
export const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be letters, digits, dots, hyphens');
const displayName = z.object({
  zh: z.string().trim().min(1).max(64),
  en: z.string().trim().min(1).max(64),
});

export const accountSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    displayName: bilingual,
    roles: z.array(z.string()),
    active: z.boolean(),
    lockedReason: z.string().nullable(),
    blockedUntil: instant
      .nullable()
      .describe('Until when wrong tries hold up the sign-in; on single accounts only.'),
    secondFactor: z.boolean(),
    mustChangePassword: z.boolean(),
    person: z
      .object({ id: z.string(), employeeNo: z.string(), name: z.string() })
      .nullable()
      .describe('Whose account it is; null for one of the system.'),
    department: z.string().nullable(),
    site: z.string().nullable(),
    lastSignIn: instant.nullable(),
    createdAt: instant,
    waiting: z
      .number()
      .int()
      .describe('Requests about the account that wait for a second person: see /account-requests.'),
    version: z.number().int(),
  })
  .meta({ id: 'Account' });
export type ShownAccount = z.infer<typeof accountSchema>;

export const accountQuery = z.object({
  q: z.string().trim().max(64).optional().describe('A part of the user name or of the name.'),
  role: z.string().max(64).optional(),
  department: z.string().max(64).optional(),
  active: z.stringbool().optional(),
  ...pageQuery(),
});
export type AccountQuery = z.infer<typeof accountQuery>;

export const accountPage = pageOf(accountSchema).meta({ id: 'AccountPage' });

export const newAccount = z
  .strictObject({ username, displayName, roles: roles.default([]), personId: id.nullish() })
  .meta({ id: 'NewAccount' });
export type NewAccountRequest = z.infer<typeof newAccount>;

export const accountChange = z
  .strictObject({
    version: z.number().int().describe('The version that was read.'),
    displayName: displayName.optional(),
    roles: roles.optional().describe('Needs role:manage; never those of oneself.'),
    personId: id.nullish(),
  })
  .meta({ id: 'AccountChange' });
export type AccountChangeRequest = z.infer<typeof accountChange>;

export const lockRequest = z.strictObject({ reason: z.string().trim().min(1).max(256) });
export const resetRequest = z.strictObject({
  removeSecondFactor: z.boolean().default(false).describe('Where the phone is lost too.'),
});
export const withPassword = z
  .object({
    user: accountSchema,
    password: z
      .string()
      .describe(
        'Shown this once; the next sign-in asks for one of their own. Where a guarded role is approved, another takes its place.',
      ),
    request: accountRequestSchema
      .nullable()
      .describe('For the roles that wait for a second person.'),
  })
  .meta({ id: 'AccountWithPassword' });

export const approveRequest = z
  .strictObject({
    code: z
      .string()
      .trim()
      .min(6)
      .max(16)
      .optional()
      .describe("Of the owner's second factor; left out by a second person."),
  })
  .meta({ id: 'AccountRequestApproval' });
export const approvedSchema = z
  .object({
    request: accountRequestSchema,
    user: accountSchema,
    password: z
      .string()
      .nullable()
      .describe(
        'For one sign-in, of a reset and with the first guarded role. It is shown this once: hand it to the owner of the account, and to nobody else.',
      ),
  })
  .meta({ id: 'AccountRequestApproved' });
export const requestQuery = z.object({
  open: z.stringbool().default(true).describe('Only those that can still be approved.'),
});

export const overrideRequest = z
  .strictObject({
    conflict: z.string().max(64),
    reason: z.string().trim().min(10).max(1000),
  })
  .meta({ id: 'DutyOverrideRequest' });
export const overrideSchema = z
  .object({
    id: z.string(),
    conflict: z.string(),
    why: bilingual,
    reason: z.string(),
    approvedBy: z.string(),
    at: instant,
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'DutyOverride' });
