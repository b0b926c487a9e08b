import type { Unit } from '../../platform/db/unit-of-work.ts';
import { removeAttached } from '../../platform/files/attached.ts';
import type { User } from '../../platform/kit/routes.ts';
import { pick } from '../../platform/kit/save.ts';
import { hold } from './changing.ts';
import type { Refresh } from './obligations.ts';
import { entityOf, QUALIFICATION, type Records } from './records.ts';

/**
 * Removes a qualification that was entered by mistake, with its scans: of this version, and neither
 * suspended nor revoked. @returns why it stays, or null.
 */
export const removal =
  ({ records, refresh }: { records: Records; refresh: Refresh }) =>
  async (
    unit: Unit,
    user: User,
    { id, version }: { id: string; version: number },
  ): Promise<'changed' | 'gone' | 'out-of-reach' | null> => {
    const { tx } = unit;
    await hold(tx, id);
    const row = await tx.qualification.findFirst({ where: { id }, include: records.include });
    if (!row) return 'gone';
    const isWaiting = row.status === 'waiting' && row.enteredBy === user.account.id;
    if (!isWaiting && !records.mayManage(user.account, row)) return 'out-of-reach';
    const isOpen = row.status === 'counted' || row.status === 'waiting';
    if (row.version !== version || !isOpen || row.suspensions.length > 0) return 'changed';
    await removeAttached(tx, entityOf(row.type), id);
    await tx.qualification.deleteMany({ where: { id, version } });
    const { personId, type, category } = row;
    // The number may hold an identity number: the log does without.
    const before = pick(row, ['type', 'category', 'level', 'issuer']);
    await unit.audit({ action: 'delete', entity: QUALIFICATION, id, person: personId, before });
    const data = { qualification: id, person: personId, type, category };
    await unit.emit({ entity: QUALIFICATION, what: 'removed', subject: id, data });
    await refresh(unit, { personId, type, category });
    return null;
  };
