import { DateTime } from 'luxon';
import { dayText } from '../../platform/kit/schemas.ts';
import type { NotOwed, ObligationProvider, Owed } from '../../platform/obligations/types.ts';
import { endBinding } from './badges.ts';

/** Lent badges that are due back. The source is the binding. */
export const badgeReturns = ({ timeZone }: { timeZone: string }): ObligationProvider => ({
  async read(tx, sources) {
    const rows = await tx.badge.findMany({
      where: {
        ...(sources === null ? {} : { id: { in: [...sources] } }),
        dueBack: { not: null },
      },
    });
    const people = await tx.person.findMany({
      where: { id: { in: [...new Set(rows.map(({ personId }) => personId))] } },
      select: {
        id: true,
        status: true,
        departmentId: true,
        department: { select: { site: true } },
      },
    });
    return rows.flatMap((row): (Owed | NotOwed)[] => {
      const person = people.find(({ id }) => id === row.personId);
      if (!person) return [];
      // What becomes of a badge whose wearer left is no longer their duty: leaving ends the binding.
      if (person.status === 'left') return [{ source: row.id, closed: 'left' }];
      const back = row.until && DateTime.fromJSDate(row.until, { zone: timeZone }).toISODate();
      return [
        {
          source: row.id,
          subject: person.id,
          person: person.id,
          detail: { zh: `工牌 ${row.badge}`, en: `Badge ${row.badge}` },
          department: person.departmentId,
          site: person.department.site,
          due: {
            by: 'date',
            on: dayText(row.dueBack),
            basis: row.id,
            done: back ? { on: back } : null,
          },
        },
      ];
    });
  },

  /** Takes the badge back. */
  async complete(unit, id) {
    const row = await unit.tx.badge.findFirstOrThrow({ where: { id } });
    await endBinding(unit, row);
  },
});
