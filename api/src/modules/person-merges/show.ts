import type { Bilingual } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { peopleIn } from '../badge-corrections/show.ts';
import type { Merge, MergeItem } from './schema.ts';

/** @throws Problem `person-merge.unknown`. */
export async function showMerge(tx: Transaction, id: string): Promise<Merge> {
  const row = await tx.personMerge.findFirst({ where: { id }, omit: { kept: true } });
  if (!row) throw new Problem('person-merge.unknown');
  const people = await peopleIn(tx, [row.fromPerson, row.intoPerson]);
  return {
    id: row.id,
    into: people(row.intoPerson),
    from: people(row.fromPerson),
    reason: row.reason,
    accepted: row.accepted,
    by: { id: row.byUser, displayName: row.byName as Bilingual },
    at: row.at.toISOString(),
    items: row.items as unknown as MergeItem[],
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
