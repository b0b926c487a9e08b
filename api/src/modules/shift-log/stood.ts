import type { Account } from '../../platform/access/account.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** What stood in the log, by id: it is shown as the reader may see it. */
export interface Stood {
  open: string[];
  acknowledged: string[];
  /** Left out of those before 2026-12-01. */
  ended?: string[];
  snoozes: string[];
  counts: { open: number; acknowledged: number; ended?: number; snoozed: number };
}

/** Whether the account sees all incidents of a site: then the numbers of its log are those of the site. */
export function seesSite(account: Account, site: string): boolean {
  if (!account.permissions.has('violation:read')) return false;
  const reach = reachOf(account, 'violation:read');
  return reach.scope === 'all' || (reach.scope === 'site' && reach.site === site);
}

/** The account and the others of the same human: two accounts of one human are one person. */
export async function ownAccounts(tx: Transaction, { id, person }: Account): Promise<Set<string>> {
  if (person === null) return new Set([id]);
  const users = await tx.appUser.findMany({ where: { personId: person }, select: { id: true } });
  return new Set([id, ...users.map((user) => user.id)]);
}
