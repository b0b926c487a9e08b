import { dayText } from '../../platform/kit/schemas.ts';
import type { NotOwed, ObligationProvider, Owed } from '../../platform/obligations/types.ts';
import { factOf, readKinds } from './records.ts';
import { newestOf } from './state.ts';

/** The end of an assessment of what a person can do in an emergency. */
export const EMERGENCY_END = 'emergency-ability-end' as const;
/** Person and kind: a newer assessment continues the obligation. */
export const sourceOf = (person: string, kind: string): string => `${person}:${kind}`;

export const emergencyEnds: ObligationProvider = {
  async read(tx, sources) {
    const people = sources?.map((one) => one.slice(0, one.indexOf(':')));
    const rows = await tx.emergencyAssessment.findMany({
      where: people === undefined ? {} : { personId: { in: [...new Set(people)] } },
      include: {
        person: {
          select: { status: true, departmentId: true, department: { select: { site: true } } },
        },
      },
    });
    const kinds = await readKinds(tx);
    const wanted = sources && new Set(sources);
    const groups = new Map<string, typeof rows>();
    for (const row of rows) {
      const source = sourceOf(row.personId, row.kind);
      if (wanted === null || wanted.has(source)) {
        groups.set(source, [...(groups.get(source) ?? []), row]);
      }
    }
    return [...groups].map(([source, all]): Owed | NotOwed => {
      const counting = newestOf(all.map(factOf)).values().next().value;
      const row = all.find(({ id }) => id === counting?.id);
      if (!row) return { source, closed: 'not-needed' };
      if (row.person.status === 'left') return { source, closed: 'left' };
      return {
        source,
        subject: row.personId,
        person: row.personId,
        detail: kinds.name(row.kind),
        department: row.person.departmentId,
        site: row.person.department.site,
        due: { by: 'date', on: dayText(row.validUntil), basis: row.id },
      };
    });
  },
};
