import type { Unit } from '../db/unit-of-work.ts';
import type { WorkflowEngine } from './engine.ts';
import { assign, cachedResolver, resolve } from './recipients.ts';
import { activeUsers, asMachineCase, findSteps, lockCase } from './repository.ts';

/** Cases with the same candidates for the same reason. */
interface Group {
  definitionId: string;
  definitionVersion: number;
  state: string;
  site: string | null;
  department: string | null;
  rule: number | null;
  assignees: string[];
  /** The parts of people, without assignees: a rule may refer to a part. */
  parts: Record<string, string[]>;
  cases: string[];
}

/**
 * Open cases with an assignee who cannot act any more: left, locked, without the role, or in
 * another department. Also cases without any assignee.
 *
 * @param paused record kinds of disabled features: their cases are not assigned.
 */
export async function findInvalidAssignments(
  unit: Unit,
  engine: WorkflowEngine,
  paused: readonly string[] = [],
): Promise<string[]> {
  const { tx, caller } = unit;
  const groups = await tx.$queryRaw<Group[]>`
    SELECT definition_id AS "definitionId", definition_version AS "definitionVersion", state, site,
           department, assigned_by_rule AS rule, assignees,
           CASE WHEN assignees = '{}' THEN parts ELSE '{}' END AS parts, array_agg(id ORDER BY id) AS cases
    FROM workflow_case WHERE closed_at IS NULL AND entity <> ALL (${[...paused]}::text[])
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;
  const everyone = [...new Set(groups.flatMap(({ assignees }) => assignees))];
  const active = new Set(await activeUsers(tx, everyone));
  const found: string[] = [];
  const find = cachedResolver(tx);
  const holders = new Map<string, Set<string>>();
  for (const group of groups) {
    if (group.assignees.some((id) => !active.has(id))) {
      found.push(...group.cases);
      continue;
    }
    const stored = await engine.definitions.at(
      tx,
      caller.tenant,
      group.definitionId,
      group.definitionVersion,
    );
    const rules = stored.definition.states.find(({ id }) => id === group.state)?.assign ?? [];
    if (group.assignees.length === 0) {
      // Separation of duties may still bar a candidate.
      if ((await find(tx, rules, group, group)).length > 0) found.push(...group.cases);
      continue;
    }
    const rule = group.rule === null ? undefined : rules[group.rule];
    if (rule?.kind !== 'role') continue;
    const key = JSON.stringify([rule, group.site, group.department]);
    const known =
      holders.get(key) ?? new Set(await resolve(tx, rule, { assignees: [], parts: {} }, group));
    holders.set(key, known);
    if (group.assignees.some((id) => !known.has(id))) found.push(...group.cases);
  }
  return found;
}

/**
 * Assigns one case by the rules of its state. Manually chosen assignees who can still act are kept.
 *
 * @returns whether the assignees changed.
 */
export async function reassignByRules(
  unit: Unit,
  engine: WorkflowEngine,
  id: string,
): Promise<boolean> {
  const { tx, caller } = unit;
  const row = await lockCase(tx, id);
  if (!row || row.closedAt) return false;
  const staying = await activeUsers(tx, row.assignees);
  const { definition } = await engine.definitions.at(
    tx,
    caller.tenant,
    row.definitionId,
    row.definitionVersion,
  );
  const at = { ...asMachineCase(row, await findSteps(tx, row.id)), assignees: staying };
  const byHand = row.assignedByRule === null && staying.length > 0;
  const to = byHand
    ? { assignees: staying, rule: null }
    : await assign(tx, definition, at, { site: row.site, department: row.department });
  const isSame =
    to.assignees.length === row.assignees.length &&
    to.assignees.every((user) => row.assignees.includes(user));
  if (isSame) return false;
  await engine.handOver(unit, row, to, null);
  return true;
}
