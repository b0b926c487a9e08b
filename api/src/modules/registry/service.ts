import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem, type ProblemCode } from '../../platform/http/errors.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { factsAbout } from '../facts.ts';
import { createParameters } from './parameters.ts';
import * as rows from './repository.ts';
import type {
  areaInput,
  areaSchema,
  departmentInput,
  departmentSchema,
  Equipment,
  EquipmentInput,
  ListQuery,
  placeOverview,
} from './schema.ts';
import { siteNamed } from './site-named.ts';

type PlaceCounts = z.infer<typeof placeOverview>['counts'];
type User = Caller & { account: Account };
type Department = z.infer<typeof departmentSchema>;
type Area = z.infer<typeof areaSchema>;
type Named = { id: string; name: { zh: string; en: string } };
const named = (row: { id: string; name: unknown } | null) => row as Named | null;

export type RegistryService = ReturnType<typeof createRegistryService>;

/** Departments, areas and machines, which every module refers to by id. */
export function createRegistryService(options: {
  units: Units;
  sealed: Sealed;
  camerasFrom: 'file' | 'database';
}) {
  const { units, camerasFrom } = options;
  const parameters = createParameters(options.sealed);

  async function showEquipment(unit: Unit, account: Account, found: rows.EquipmentRow[]) {
    const ids = found.map(({ id }) => id);
    const { shown, secrets } = await parameters.show(unit.tx, account, ids);
    const items = found.map(
      (row): Equipment => ({
        id: row.id,
        name: row.name as Named['name'],
        kind: row.kind,
        area: named(row.area),
        department: named(row.department),
        status: row.status,
        source: { system: row.sourceSystem, ref: row.sourceRef },
        createdAt: row.createdAt.toISOString(),
        updatedAt: row.updatedAt.toISOString(),
        parameters: shown.get(row.id) ?? [],
      }),
    );
    for (const [id, fields] of secrets) {
      await unit.audit({ action: 'view', entity: 'equipment', id, after: { fields } });
    }
    return items;
  }
  /** A write must reach the place itself, and the named department. */
  function refuseOutside(
    account: Account,
    code: ProblemCode,
    ...places: { site?: string | null; department?: string | null }[]
  ) {
    const reach = reachOf(account, 'registry:manage');
    if (!places.every((place) => isWithin(account, reach, place))) throw new Problem(code);
  }
  async function departmentNamed(unit: Unit, id: string | null): Promise<string | null> {
    if (id === null) return null;
    const found = await unit.tx.department.findFirst({ where: { id } });
    if (!found) throw new Problem('department.unknown', `There is no department ${id}.`);
    return found.site;
  }

  /** An inactive or unknown kind cannot be used in a new record. */
  async function kindNamed(unit: Unit, kind: string): Promise<void> {
    const words = await wordsIn(unit.tx, 'area-kind');
    if (!words.some(({ id, active }) => id === kind && active)) {
      throw new Problem('area.kind-unknown', `The dictionary area-kind has no word "${kind}".`);
    }
  }

  return {
    departments(user: User, query: ListQuery) {
      return units.run(user, async ({ tx }) => {
        const found = await rows.findDepartments(tx, reachOf(user.account, 'registry:read'), query);
        const page = rows.byId.department.page(found, query.limit);
        return { items: page.rows.map(showDepartment), next: page.next };
      });
    },

    putDepartment(
      user: User,
      id: string,
      given: z.infer<typeof departmentInput>,
    ): Promise<Department> {
      return units.run(user, async (unit) => {
        const before = await unit.tx.department.findFirst({ where: { id } });
        refuseOutside(
          user.account,
          'department.unknown',
          { department: given.parentId ?? id, site: given.site },
          ...(before ? [{ department: id, site: before.site }] : []),
        );
        await siteNamed(unit.tx, given, camerasFrom);
        await departmentNamed(unit, given.parentId);
        if (given.parentId !== null && (await rows.liesBelow(unit.tx, given.parentId, id))) {
          throw new Problem('department.loop');
        }
        await unit.tx.department.upsert({
          where: { tenantId_id: { tenantId: user.tenant, id } },
          create: { tenantId: user.tenant, id, ...given },
          update: given,
        });
        await record(unit, 'department', id, before && withoutTenant(before), given);
        return showDepartment({ id, ...given });
      });
    },

    areas(user: User, query: ListQuery) {
      return units.run(user, async ({ tx }) => {
        const found = await rows.findAreas(tx, reachOf(user.account, 'registry:read'), query);
        const page = rows.byId.area.page(found, query.limit);
        return { items: page.rows.map(showArea), next: page.next };
      });
    },

    putArea(user: User, id: string, given: z.infer<typeof areaInput>): Promise<Area> {
      return units.run(user, async (unit) => {
        const before = await unit.tx.area.findFirst({ where: { id } });
        refuseOutside(
          user.account,
          'area.unknown',
          { department: given.departmentId, site: given.site },
          ...(before ? [{ department: before.departmentId, site: before.site }] : []),
        );
        // What it names since before is let be.
        const isKept = before?.site === given.site && before.floorPlan === given.floorPlan;
        const at = { site: given.site, floorPlan: isKept ? null : given.floorPlan };
        await siteNamed(unit.tx, at, camerasFrom);
        await departmentNamed(unit, given.departmentId);
        if (given.kind !== before?.kind) await kindNamed(unit, given.kind);
        const data = { ...given, polygon: given.polygon ?? Prisma.DbNull };
        await unit.tx.area.upsert({
          where: { tenantId_id: { tenantId: user.tenant, id } },
          create: { tenantId: user.tenant, id, ...data },
          update: data,
        });
        await record(unit, 'area', id, before && withoutTenant(before), given);
        const [row] = await rows.findAreas(unit.tx, { scope: 'all' }, { id, limit: 1 });
        if (!row) throw new Problem('area.unknown');
        return showArea(row);
      });
    },

    equipment(user: User, query: ListQuery) {
      return units.run(user, async (unit) => {
        const reach = reachOf(user.account, 'registry:read');
        const found = await rows.findEquipment(unit.tx, reach, query);
        const page = rows.byId.equipment.page(found, query.limit);
        return { items: await showEquipment(unit, user.account, page.rows), next: page.next };
      });
    },

    oneEquipment(user: User, id: string): Promise<Equipment> {
      return units.run(user, async (unit) => {
        const reach = reachOf(user.account, 'registry:read');
        const found = await rows.findEquipment(unit.tx, reach, { id, limit: 1 });
        const [shown] = await showEquipment(unit, user.account, found.slice(0, 1));
        if (!shown) throw new Problem('equipment.unknown');
        return shown;
      });
    },

    putEquipment(user: User, id: string, given: EquipmentInput): Promise<Equipment> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const [before] = await rows.findEquipment(tx, { scope: 'all' }, { id, limit: 1 });
        const { parameters: list, source, ...fields } = given;
        const area = given.areaId ? await tx.area.findFirst({ where: { id: given.areaId } }) : null;
        if (given.areaId && !area)
          throw new Problem('area.unknown', `There is no area ${given.areaId}.`);
        const site = (await departmentNamed(unit, given.departmentId)) ?? area?.site ?? null;
        refuseOutside(
          user.account,
          'equipment.unknown',
          { department: given.departmentId, site },
          ...(before ? [await rows.placeOfEquipment(tx, before)] : []),
        );
        const origin = source ? { sourceSystem: source.system, sourceRef: source.ref } : {};
        await tx.equipment.upsert({
          where: { tenantId_id: { tenantId: user.tenant, id } },
          create: { tenantId: user.tenant, id, ...fields, ...origin },
          update: { ...fields, ...origin, updatedAt: new Date() },
        });
        if (list) await parameters.write(tx, user.account, id, list);
        await record(
          unit,
          'equipment',
          id,
          before
            ? {
                kind: before.kind,
                areaId: before.areaId,
                departmentId: before.departmentId,
                status: before.status,
              }
            : null,
          // Without the values: the log must not store what the table encrypts.
          {
            ...fields,
            parameters: list?.map(({ id: one, classification }) => `${one} (${classification})`),
          },
        );
        const found = await rows.findEquipment(tx, { scope: 'all' }, { id, limit: 1 });
        const [shown] = await showEquipment(unit, user.account, found.slice(0, 1));
        if (!shown) throw new Problem('equipment.unknown');
        return shown;
      });
    },

    overview(user: User, kind: 'area' | 'equipment', id: string) {
      return units.run(user, async ({ tx }) => {
        const reach = reachOf(user.account, 'registry:read');
        const within =
          kind === 'area'
            ? await rows.findAreas(tx, reach, { id, limit: 1 })
            : await rows.findEquipment(tx, reach, { id, limit: 1 });
        const found = within.length > 0 ? await rows.findPlace(tx, kind, id) : null;
        if (!found) throw new Problem(kind === 'area' ? 'area.unknown' : 'equipment.unknown');
        const { machineStates, counts } = await factsAbout(tx, kind, id, user.account);
        const states = (machineStates ?? {}) as Record<string, string>;
        const equipment = found.equipment.map((one) => ({ ...one, state: states[one.id] ?? null }));
        return { ...found, id, equipment, counts: counts as PlaceCounts };
      });
    },
  };
}

function showDepartment(row: {
  id: string;
  name: unknown;
  parentId: string | null;
  site: string | null;
  kind: string;
  active: boolean;
}): Department {
  const { id, parentId, site, kind, active } = row;
  return { id, name: row.name as Named['name'], parentId, site, kind, active };
}

const showArea = (row: rows.AreaRow): Area => ({
  id: row.id,
  site: row.site,
  floorPlan: row.floorPlan,
  name: row.name as Named['name'],
  kind: row.kind,
  department: named(row.department),
  polygon: row.polygon as Area['polygon'],
  dust: row.dust as Area['dust'],
  active: row.active,
});

const withoutTenant = ({ tenantId: _, ...rest }: { tenantId: string } & object) => rest;

async function record(
  unit: Unit,
  entity: 'department' | 'area' | 'equipment',
  id: string,
  before: object | null,
  after: object,
): Promise<void> {
  const action = before ? 'update' : 'create';
  await unit.audit({
    action,
    entity,
    id,
    before: before as Record<string, unknown> | null,
    after: after as Record<string, unknown>,
  });
  await unit.emit({ entity, what: before ? 'changed' : 'created', subject: id, data: { id } });
}
