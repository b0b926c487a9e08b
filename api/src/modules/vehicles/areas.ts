import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { changedFields, pick, requireVersion, versionConflict } from '../../platform/kit/save.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import type * as schema from './schema.ts';
import { lookAgain } from './vehicles.ts';

const ENTITY = 'vehicle-area';
const CONFLICT = 'vehicle.area-version-conflict';
/** The rule of an area for which none is stored. */
const USUAL = { restricted: false, speedKmh: null, severity: 'warning', dwellSeconds: 3 } as const;
const FIELDS = ['restricted', 'speedKmh', 'severity', 'dwellSeconds'] as const;
type Area = z.infer<typeof schema.areaSchema>;

const reach = (account: Account, permission: Permission): Prisma.Sql =>
  reachSql(account, permission, {
    site: Prisma.sql`a.site`,
    department: Prisma.sql`a.department_id`,
  });

/** What counts for vehicles in the areas of the register. */
export function createAreas({ units }: Pick<Platform, 'units'>) {
  async function read(
    tx: Transaction,
    account: Account,
    permission: Permission,
    id: string | null,
  ): Promise<Area[]> {
    const manages = account.permissions.has('vehicle:manage')
      ? reach(account, 'vehicle:manage')
      : Prisma.sql`FALSE`;
    type Row = Omit<Area, 'area'> & { id: string; name: Bilingual };
    const rows = await sqlIn(tx)<Row>(Prisma.sql`
      SELECT a.id, a.name, (a.polygon IS NOT NULL AND a.floor_plan IS NOT NULL) AS outlined,
        coalesce(r.restricted, ${USUAL.restricted}) AS restricted, r.speed_kmh AS "speedKmh",
        coalesce(r.severity, ${USUAL.severity}) AS severity,
        coalesce(r.dwell_seconds, ${USUAL.dwellSeconds}::int) AS "dwellSeconds",
        (SELECT count(*)::int FROM vehicle v WHERE a.id = ANY (v.areas) AND v.status = 'active') AS vehicles,
        coalesce(${manages}, FALSE) AS "mayChange", coalesce(r.version, 0) AS version
      FROM area a LEFT JOIN vehicle_area r ON r.area_id = a.id
      WHERE a.active AND ${reach(account, permission)} AND (${id}::text IS NULL OR a.id = ${id})
      ORDER BY (r.area_id IS NULL), a.id LIMIT 2000`);
    return rows.map(({ id: area, name, ...row }) => ({ ...row, area: { id: area, name } }));
  }

  return {
    list: (user: User): Promise<z.infer<typeof schema.areaList>> =>
      units.run(user, async ({ tx }) => ({
        items: await read(tx, user.account, 'vehicle:read', null),
      })),

    /** @throws Problem `area.unknown`, `vehicle.area-version-conflict` with the present one in `current`. */
    set: (
      user: User,
      id: string,
      { version, ...given }: z.infer<typeof schema.areaBody>,
    ): Promise<Area> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const find = async () => {
          const [found] = await read(tx, user.account, 'vehicle:manage', id);
          if (!found) throw new Problem('area.unknown');
          return found;
        };
        const before = await find();
        requireVersion(CONFLICT, before, version);
        const isNew = given.restricted && !before.restricted;
        const now = new Date();
        const since = isNew || version === 0 ? { activeSince: now } : {};
        const { count } =
          version === 0
            ? await tx.vehicleArea.createMany({
                data: [{ tenantId: user.tenant, areaId: id, ...given, activeSince: now }],
                skipDuplicates: true,
              })
            : await tx.vehicleArea.updateMany({
                where: { areaId: id, version },
                data: { ...given, ...since, version: version + 1 },
              });
        if (count === 0) throw versionConflict(CONFLICT, await find());
        const after = await find();
        const changed = changedFields(pick(before, FIELDS), pick(after, FIELDS));
        await unit.audit({
          action: 'update',
          entity: ENTITY,
          id,
          before: changed.before,
          after: changed.after,
        });
        const data = { area: id, fields: changed.fields };
        await unit.emit({ entity: ENTITY, what: 'changed', subject: id, data });
        await lookAgain(tx, Prisma.sql`TRUE`);
        return after;
      }),
  };
}
