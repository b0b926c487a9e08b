import type { Transaction } from '../../platform/db/database.ts';
import type { ChainPerson, ChainSubject } from '../../platform/incident-chain.ts';
import { personIn, readMembers } from '../incidents/detail.ts';
import { withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { idsOfPerson } from '../people/merged.ts';
import { kindOf } from '../violations/kind.ts';
import type { Reader } from '../violations/reach.ts';
import type { ViolationRow } from '../violations/repository.ts';

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
   * @returns it with the rows of its findings, oldest first.
   * @throws Problem `incident.unknown`, also for one out of reach.
   */
  async function find(
    tx: Transaction,
    id: string,
    reader: Reader,
  ): Promise<{ subject: ChainSubject; findings: ViolationRow[] }> {
    const stored = await incidents.find(tx, id, reader);
    const { row, members } = await readMembers(tx, stored, reader);
    const counted = members.filter(({ takenOutAt }) => takenOutAt === null);
    const findings = (counted.length > 0 ? counted : members).map(({ violation }) => violation);
    const person = await personIn(tx, reader, members);
    const subject: ChainSubject = {
      incident: row.id,
      incidents: await withMerged(tx, row.id),
      site: row.site,
      timeZone,
      areas: [...new Set(findings.flatMap(({ areaId }) => areaId ?? []))],
      findings: findings.map((one) => ({
        id: one.id,
        kind: kindOf(one),
        camera: one.camera,
        startedAt: one.startedAt,
        endedAt: one.endedAt,
      })),
      startedAt: row.startedAt,
      endedAt: row.lastAt,
      person: person && (await personFor(tx, person)),
    };
    return { subject, findings };
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
