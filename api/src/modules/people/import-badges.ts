import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { ImportWork, RowFault } from '../../platform/imports/types.ts';
import type { createBadges } from './badges.ts';

/** Importing badges that people wear: as if each was given on the page. */
export function createBadgeImport(badges: ReturnType<typeof createBadges>): ImportWork {
  const personOf = (unit: Unit, employeeNo: string) =>
    unit.tx.person.findFirst({
      where: { employeeNo },
      select: { id: true, status: true, department: { select: { id: true, site: true } } },
    });
  return {
    async check(unit, user, rows) {
      const faults: RowFault[] = [];
      const reach = reachOf(user.account, 'person:manage');
      const texts = (column: string) => rows.flatMap(({ values }) => values[column] ?? []);
      const found = await unit.tx.person.findMany({
        where: { employeeNo: { in: texts('employeeNo') } },
        select: {
          id: true,
          employeeNo: true,
          status: true,
          department: { select: { id: true, site: true } },
        },
      });
      const people = new Map(found.map((one) => [one.employeeNo, one]));
      const worn = await unit.tx.badge.findMany({
        where: { badge: { in: texts('badge') }, until: null },
        select: { badge: true, personId: true },
      });
      const wearers = new Map(worn.map(({ badge, personId }) => [badge, personId]));
      const driven = await unit.tx.vehicleTag.findMany({
        where: { tag: { in: texts('badge') }, until: null },
        select: { tag: true },
      });
      const onVehicles = new Set(driven.map(({ tag }) => tag));
      for (const { row, values } of rows) {
        const person = people.get(values.employeeNo ?? '');
        const at = { row, column: 'employeeNo' };
        const isReached =
          person &&
          isWithin(user.account, reach, {
            person: person.id,
            department: person.department.id,
            site: person.department.site,
          });
        if (!person || !isReached) faults.push({ ...at, code: 'person' });
        else if (person.status === 'left') faults.push({ ...at, code: 'left' });
        if (onVehicles.has(values.badge ?? '')) {
          faults.push({ row, column: 'badge', code: 'on-vehicle' });
        }
        const wearer = wearers.get(values.badge ?? '');
        if (wearer !== undefined) {
          faults.push({ row, column: 'badge', code: wearer === person?.id ? 'taken' : 'worn' });
        }
      }
      return faults;
    },

    async save(unit, user, { values }) {
      const person = await personOf(unit, values.employeeNo ?? '');
      if (!person) throw new Problem('person.unknown');
      const { id } = await badges.bindWithin(unit, user, person.id, values.badge ?? '', null);
      return { id, version: 1 };
    },

    /** Hands it back: a badge that was worn has a history, which stays. */
    async undo(unit, user, { id }) {
      const bound = await unit.tx.badge.findFirst({ where: { id } });
      if (!bound) return 'gone';
      // An import sets no day of return: the badge was lent on the page since.
      if (bound.until !== null || bound.dueBack !== null) return 'changed';
      try {
        await badges.releaseWithin(unit, user, bound.personId, id);
        return null;
      } catch (error) {
        if (error instanceof Problem && error.code === 'person.unknown') return 'out-of-reach';
        throw error;
      }
    },
  };
}
