import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { asReader, findingsWithin } from '../violations/reach.ts';
import { type EntryRow, stateOf } from './rows.ts';

/** Whether an account reads, or keeps, the file of a person: the own one, or within its reach by the person's place. */
export async function readsFileOf(
  tx: Transaction,
  account: Account,
  person: string,
  permission: 'violation:read' | 'safety-file:keep' = 'violation:read',
): Promise<boolean> {
  if (account.person === person) return true;
  if (!account.permissions.has(permission)) return false;
  const row = await tx.person.findFirst({
    where: { id: person },
    select: { departmentId: true, department: { select: { site: true } } },
  });
  if (!row) return false;
  return isWithin(account, reachOf(account, permission), {
    person,
    department: row.departmentId,
    site: row.department.site,
  });
}

/** Whether an account has to see an entry to decide an objection to it; not once that is decided. */
export const decides = (account: Account, { objection }: Pick<EntryRow, 'objection'>): boolean =>
  objection !== null && objection.closedAt === null && account.permissions.has('objection:decide');

/**
 * The entries whose evidence an account sees: those that count, of files that it reads; those with an open objection that
 * it may decide; and those whose violation it may see anyway.
 */
export async function seesEvidenceOf(
  tx: Transaction,
  account: Account,
  rows: readonly EntryRow[],
): Promise<Set<string>> {
  const sees = new Set(rows.filter((row) => decides(account, row)).map(({ id }) => id));
  const reads = new Map<string, boolean>();
  for (const row of rows) {
    const isOpen = row.objection !== null && row.objection.closedAt === null;
    if (stateOf(row) !== 'in-force' && !isOpen) continue;
    const known = reads.get(row.personId) ?? (await readsFileOf(tx, account, row.personId));
    reads.set(row.personId, known);
    if (known) sees.add(row.id);
  }
  const others = rows.filter(({ id }) => !sees.has(id));
  if (others.length === 0 || !account.permissions.has('violation:read')) return sees;
  const within = findingsWithin(asReader(account), 'one');
  const found = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT v.id FROM violation v
    WHERE v.id = ANY (${others.map(({ violationId }) => violationId)}::text[]) AND ${within}`);
  for (const { id, violationId } of others) {
    if (found.some((one) => one.id === violationId)) sees.add(id);
  }
  return sees;
}
