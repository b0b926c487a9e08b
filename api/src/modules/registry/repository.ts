import type { Prisma } from '../../generated/prisma/client.ts';
import type { Reach } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachWhere } from '../../platform/kit/reach.ts';
import type { ListQuery } from './schema.ts';

const named = { select: { id: true, name: true } };
const equipmentShown = { area: named, department: named } satisfies Prisma.EquipmentInclude;
const areaShown = { department: named } satisfies Prisma.AreaInclude;
export type EquipmentRow = Prisma.EquipmentGetPayload<{ include: typeof equipmentShown }>;
export type AreaRow = Prisma.AreaGetPayload<{ include: typeof areaShown }>;

/** An account without a department and a site reaches nothing: places belong to no one. */
const own = () => ({ id: '' });

/** Places are listed by their ids. */
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

/** Where a machine belongs now, whatever a change of it says. */
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

/** Whether a department lies below another, or is it. */
export async function liesBelow(tx: Transaction, id: string, above: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ yes: boolean }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM department WHERE id = ${above}
      UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id
    ) SELECT ${id} IN (SELECT id FROM below) AS yes`;
  return rows[0]?.yes ?? false;
}

export interface Overview {
  department: string | null;
  name: { zh: string; en: string };
  equipment: { id: string; name: { zh: string; en: string }; state: string | null }[];
  counts: {
    people: number;
    hazards: number;
    openHazards: number;
    violations: number;
    auditLines: number;
  };
}

/** Everything that hangs on the id of an area, in one query. */
export async function areaOverview(tx: Transaction, id: string): Promise<Overview | null> {
  const [row] = await tx.$queryRaw<Overview[]>`
    SELECT a.department_id AS department, a.name,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', e.id, 'name', e.name, 'state', m.state) ORDER BY e.id)
        FROM equipment e LEFT JOIN machine_state m ON m.machine = e.id WHERE e.area_id = a.id), '[]') AS equipment,
      jsonb_build_object(
        'people', (SELECT count(*) FROM person p WHERE p.department_id = a.department_id AND p.status = 'active'),
        'hazards', (SELECT count(*) FROM hazard h WHERE h.area_id = a.id),
        'openHazards', (SELECT count(*) FROM hazard h WHERE h.area_id = a.id AND h.closed_at IS NULL),
        'violations', (SELECT count(*) FROM violation v WHERE v.site = a.site AND v.floor IS NOT NULL
           AND a.polygon IS NOT NULL AND v.started_at > now() - interval '90 days'
           AND (SELECT string_agg(format('(%s,%s)', c ->> 0, c ->> 1), ',')::polygon
                FROM jsonb_array_elements(a.polygon) c)
             @> point((v.floor ->> 0)::float8, (v.floor ->> 1)::float8)),
        'auditLines', (SELECT count(*) FROM audit_log x WHERE x.entity = 'area' AND x.entity_id = a.id)) AS counts
    FROM area a WHERE a.id = ${id}`;
  return row ?? null;
}

/** Everything that hangs on the id of a machine, in one query. */
export async function equipmentOverview(tx: Transaction, id: string): Promise<Overview | null> {
  const [row] = await tx.$queryRaw<Overview[]>`
    SELECT e.department_id AS department, e.name,
      jsonb_build_array(jsonb_build_object('id', e.id, 'name', e.name, 'state',
        (SELECT m.state FROM machine_state m WHERE m.machine = e.id))) AS equipment,
      jsonb_build_object(
        'people', (SELECT count(*) FROM person p WHERE p.department_id = e.department_id AND p.status = 'active'),
        'hazards', (SELECT count(*) FROM hazard h WHERE EXISTS (SELECT 1 FROM hazard_link l
           WHERE l.hazard_id = h.id AND l.entity = 'equipment' AND l.entity_id = e.id)),
        'openHazards', (SELECT count(*) FROM hazard h WHERE h.closed_at IS NULL AND EXISTS (
           SELECT 1 FROM hazard_link l WHERE l.hazard_id = h.id AND l.entity = 'equipment' AND l.entity_id = e.id)),
        'violations', (SELECT count(*) FROM hazard_link l JOIN hazard_link w ON w.hazard_id = l.hazard_id
           AND w.entity = 'violation' WHERE l.entity = 'equipment' AND l.entity_id = e.id),
        'auditLines', (SELECT count(*) FROM audit_log x WHERE x.entity = 'equipment' AND x.entity_id = e.id)) AS counts
    FROM equipment e WHERE e.id = ${id}`;
  return row ?? null;
}
