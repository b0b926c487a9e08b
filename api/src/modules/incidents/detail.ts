import type { Transaction } from '../../platform/db/database.ts';
import { showViolation } from '../violations/view.ts';
import { findLinked } from './links.ts';
import type { IncidentRow } from './rows.ts';
import type { IncidentDetail } from './schema.ts';
import { signaturesOf } from './signatures.ts';
import { readIncidents } from './view.ts';

type Member = IncidentDetail['members'][number];
type Operation = IncidentDetail['operations'][number];

/** An incident with its findings, what it is linked to, and what people changed. */
export async function showDetail(tx: Transaction, row: IncidentRow): Promise<IncidentDetail> {
  const [incident] = await readIncidents(tx, [row.id]);
  const members = await tx.incidentFinding.findMany({
    where: { incidentId: row.id },
    include: { violation: true },
  });
  const operations = await tx.incidentOperation.findMany({
    where: { OR: [{ incidentId: row.id }, { otherId: row.id }] },
    orderBy: { id: 'desc' },
    take: 50,
  });
  const signatures = await signaturesOf(
    tx,
    members.map(({ findingId }) => findingId),
  );
  const links = await readIncidents(tx, await findLinked(tx, row.id));
  const shown = {
    ...incident,
    members: members
      .sort((a, b) => +a.violation.startedAt - +b.violation.startedAt)
      .map(
        (one): Member => ({
          violation: showViolation(one.violation),
          why: one.why as Member['why'],
          joinedAt: one.joinedAt.toISOString(),
          signatures: signatures.get(one.findingId) ?? [],
          isNew:
            row.status !== 'pending' &&
            one.takenOutAt === null &&
            one.violation.status === 'pending',
          takenOut: one.takenOutAt && {
            by: person(one.takenOutBy, one.takenOutByName),
            at: one.takenOutAt.toISOString(),
            reason: one.takenOutReason as NonNullable<Member['takenOut']>['reason'],
            note: one.takenOutNote,
          },
        }),
      ),
    links: links.filter((one) => one.mergedInto === null),
    operations: operations.map((one) => ({
      id: one.id,
      kind: one.kind as Operation['kind'],
      by: person(one.byUser, one.byName),
      at: one.at.toISOString(),
      reason: one.reason,
      undone: one.undoneAt && {
        by: person(one.undoneBy, one.undoneByName),
        at: one.undoneAt.toISOString(),
      },
    })),
  };
  return shown as IncidentDetail;
}

const person = (id: string | null, name: unknown): Operation['by'] => ({
  id: id ?? '',
  displayName: name as Operation['by']['displayName'],
});
