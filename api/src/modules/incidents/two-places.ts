import type { Transaction } from '../../platform/db/database.ts';
import { contestedOf } from '../violations/identity.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { areApart, cleanPath, REACH } from './fit.ts';
import type { PlanOf } from './rows.ts';

/** What lasts without an end is not followed further back, ms. */
const LONGEST_MS = 3_600_000;

/**
 * Violations of the same person by a confirmed identity, at the same time and in another place: the person
 * cannot be in both.
 */
export async function inTwoPlaces(
  tx: Transaction,
  row: ViolationRow,
  planOf: PlanOf,
): Promise<ViolationRow[]> {
  if (row.personId === null || row.personBasis !== 'badge') return [];
  const until = lastOf(row);
  const from = new Date(row.startedAt.getTime() - LONGEST_MS);
  // Also where it was this badge until the other place made it ambiguous: one of the two does not win by
  // saying it once more.
  const contested = await contestedOf(tx, row.personId, from, until);
  const others = await tx.violation.findMany({
    where: {
      OR: [{ personId: row.personId }, { id: { in: contested } }],
      id: { not: row.id },
      startedAt: { gte: from, lte: until },
    },
  });
  return others.filter((one) => lastOf(one) >= row.startedAt && isElsewhere(one, row, planOf));
}

const lastOf = ({ confirmedAt, endedAt }: ViolationRow): Date =>
  endedAt !== null && endedAt > confirmedAt ? endedAt : confirmedAt;

function isElsewhere(a: ViolationRow, b: ViolationRow, planOf: PlanOf): boolean {
  if (a.site !== b.site) return true;
  if (a.camera === b.camera) return a.actor !== null && b.actor !== null && a.actor !== b.actor;
  const [one, two] = [planOf(a.camera), planOf(b.camera)];
  if (one === null || two === null) return false;
  if (one !== two) return true;
  return areApart(pathOf(a), pathOf(b)) || isOutOfReach(a, b);
}

const pathOf = ({ path, confirmedAt }: ViolationRow) =>
  cleanPath(
    (path as { at: string; floor: [number, number]; deviation: number }[]).map(
      ({ at, ...place }) => ({ ...place, at: Date.parse(at) }),
    ),
    confirmedAt.getTime(),
  );

/** Whether the distance is longer than a person walks in the time between. */
function isOutOfReach(a: ViolationRow, b: ViolationRow): boolean {
  const [p, q] = [a.floor, b.floor] as ([number, number] | null)[];
  if (!p || !q) return false;
  const seconds = Math.abs(a.confirmedAt.getTime() - b.confirmedAt.getTime()) / 1000;
  return Math.hypot(p[0] - q[0], p[1] - q[1]) > REACH.metres + REACH.perSecond * seconds;
}
