import { DateTime } from 'luxon';
import { dayText } from '../../platform/kit/schemas.ts';
import type { NotOwed, ObligationProvider, Owed } from '../../platform/obligations/types.ts';
import { takeBack } from './badges.ts';

/** Lent badges that are due back, and those of people who left. The source is the binding. */
export const badgeReturns = ({ timeZone }: { timeZone: string }): ObligationProvider => ({
  async read(tx, sources) {
    const rows = await tx.badge.findMany({
      where: {
        ...(sources === null ? {} : { id: { in: [...sources] } }),
        OR: [{ dueBack: { not: null } }, { owedSince: { not: null } }],
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
      const owedSince = dayText(row.owedSince);
      // Leaving ended the binding, which says nothing of the badge itself.
      const ended = owedSince === null ? row.until : row.settledAt;
      if (person.status === 'left' && owedSince === null) {
        return [{ source: row.id, closed: 'left' }];
      }
      const back = ended && DateTime.fromJSDate(ended, { zone: timeZone }).toISODate();
      const lentUntil = dayText(row.dueBack);
      const on =
        owedSince !== null && (lentUntil ?? owedSince) >= owedSince ? owedSince : lentUntil;
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
            on,
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
    await takeBack(unit, row);
  },
});
