import { Prisma } from '../../generated/prisma/client.ts';
import type { Reach } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachWhere } from '../../platform/kit/reach.ts';
import type { ListQuery } from './schema.ts';

const named = { select: { id: true, name: true } };
const equipmentShown = { area: named, department: named } satisfies Prisma.EquipmentInclude;
const areaShown = { department: named } satisfies Prisma.AreaInclude;
export type EquipmentRow = Prisma.EquipmentGetPayload<{ include: typeof equipmentShown }>;
export type AreaRow = Prisma.AreaGetPayload<{ include: typeof areaShown }>;

/** An account without a department and a site reaches nothing: places have no owner. */
const own = () => ({ id: '' });

/** Places are ordered by id. */
export const byId = {
  department: listOrder('departments', 'asc', { id: 'text' }),
  area: listOrder('areas', 'asc', { id: 'text' }),
  equipment: listOrder('equipment', 'asc', { id: 'text' }),
};

export const findDepartments = (tx: Transaction, reach: Reach, query: ListQuery) =>
  tx.department.findMany({
    where: {
      AND: [
        reachWhere<Prisma.DepartmentWhereInput>(reach, {
          site: (site) => ({ site }),
          department: (ids) => ({ id: { in: ids } }),
          own,
        }),
        query.site ? { site: query.site } : {},
        query.department ? { id: query.department } : {},
        byId.department.beyond(byId.department.after(query.cursor)),
      ],
    },
    orderBy: byId.department.by(),
    take: query.limit + 1,
  });

export const findAreas = (
  tx: Transaction,
  reach: Reach,
  query: ListQuery & { id?: string },
): Promise<AreaRow[]> =>
  tx.area.findMany({
    where: {
      AND: [
        reachWhere<Prisma.AreaWhereInput>(reach, {
          site: (site) => ({ site }),
          department: (ids) => ({ departmentId: { in: ids } }),
          own,
        }),
        query.site ? { site: query.site } : {},
        query.department ? { departmentId: query.department } : {},
        query.id ? { id: query.id } : {},
        byId.area.beyond(byId.area.after(query.cursor)),
      ],
    },
    include: areaShown,
    orderBy: byId.area.by(),
    take: query.limit + 1,
  });

export const findEquipment = (
  tx: Transaction,
  reach: Reach,
  query: ListQuery & { id?: string },
): Promise<EquipmentRow[]> =>
  tx.equipment.findMany({
    where: {
      AND: [
        reachWhere<Prisma.EquipmentWhereInput>(reach, {
          site: (site) => ({ OR: [{ area: { site } }, { department: { site } }] }),
          department: (ids) => ({ departmentId: { in: ids } }),
          own,
        }),
        query.site ? { area: { site: query.site } } : {},
        query.department ? { departmentId: query.department } : {},
        query.id ? { id: query.id } : {},
        byId.equipment.beyond(byId.equipment.after(query.cursor)),
      ],
    },
    include: equipmentShown,
    orderBy: byId.equipment.by(),
    take: query.limit + 1,
  });

/** The machine's current location, before a change. */
export async function placeOfEquipment(
  tx: Transaction,
  { areaId, departmentId }: EquipmentRow,
): Promise<{ department: string | null; site: string | null }> {
  const department = departmentId
    ? await tx.department.findFirst({ where: { id: departmentId }, select: { site: true } })
    : null;
  const area = areaId
    ? await tx.area.findFirst({ where: { id: areaId }, select: { site: true } })
    : null;
  return { department: departmentId, site: department?.site ?? area?.site ?? null };
}

/** Whether a department is another or a descendant of it. */
export async function liesBelow(tx: Transaction, id: string, above: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ yes: boolean }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM department WHERE id = ${above}
      UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id
    ) SELECT ${id} IN (SELECT id FROM below) AS yes`;
  return rows[0]?.yes ?? false;
}

/** A place with its machines. */
export interface Place {
  department: string | null;
  name: { zh: string; en: string };
  equipment: { id: string; name: { zh: string; en: string } }[];
}

export async function findPlace(
  tx: Transaction,
  kind: 'area' | 'equipment',
  id: string,
): Promise<Place | null> {
  const select = { id: true, name: true } as const;
  const named = (rows: { id: string; name: unknown }[]) =>
    rows.map((row) => ({ id: row.id, name: row.name as Place['name'] }));
  if (kind === 'area') {
    const area = await tx.area.findFirst({ where: { id } });
    if (!area) return null;
    const equipment = await tx.equipment.findMany({
      where: { areaId: id },
      select,
      orderBy: { id: 'asc' },
    });
    return {
      department: area.departmentId,
      name: area.name as Place['name'],
      equipment: named(equipment),
    };
  }
  const machine = await tx.equipment.findFirst({ where: { id } });
  if (!machine) return null;
  return {
    department: machine.departmentId,
    name: machine.name as Place['name'],
    equipment: named([machine]),
  };
}

/**
 * The floor plans of a site, which is not removed before the transaction ends, nor are they; null where there is
 * no such site.
 */
export async function holdSite(tx: Transaction, site: string): Promise<string[] | null> {
  const [row] = await sqlIn(tx)<{ plans: string[] }>(Prisma.sql`
    SELECT ARRAY(SELECT jsonb_array_elements(floor_plans) ->> 'id') AS plans
    FROM site WHERE id = ${site} FOR SHARE`);
  return row?.plans ?? null;
}
