import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { ViolationEvents } from '../violations/events.ts';
import { makeAmbiguous } from '../violations/identity.ts';
import { holdViolations } from '../violations/rebinding.ts';
import { showViolation } from '../violations/view.ts';

interface Named {
  id: string;
  site: string;
}

/** Violations that no reviewer confirmed, whose confirmed badge is one of some, and was named at a moment or later. */
const namedSince = (tx: Transaction, badges: readonly string[], since: Date) =>
  sqlIn(tx)<Named>(Prisma.sql`
    SELECT DISTINCT v.id, v.site FROM badge b JOIN violation_candidate c ON c.badge_id = b.id
    JOIN violation v ON v.id = c.violation_id AND v.identity ->> 'handle' = c.handle
    WHERE b.badge = ANY (${[...badges]}::text[]) AND v.status <> 'confirmed'
      AND coalesce(v.identity_said_at, v.recorded_at) >= ${since}
    ORDER BY v.site, v.id`);

/** Holds the sites of what {@link withholdNames} may change, before the people are held: the order in which findings are recorded. */
export async function holdNamed(
  unit: Unit,
  incidents: Pick<IncidentsService, 'hold'>,
  badges: readonly string[],
  since: Date,
): Promise<void> {
  const named = await namedSince(unit.tx, badges, since);
  for (const site of new Set(named.map((one) => one.site))) await incidents.hold(unit, site);
}

/** Makes the names ambiguous that badges were given after they had been handed over in view. */
export async function withholdNames(
  unit: Unit,
  {
    incidents,
    events,
  }: { incidents: Pick<IncidentsService, 'hold' | 'place'>; events: ViolationEvents },
  badges: readonly string[],
  since: Date,
): Promise<void> {
  const { tx } = unit;
  const ids = (await namedSince(tx, badges, since)).map(({ id }) => id);
  if (ids.length === 0) return;
  await holdViolations(tx, ids);
  // As they are now: a verdict may have come first.
  const rows = await tx.violation.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  for (const row of rows) {
    await incidents.hold(unit, row.site);
    const changed = await makeAmbiguous(tx, row, 'handed-over');
    if (changed === row) continue;
    await events.emit(unit, 'updated', showViolation(changed));
    await incidents.place(unit, changed, { isSeen: true });
  }
}
