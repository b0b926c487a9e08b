import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import type { Records, Row } from './records.ts';

/** Two decisions at once are taken one after the other. */
export const hold = (tx: Transaction, id: string) =>
  sqlIn(tx)(Prisma.sql`SELECT 1 FROM qualification WHERE id = ${id} FOR NO KEY UPDATE`);

/**
 * One that the account may manage, and that counts; locked to the end of the unit.
 *
 * @throws Problem where it is out of reach, one's own, of another version, or does not count.
 */
export async function managed(
  records: Records,
  unit: Unit,
  user: User,
  id: string,
  version: number,
): Promise<Row> {
  const { tx } = unit;
  await hold(tx, id);
  const row = await records.find(tx, id);
  const { account } = user;
  const reads = records.has(account, 'qualification:read', row);
  if (!reads && !records.mayManage(account, row)) throw new Problem('qualification.unknown');
  if (records.isOwn(account, row)) throw new Problem('qualification.own');
  if (!records.mayManage(account, row)) throw new Problem('auth.forbidden');
  const current = await records.showOne(tx, user, id);
  if (row.version !== version) {
    throw versionConflict('qualification.version-conflict', current);
  }
  if (row.status !== 'counted' || row.revokedAt !== null) {
    throw new Problem('qualification.not-now', undefined, { current });
  }
  return row;
}
