import { DateTime } from 'luxon';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import type { NotOwed, ObligationProvider, Owed } from '../../platform/obligations/types.ts';
import { takeBack } from './badges.ts';

const CONTRACTOR_END = 'contractor-end' as const;

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

/**
 * The last day of contractors: from then on they are refused. Their host is told first, who knows whether the work goes on. The
 * source is the person; a later day is an extension.
 */
const contractorEnds: ObligationProvider = {
  async read(tx, sources) {
    const rows = await tx.person.findMany({
      where:
        sources === null
          ? { kind: 'contractor', validUntil: { not: null } }
          : { id: { in: [...sources] } },
      select: {
        id: true,
        kind: true,
        status: true,
        company: true,
        hostId: true,
        validUntil: true,
        departmentId: true,
        department: { select: { site: true } },
      },
    });
    const hosts = await tx.person.findMany({
      where: { id: { in: rows.flatMap(({ hostId }) => hostId ?? []) }, status: 'active' },
      select: { id: true },
    });
    return rows.map((row): Owed | NotOwed => {
      const { id: source, company, hostId } = row;
      if (row.status === 'left') return { source, closed: 'left' };
      const on = dayText(row.validUntil);
      if (row.kind !== 'contractor' || on === null) return { source, closed: 'not-needed' };
      const host = hosts.find(({ id }) => id === hostId);
      return {
        source,
        subject: source,
        person: source,
        responsible: host ? { person: host.id } : null,
        detail: company === null ? null : { zh: company, en: company },
        department: row.departmentId,
        site: row.department.site,
        due: { by: 'date', on, basis: `until:${on}` },
      };
    });
  },
};

/** Provides the kind, and follows the files of people. */
export function provideContractorEnds({
  obligations,
  consumers,
}: Pick<Platform, 'obligations' | 'consumers'>): void {
  obligations.provide(CONTRACTOR_END, contractorEnds);
  consumers.on({
    name: 'people.contractor-ends',
    types: ['cn.anshi.person.*'],
    handle: async (unit, { subject }) => {
      if (!subject) return;
      // Who leaves is the host of others, perhaps.
      const hosted = await unit.tx.person.findMany({
        where: { hostId: subject, kind: 'contractor' },
        select: { id: true },
      });
      await obligations.refresh(unit, CONTRACTOR_END, [subject, ...hosted.map(({ id }) => id)]);
    },
  });
}
