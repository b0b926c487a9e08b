import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { Recipients, WorkflowDefinition } from './definition.ts';
import { barredFrom, type MachineCase } from './machine.ts';

/** The location of the case, where its roles are resolved. */
export interface Place {
  site: string | null;
  department: string | null;
}

/**
 * The active users of the rules, by name.
 *
 * A department role is resolved in the case's department, and where it has no holder, in the
 * parent, and so on: a head is responsible for the departments below.
 */
export async function resolve(
  tx: Transaction,
  one: Recipients,
  at: Pick<MachineCase, 'assignees' | 'parts'>,
  place: Place,
): Promise<string[]> {
  const [found = []] = await resolveEach(tx, [one], at, place);
  return found.map(({ id }) => id);
}

/** A user of a rule, with all accounts of the same human. */
export interface ResolvedUser {
  id: string;
  displayName: { zh: string; en: string };
  accounts: string[];
}

/** The same for any number of rules in one statement, per rule. */
export async function resolveEach(
  tx: Transaction,
  rules: readonly Recipients[],
  at: Pick<MachineCase, 'assignees' | 'parts'>,
  place: Place,
): Promise<ResolvedUser[][]> {
  const asked = new Map<string, RuleQuery>();
  const positions = rules.map((one) => {
    const query = queryOf(one, at);
    const key = JSON.stringify(query);
    const known = asked.get(key) ?? { n: asked.size, ...query };
    asked.set(key, known);
    return known.n;
  });
  const found: ResolvedUser[][] = [...asked].map(() => []);
  const questions = [...asked.values()].filter(
    (one) => one.role !== undefined || one.users?.length,
  );
  if (questions.length > 0) {
    const rows = await sqlIn(tx)<ResolvedUser & { n: number }>(usersQuery(questions, place));
    for (const { n, ...one } of rows) found[n]?.push(one);
  }
  return positions.map((n) => found[n] ?? []);
}

interface RuleQuery {
  n: number;
  role?: string;
  within?: 'department' | 'site' | 'all';
  users?: readonly string[];
}

function queryOf(
  one: Recipients,
  at: Pick<MachineCase, 'assignees' | 'parts'>,
): Omit<RuleQuery, 'n'> {
  if (one.kind === 'role') return { role: one.role, within: one.within };
  if (one.kind === 'user') return { users: [one.user] };
  return { users: one.part === 'assignee' ? at.assignees : (at.parts[one.part] ?? []) };
}

/** Built from the needed parts only: each joined table has a cost. */
function usersQuery(asked: readonly RuleQuery[], place: Place): Prisma.Sql {
  const isUpwards = asked.some(({ within }) => within === 'department');
  const isWithin = isUpwards || asked.some(({ within }) => within === 'site');
  const columns = Prisma.sql`rule.n, u.id, u.username, u.display_name, u.person_id`;
  const rule = Prisma.sql`jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
    AS rule (n int, role text, within text, users text[])`;
  const named = Prisma.sql`
    SELECT ${columns}, 0 AS above FROM ${rule} JOIN app_user u ON u.id = ANY (rule.users) AND u.active
    LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
    WHERE p.id IS NULL OR p.status = 'active'`;
  const above = isUpwards
    ? Prisma.sql`CASE rule.within WHEN 'department' THEN up.above ELSE 0 END`
    : Prisma.sql`0`;
  const within = Prisma.sql`LEFT JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id`;
  const holders = Prisma.sql`
    SELECT ${columns}, ${above} AS above FROM ${rule} JOIN user_role h ON h.role_id = rule.role
    JOIN app_user u ON u.tenant_id = h.tenant_id AND u.id = h.user_id AND u.active
    LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
    ${isWithin ? within : Prisma.empty}
    ${isUpwards ? Prisma.sql`LEFT JOIN up ON up.id = p.department_id` : Prisma.empty}
    WHERE (p.id IS NULL OR p.status = 'active')
    ${isWithin ? Prisma.sql`AND CASE rule.within WHEN 'site' THEN d.site = ${place.site}` : Prisma.empty}
    ${isUpwards ? Prisma.sql`WHEN 'department' THEN up.id IS NOT NULL` : Prisma.empty}
    ${isWithin ? Prisma.sql`ELSE TRUE END` : Prisma.empty}`;
  const parts = [
    ...(asked.some(({ users }) => users) ? [named] : []),
    ...(asked.some(({ role }) => role !== undefined) ? [holders] : []),
  ];
  const accounts = Prisma.sql`m.id::text || ARRAY(
    SELECT o.id::text FROM app_user o WHERE o.person_id = m.person_id AND o.id <> m.id) AS accounts`;
  const shown = Prisma.sql`m.n, m.id::text AS id, m.display_name AS "displayName", ${accounts}`;
  const meant = Prisma.join(parts, ' UNION ALL ');
  if (!isUpwards) return Prisma.sql`SELECT ${shown} FROM (${meant}) m ORDER BY m.n, m.username`;
  return Prisma.sql`
    WITH RECURSIVE up AS (
      SELECT id, parent_id, 0 AS above FROM department WHERE id = ${place.department}
      UNION ALL
      SELECT d.id, d.parent_id, up.above + 1 FROM department d JOIN up ON d.id = up.parent_id
      WHERE up.above < 32
    ), meant AS (${meant})
    SELECT ${shown} FROM meant m WHERE m.above = (SELECT min(o.above) FROM meant o WHERE o.n = m.n)
    ORDER BY m.n, m.username`;
}

/** The users of all rules, without duplicates. */
export async function resolveAll(
  tx: Transaction,
  rules: readonly Recipients[],
  at: Pick<MachineCase, 'assignees' | 'parts'>,
  place: Place,
): Promise<string[]> {
  const found = await resolveEach(tx, rules, at, place);
  return [...new Set(found.flat().map(({ id }) => id))];
}

/** The same with a cache per transaction, for many cases. */
export function cachedResolver(tx: Transaction): typeof resolveAll {
  const known = new Map<string, string[]>();
  return async (_tx, rules, at, place) => {
    const found = new Set<string>();
    for (const one of rules) {
      const who = one.kind === 'part' && one.part === 'assignee' ? at.assignees : null;
      const about =
        one.kind === 'part' ? (who ?? at.parts[one.part]) : [place.site, place.department];
      const key = JSON.stringify([one, about]);
      const users = known.get(key) ?? (await resolve(tx, one, at, place));
      known.set(key, users);
      for (const id of users) found.add(id);
    }
    return [...found];
  };
}

export interface Assignment {
  assignees: string[];
  /** The matching rule; null for none. */
  rule: number | null;
}

/**
 * The assignees of the case's state: those of the first rule that finds someone who may do a step
 * there. Users barred from every step by separation of duties are skipped.
 */
export async function assign(
  tx: Transaction,
  definition: WorkflowDefinition,
  at: MachineCase,
  place: Place,
): Promise<Assignment> {
  return (await assignAndList(tx, definition, at, place)).assignment;
}

/** The assignees with names, and the state's recipients. */
export interface Assigned {
  assignment: Assignment;
  listed: string[];
  names: Pick<ResolvedUser, 'id' | 'displayName'>[];
}

/** The same and the state's recipients, in one query. */
export async function assignAndList(
  tx: Transaction,
  definition: WorkflowDefinition,
  at: MachineCase,
  place: Place,
): Promise<Assigned> {
  const state = definition.states.find(({ id }) => id === at.state);
  const rules = state?.assign ?? [];
  const list = state?.notify ?? [];
  const found = await resolveEach(tx, [...rules, ...list], at, place);
  let assignment: Assignment = { assignees: [], rule: null };
  let names: Assigned['names'] = [];
  for (const rule of rules.keys()) {
    const able = (found[rule] ?? []).filter((one) => !isBarred(definition, at, one));
    if (able.length === 0) continue;
    assignment = { assignees: able.map(({ id }) => id), rule };
    names = able.map(({ id, displayName }) => ({ id, displayName }));
    break;
  }
  const listed = list.flatMap((one, position) =>
    // The new assignees, not the previous ones.
    one.kind === 'part' && one.part === 'assignee'
      ? assignment.assignees
      : (found[rules.length + position] ?? []).map(({ id }) => id),
  );
  return { assignment, listed: [...new Set(listed)], names };
}

function isBarred(
  definition: WorkflowDefinition,
  at: MachineCase,
  { accounts }: ResolvedUser,
): boolean {
  const involved =
    Object.values(at.played).flat().length > 0 || at.fired.some(({ by }) => by !== null);
  return involved && barredFrom(definition, at, accounts);
}
