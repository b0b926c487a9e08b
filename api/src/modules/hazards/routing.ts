import { ulid } from 'ulid';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { defaultRules } from './routing-defaults.ts';
import type { RoutingRule } from './setup-schema.ts';

/** Inputs of the routing. */
export interface RoutingQuestion {
  type: string;
  level: string;
  areaId: string | null;
}

/** Weights: area over type over level. */
const weightOf = (rule: RoutingRule) =>
  (rule.areaId === null ? 0 : 4) + (rule.type === null ? 0 : 2) + (rule.level === null ? 0 : 1);

/** The most specific matching rule; of equal ones, the first in the table. */
export function winningRule(
  rules: readonly RoutingRule[],
  question: RoutingQuestion,
): RoutingRule | null {
  let best: RoutingRule | null = null;
  for (const rule of rules) {
    const fits =
      (rule.areaId === null || rule.areaId === question.areaId) &&
      (rule.type === null || rule.type === question.type) &&
      (rule.level === null || rule.level === question.level);
    if (fits && (best === null || weightOf(rule) > weightOf(best))) best = rule;
  }
  return best;
}

export interface Route {
  rule: string | null;
  why: 'rule' | 'area' | 'safety' | 'none';
  department: { id: string; name: { zh: string; en: string } } | null;
  assignee: string | null;
}

export async function findRules(tx: Transaction): Promise<RoutingRule[]> {
  const rows = await tx.hazardRouting.findMany({ orderBy: { sort: 'asc' } });
  if (rows.length === 0) return defaultRules(tx);
  return rows.map(({ tenantId: _tenant, sort: _sort, ...rule }) => rule as RoutingRule);
}

/** The target: by the table, else the area's department, else safety. */
export async function findRoute(tx: Transaction, question: RoutingQuestion): Promise<Route> {
  const departments = await tx.department.findMany({ where: { active: true } });
  const known = (id: string | null | undefined) => {
    const found = departments.find((one) => one.id === id);
    return found ? { id: found.id, name: found.name as { zh: string; en: string } } : null;
  };
  // A rule with a closed department is skipped.
  const rules = (await findRules(tx)).filter((rule) => known(rule.departmentId) !== null);
  const rule = winningRule(rules, question);
  if (rule) {
    const { id, departmentId, assignee } = rule;
    return { rule: id, why: 'rule', department: known(departmentId), assignee };
  }
  const area = question.areaId ? await tx.area.findFirst({ where: { id: question.areaId } }) : null;
  const ofArea = known(area?.departmentId);
  if (ofArea) return { rule: null, why: 'area', department: ofArea, assignee: null };
  const safety = known(departments.find(({ kind }) => kind === 'safety')?.id);
  return { rule: null, why: safety ? 'safety' : 'none', department: safety, assignee: null };
}

export async function routingVersion(tx: Transaction): Promise<number> {
  return (await tx.hazardRoutingVersion.findFirst())?.version ?? 0;
}

/**
 * Replaces the whole table.
 *
 * @throws Problem on a concurrent change, or for unknown references.
 */
export async function saveRules(
  unit: Unit,
  basedOn: number,
  rules: Omit<RoutingRule, 'id'>[],
): Promise<void> {
  const { tx } = unit;
  const { tenant } = unit.caller;
  await tx.hazardRoutingVersion.createMany({
    data: [{ tenantId: tenant, version: 0 }],
    skipDuplicates: true,
  });
  const { count } = await tx.hazardRoutingVersion.updateMany({
    where: { version: basedOn },
    data: { version: basedOn + 1 },
  });
  if (count === 0) throw new Problem('hazard.routing-conflict');
  await checkNames(tx, rules);
  const before = await findRules(tx);
  await tx.hazardRouting.deleteMany({});
  await tx.hazardRouting.createMany({
    data: rules.map((rule, sort) => ({ tenantId: tenant, id: ulid(), ...rule, sort })),
  });
  await unit.audit({
    action: 'update',
    entity: 'hazard-routing',
    before: { rules: before },
    after: { rules },
  });
}

async function checkNames(tx: Transaction, rules: Omit<RoutingRule, 'id'>[]): Promise<void> {
  const ids = (rows: { id: string }[]) => new Set(rows.map(({ id }) => id));
  const select = { id: true } as const;
  const departments = ids(await tx.department.findMany({ where: { active: true }, select }));
  const areas = ids(await tx.area.findMany({ select }));
  const types = ids(await tx.hazardType.findMany({ select }));
  const users = ids(await tx.appUser.findMany({ where: { active: true }, select }));
  for (const [position, rule] of rules.entries()) {
    const wrong =
      (!departments.has(rule.departmentId) && `the department "${rule.departmentId}"`) ||
      (rule.areaId !== null && !areas.has(rule.areaId) && `the area "${rule.areaId}"`) ||
      (rule.type !== null && !types.has(rule.type) && `the type "${rule.type}"`) ||
      (rule.assignee !== null && !users.has(rule.assignee) && 'an active user of that id');
    if (wrong) {
      throw new Problem(
        'request.invalid',
        `Rule ${position + 1} names what is not there: ${wrong}.`,
      );
    }
  }
}
