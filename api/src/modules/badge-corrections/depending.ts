import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { FileMoves } from '../safety-file/moving.ts';
import { type Depending, dependingOn, type Rebinding } from '../violations/rebinding.ts';

/** Upper limit of records per correction: all of them stay locked in one transaction. */
export const MOST_RECORDS = 500;

export type DependingWithin = (unit: Unit, change: Rebinding) => Promise<Depending[]>;

/**
 * The records that depend on a binding, also checked against other places at that time and against objections.
 *
 * @throws Problem `badge-correction.too-many`.
 */
export function createDepending({
  incidents,
  files,
}: {
  incidents: Pick<IncidentsService, 'inTwoPlaces'>;
  files: FileMoves;
}): DependingWithin {
  return async (unit, change) => {
    const { tx } = unit;
    const found = await dependingOn(tx, change, MOST_RECORDS);
    if (found.length > MOST_RECORDS) throw new Problem('badge-correction.too-many');
    const ids = found.map(({ row }) => row.id);
    const withdrawn = await files.withdrawnOf(tx, change.right, ids);
    const list: Depending[] = [];
    for (const one of found) list.push({ ...one, ...(await refusalOf(one)) });
    return list;

    async function refusalOf({ row, named, what }: Depending): Promise<Partial<Depending>> {
      if (what !== 'moves' || !named) return {};
      if (withdrawn.has(row.id)) return { what: 'name-goes', why: 'withdrawn', isNamable: false };
      const moved = { ...row, personId: change.right };
      if ((await incidents.inTwoPlaces(unit, moved)).length === 0) return {};
      // What is confirmed names no person then, and is to be reviewed again; what waits offers the right one among others.
      return { what: 'name-goes', why: 'two-places', isNamable: row.status !== 'confirmed' };
    }
  };
}
