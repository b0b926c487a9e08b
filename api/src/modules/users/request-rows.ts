import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { type Reach, reachOf } from '../../platform/access/scope.ts';
import { guardedDuties } from '../../platform/access/separation-of-duties.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { accountsWithin } from './repository.ts';

export const accountRequestSchema = z
  .object({
    id: z.string(),
    action: z.enum(['reset-password', 'unlock', 'add-roles']),
    user: z
      .object({ id: z.string(), username: z.string(), displayName: bilingual })
      .describe('The account that it is about.'),
    roles: z.array(z.string()).describe('To be added.'),
    removeSecondFactor: z.boolean(),
    duties: z.array(z.string()).describe('The guarded permissions that make it need two people.'),
    requestedBy: z.object({ id: z.string(), username: z.string() }),
    requestedAt: instant,
    expiresAt: instant,
    state: z.enum(['open', 'approved', 'refused', 'withdrawn', 'expired']),
    decidedBy: z.object({ id: z.string(), username: z.string() }).nullable(),
    decidedAt: instant.nullable(),
    how: z.enum(['second-person', 'owner-code']).nullable(),
    mayApprove: z.boolean().describe('Whether the caller can be the second person.'),
    byOwnersCode: z.boolean().describe("Whether a code of the owner's second factor approves it."),
    givesPassword: z
      .boolean()
      .describe(
        'Whether approving it gives the account a new password for one sign-in, which whoever approves is shown and hands to its owner: of a reset, and with the first guarded role.',
      ),
  })
  .meta({ id: 'AccountRequest' });
export type AccountRequest = z.infer<typeof accountRequestSchema>;

const parts = {
  user: {
    select: {
      username: true,
      displayName: true,
      totpSince: true,
      personId: true,
      roles: { select: { role: { select: { permissions: true } } } },
    },
  },
} as const satisfies Prisma.AccountRequestInclude;
export type RequestRow = Prisma.AccountRequestGetPayload<{ include: typeof parts }>;

/** Newest first. Expired ones count as closed, whether that is recorded or not. */
export function findRequests(
  tx: Transaction,
  reach: Reach,
  wanted: { id?: string; userId?: string; open?: true; overdueAt?: Date },
): Promise<RequestRow[]> {
  const { id, userId, open, overdueAt } = wanted;
  return tx.accountRequest.findMany({
    where: {
      user: accountsWithin(reach),
      ...(id === undefined ? {} : { id }),
      ...(userId === undefined ? {} : { userId }),
      ...(open ? { state: 'open', expiresAt: { gt: new Date() } } : {}),
      ...(overdueAt ? { state: 'open', expiresAt: { lte: overdueAt } } : {}),
    },
    include: parts,
    orderBy: { id: 'desc' },
    take: 200,
  });
}

/** @throws Problem where there is none within reach. */
export async function findRequest(unit: Unit, by: Account, id: string): Promise<RequestRow> {
  const [row] = await findRequests(unit.tx, reachOf(by, 'user:read'), { id });
  if (!row) throw new Problem('account-request.unknown');
  return row;
}

export const isOpen = (row: RequestRow): boolean =>
  row.state === 'open' && row.expiresAt.getTime() > Date.now();

/**
 * Whether one person alone can access an account with these grants, by a new password. Then an
 * account manager may know its password and second factor: both are revoked when it gets its first
 * guarded duty.
 */
export const opensToOne = (held: readonly string[]): boolean => guardedDuties(held).length === 0;

/** @param by the viewing user. */
export function showRequest(row: RequestRow, by: Account): AccountRequest {
  const { id, userId, user, roles, removeSecondFactor, duties, decidedBy, decidedByName } = row;
  const open = isOpen(row);
  const held = user.roles.flatMap(({ role }) => role.permissions);
  const others = by.permissions.has('user:manage') && by.id !== userId;
  return {
    id,
    roles,
    removeSecondFactor,
    duties,
    action: row.action as AccountRequest['action'],
    user: {
      id: userId,
      username: user.username,
      displayName: user.displayName as AccountRequest['user']['displayName'],
    },
    requestedBy: { id: row.requestedBy, username: row.requestedByName },
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    state: row.state === 'open' && !open ? 'expired' : (row.state as AccountRequest['state']),
    decidedBy: decidedBy === null ? null : { id: decidedBy, username: decidedByName ?? decidedBy },
    decidedAt: row.decidedAt?.toISOString() ?? null,
    how: row.how as AccountRequest['how'],
    mayApprove: open && others && by.id !== row.requestedBy,
    byOwnersCode: open && others && row.action !== 'add-roles' && user.totpSince !== null,
    givesPassword:
      open && (row.action === 'reset-password' || (row.action === 'add-roles' && opensToOne(held))),
  };
}
