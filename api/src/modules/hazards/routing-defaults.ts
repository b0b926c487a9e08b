import type { Transaction } from '../../platform/db/database.ts';
import type { RoutingRule } from './setup-schema.ts';

/** Which kind of department usually rectifies hazards of which types. */
const usual = [
  { kind: 'maintenance', types: ['electrical', 'special-equipment', 'lifting'] },
  {
    kind: 'environment',
    types: ['chemical-leak', 'chemical-storage', 'dust', 'occupational-health', 'special-gas'],
  },
  { kind: 'safety', types: ['fire', 'hot-work', 'confined-space', 'management'] },
] as const;

/**
 * Lets a new tenant start with the default rules. A tenant of an earlier version keeps its empty table:
 * its hazards go where they went before.
 */
export async function startWithDefaults(tx: Transaction, tenantId: string): Promise<void> {
  await tx.hazardRoutingVersion.createMany({
    data: [{ tenantId, version: 0 }],
    skipDuplicates: true,
  });
}

/**
 * The rules of a tenant that started with the defaults and has not saved a table of its own. They name
 * the departments of today, so that they hold from the day on which a department is added.
 */
export async function defaultRules(tx: Transaction): Promise<RoutingRule[]> {
  const version = await tx.hazardRoutingVersion.findFirst();
  if (version?.version !== 0) return [];
  const order = { orderBy: { id: 'asc' } } as const;
  const departments = await tx.department.findMany({ where: { active: true }, ...order });
  const types = new Set(
    (await tx.hazardType.findMany({ where: { active: true } })).map(({ id }) => id),
  );
  const rules = usual.flatMap(({ kind, types: ids }) => {
    const department = departments.find((one) => one.kind === kind);
    return department
      ? ids.filter((id) => types.has(id)).map((type) => ({ type, departmentId: department.id }))
      : [];
  });
  return rules.map((rule, n) => ({
    ...rule,
    id: idOf(n),
    level: null,
    areaId: null,
    assignee: null,
  }));
}

/** The same each time, so that an answer can name the rule that decided. */
const idOf = (n: number) => `01J9RQ${String(n).padStart(20, '0')}`;
