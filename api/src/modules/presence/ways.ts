import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { BADGE_TRACKING, consentGate } from '../consent/gate.ts';
import type { WayPoint, way, wayRequest } from './schema.ts';
import { staysOf, thinned } from './stays.ts';

const DAY_MS = 86_400_000;
const MOST_POINTS = 5_000;

export type Ways = ReturnType<typeof createWays>;

/**
 * Plays the way of a person again, from positions that are still there by their term. Who looked, at whom, at
 * which time and why is in the audit log.
 */
export const createWays = ({ units }: Pick<Platform, 'units'>) => ({
  play: (
    user: User,
    { person: id, from, to, reason }: z.output<typeof wayRequest>,
  ): Promise<z.infer<typeof way>> =>
    units.run(user, async (unit) => {
      const { tx } = unit;
      const [begin, end] = [new Date(from), new Date(to)];
      const ms = end.getTime() - begin.getTime();
      if (ms <= 0 || ms > DAY_MS || begin.getTime() > Date.now()) {
        throw new Problem('presence.range');
      }
      const [person] = await sqlIn(tx)<{ id: string; name: string; employeeNo: string }>(Prisma.sql`
        SELECT p.id, p.name, p.employee_no AS "employeeNo"
        FROM person p JOIN department d ON d.id = p.department_id
        WHERE p.id = ${id} AND ${reachSql(user.account, 'location:read', {
          site: Prisma.sql`d.site`,
          department: Prisma.sql`p.department_id`,
          own: ({ person: self }) => Prisma.sql`p.id = ${self}`,
        })}`);
      if (!person) throw new Problem('person.unknown');
      if (!(await consentGate.allowed(tx, id, BADGE_TRACKING))) {
        throw new Problem('presence.not-tracked');
      }
      const all = await pointsOf(tx, id, begin, end);
      const stays = staysOf(all);
      const names = await namesOf(
        tx,
        stays.flatMap(({ area }) => area ?? []),
      );
      await unit.audit({
        action: 'replay-way',
        entity: 'person',
        id,
        person: id,
        after: { from, to },
        reason,
      });
      return {
        person,
        points: thinned(all, MOST_POINTS),
        stays: stays.map(({ area, ...stay }) => ({
          ...stay,
          area:
            area === null ? null : { id: area, name: names.get(area) ?? { zh: area, en: area } },
        })),
      };
    }),
});

/** Those of the badges while the person wore them. What cannot be is left out, what was late is marked. */
async function pointsOf(
  tx: Transaction,
  person: string,
  from: Date,
  to: Date,
): Promise<WayPoint[]> {
  const rows = await sqlIn(tx)<{
    at: Date;
    floorPlan: string;
    x: number | null;
    y: number | null;
    radius: number | null;
    area: string | null;
    late: boolean;
  }>(Prisma.sql`
    SELECT h.generated_at AS at, h.floor_plan AS "floorPlan", h.x, h.y, h.radius, h.area_id AS area,
      'late' = ANY (h.flags) AS late
    FROM badge b JOIN location_history h ON h.provider_id = b.badge
      AND h.generated_at >= b.since AND (b.until IS NULL OR h.generated_at < b.until)
    WHERE b.person_id = ${person} AND h.generated_at BETWEEN ${from} AND ${to}
      AND h.floor_plan IS NOT NULL AND (h.x IS NOT NULL OR h.area_id IS NOT NULL)
      AND NOT h.flags && ARRAY['impossible', 'off-plan']
    ORDER BY h.generated_at, h.source`);
  return rows.map(({ at, x, y, ...rest }) => ({
    ...rest,
    at: at.toISOString(),
    position: x === null || y === null ? null : ([x, y] as [number, number]),
  }));
}

/** The names that areas have now. */
async function namesOf(tx: Transaction, ids: string[]): Promise<Map<string, Bilingual>> {
  const areas = await tx.area.findMany({ where: { id: { in: ids } } });
  return new Map(areas.map(({ id, name }) => [id, name as Bilingual]));
}
