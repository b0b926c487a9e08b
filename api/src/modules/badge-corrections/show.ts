import type { Bilingual } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { SessionByCard } from '../gates/rebinding.ts';
import type { Correction, MovedItem, MovedSession } from './schema.ts';

/** People by their ids, as corrections name them. */
export async function peopleIn(tx: Transaction, ids: readonly string[]) {
  const rows = await tx.person.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true, employeeNo: true },
  });
  return (id: string) => rows.find((one) => one.id === id) ?? { id, name: '', employeeNo: '' };
}

export const showSession = ({
  id,
  machine,
  machineName,
  from,
  until,
}: SessionByCard): MovedSession => ({
  session: id,
  machine,
  machineName,
  from: from.toISOString(),
  until: until?.toISOString() ?? null,
});

/** @throws Problem `badge-correction.unknown`. */
export async function showCorrection(tx: Transaction, id: string): Promise<Correction> {
  const row = await tx.badgeCorrection.findFirst({ where: { id }, omit: { kept: true } });
  if (!row) throw new Problem('badge-correction.unknown');
  const people = await peopleIn(tx, [row.fromPerson, row.toPerson]);
  return {
    id: row.id,
    badge: row.badge,
    wrong: people(row.fromPerson),
    right: people(row.toPerson),
    from: row.fromAt.toISOString(),
    to: row.toAt?.toISOString() ?? null,
    reason: row.reason,
    by: { id: row.byUser, displayName: row.byName as Bilingual },
    at: row.at.toISOString(),
    items: row.moved as unknown as MovedItem[],
    sessions: row.sessions as unknown as MovedSession[],
    undone:
      row.undoneAt === null
        ? null
        : {
            by: { id: row.undoneBy ?? '', displayName: row.undoneByName as Bilingual },
            at: row.undoneAt.toISOString(),
            reason: row.undoneReason ?? '',
          },
    notMovedBack: row.notMovedBack,
  };
}
