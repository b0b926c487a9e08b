import type { Transaction } from '../../platform/db/database.ts';
import type { ChainPerson, ChainSubject } from '../../platform/incident-chain.ts';
import { showDetail } from '../incidents/detail.ts';
import { withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { idsOfPerson } from '../people/merged.ts';
import { kindOf } from '../violations/kind.ts';
import type { Reader } from '../violations/reach.ts';

export type Subjects = ReturnType<typeof createSubjects>;

/** What the chain and the scene of an incident are about. */
export function createSubjects({
  incidents,
  timeZone,
}: {
  incidents: Pick<IncidentsService, 'find'>;
  timeZone: string;
}) {
  /**
   * The incident as far as the reader sees it: findings, areas and a name as the page of the incident shows them.
   *
   * @throws Problem `incident.unknown`, also for one out of reach.
   */
  async function find(tx: Transaction, id: string, reader: Reader): Promise<ChainSubject> {
    const row = await incidents.find(tx, id, reader);
    const shown = await showDetail(tx, row, reader);
    const counted = shown.members.filter(({ takenOut }) => takenOut === null);
    const findings = (counted.length > 0 ? counted : shown.members).map(
      ({ violation }) => violation,
    );
    const places = await tx.violation.findMany({
      where: { id: { in: findings.map((one) => one.id) }, areaId: { not: null } },
      select: { areaId: true },
      distinct: ['areaId'],
    });
    return {
      incident: row.id,
      incidents: await withMerged(tx, row.id),
      site: shown.site,
      timeZone,
      areas: places.flatMap(({ areaId }) => areaId ?? []),
      findings: findings.map((one) => ({
        id: one.id,
        kind: kindOf(one),
        camera: one.camera,
        startedAt: new Date(one.startedAt),
        endedAt: one.endedAt === null ? null : new Date(one.endedAt),
      })),
      startedAt: new Date(shown.startedAt),
      endedAt: new Date(shown.lastAt),
      person: shown.person && (await personFor(tx, shown.person)),
    };
  }

  async function personFor(
    tx: Transaction,
    { id, name }: { id: string; name: string },
  ): Promise<ChainPerson> {
    const row = await tx.person.findFirst({
      where: { id },
      select: { departmentId: true, department: { select: { site: true } } },
    });
    const place = row && { department: row.departmentId, site: row.department.site };
    return { id, name, ids: await idsOfPerson(tx, id), place };
  }

  return { find };
}
