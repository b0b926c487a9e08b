import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Reader } from '../violations/reach.ts';
import { findNow, type IncidentRow } from './rows.ts';
import { isWithinReach } from './view.ts';

/**
 * The incident with this id, or the one that has its findings now.
 *
 * @param reader who asks; without one, the program itself.
 * @param part `whole` for what is about all of it: one that is seen in part is unknown, too.
 * @throws Problem `incident.unknown`, also for one out of reach.
 */
export async function findIncident(
  tx: Transaction,
  id: string,
  reader?: Reader,
  part: 'some' | 'whole' = 'some',
): Promise<IncidentRow> {
  const now = await findNow(tx, id);
  const row = now === null ? null : await tx.incident.findFirst({ where: { id: now } });
  if (!row || !(await isWithinReach(tx, row.id, reader, part))) {
    throw new Problem('incident.unknown');
  }
  return row;
}
