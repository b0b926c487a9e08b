import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../database.ts';
import type { Recipients, WorkflowDefinition } from './definition.ts';
import { barredFrom, type MachineCase } from './machine.ts';

/** Where the case belongs, which is where its roles are looked for. */
export interface Place {
  site: string | null;
  department: string | null;
}

/**
 * The active users that are meant, in the order of their names.
 *
 * A role within the department is looked for in the department of the case, and where nobody there
 * holds it, in the one above, and so on: a head answers for what lies below.
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

/** A user that a rule means, with all accounts of the same human. */
export interface Meant {
  id: string;
  accounts: string[];
}

/** The same for any number of rules in one statement: for each of them whom it means. */
export async function resolveEach(
  tx: Transaction,
  rules: readonly Recipients[],
  at: Pick<MachineCase, 'assignees' | 'parts'>,
  place: Place,
): Promise<Meant[][]> {
  const asked = rules.map((one, n) => {
    if (one.kind === 'role') return { n, role: one.role, within: one.within };
    if (one.kind === 'user') return { n, users: [one.user] };
    return { n, users: one.part === 'assignee' ? at.assignees : (at.parts[one.part] ?? []) };
  });
  const found: Meant[][] = rules.map(() => []);
  if (asked.every((one) => one.users?.length === 0)) return found;
  const rows = await sqlIn(tx)<Meant & { n: number }>(Prisma.sql`
    WITH RECURSIVE up AS (
      SELECT id, parent_id, 0 AS above FROM department WHERE id = ${place.department}
      UNION ALL
      SELECT d.id, d.parent_id, up.above + 1 FROM department d JOIN up ON d.id = up.parent_id
      WHERE up.above < 32
    ), rule AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        AS r (n int, role text, within text, users text[])
    ), meant AS (
      SELECT rule.n, u.id, u.username, u.person_id, 0 AS above
      FROM rule JOIN app_user u ON u.id = ANY (rule.users) AND u.active
      LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
      WHERE p.id IS NULL OR p.status = 'active'
      UNION ALL
      SELECT rule.n, u.id, u.username, u.person_id, CASE rule.within WHEN 'department' THEN up.above ELSE 0 END
      FROM rule JOIN user_role h ON h.role_id = rule.role
      JOIN app_user u ON u.tenant_id = h.tenant_id AND u.id = h.user_id AND u.active
      LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
      LEFT JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
      LEFT JOIN up ON up.id = p.department_id
      WHERE (p.id IS NULL OR p.status = 'active') AND CASE rule.within
        WHEN 'department' THEN up.id IS NOT NULL WHEN 'site' THEN d.site = ${place.site} ELSE TRUE END
    )
    SELECT m.n, m.id::text AS id, m.id::text || ARRAY(
        SELECT o.id::text FROM app_user o WHERE o.person_id = m.person_id AND o.id <> m.id) AS accounts
    FROM meant m WHERE m.above = (SELECT min(o.above) FROM meant o WHERE o.n = m.n)
    ORDER BY m.n, m.username`);
  for (const { n, ...one } of rows) found[n]?.push(one);
  return found;
}

/** All that any of the rules mean, each once. */
export async function resolveAll(
  tx: Transaction,
  rules: readonly Recipients[],
  at: Pick<MachineCase, 'assignees' | 'parts'>,
  place: Place,
): Promise<string[]> {
  const found = await resolveEach(tx, rules, at, place);
  return [...new Set(found.flat().map(({ id }) => id))];
}

/** The same within one transaction, for many cases: who was looked up once is known. */
export function remembering(tx: Transaction): typeof resolveAll {
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
  /** Which rule found them; null where none did. */
  rule: number | null;
}

/**
 * Whose turn it is in the case's state: those of the first rule that finds someone who may still
 * do a step there. Whom separation of duties bars from every step is passed over.
 */
export async function assign(
  tx: Transaction,
  definition: WorkflowDefinition,
  at: MachineCase,
  place: Place,
): Promise<Assignment> {
  return (await assignAndList(tx, definition, at, place)).assignment;
}

/** The same, and those whom the state's list names, in one look. */
export async function assignAndList(
  tx: Transaction,
  definition: WorkflowDefinition,
  at: MachineCase,
  place: Place,
): Promise<{ assignment: Assignment; listed: string[] }> {
  const state = definition.states.find(({ id }) => id === at.state);
  const rules = state?.assign ?? [];
  const list = state?.notify ?? [];
  const found = await resolveEach(tx, [...rules, ...list], at, place);
  let assignment: Assignment = { assignees: [], rule: null };
  for (const rule of rules.keys()) {
    const assignees = (found[rule] ?? []).flatMap((one) =>
      isBarred(definition, at, one) ? [] : [one.id],
    );
    if (assignees.length === 0) continue;
    assignment = { assignees, rule };
    break;
  }
  const listed = list.flatMap((one, position) =>
    // Not whose turn it was, but whose it is now.
    one.kind === 'part' && one.part === 'assignee'
      ? assignment.assignees
      : (found[rules.length + position] ?? []).map(({ id }) => id),
  );
  return { assignment, listed: [...new Set(listed)] };
}

function isBarred(definition: WorkflowDefinition, at: MachineCase, { accounts }: Meant): boolean {
  const involved =
    Object.values(at.played).flat().length > 0 || at.fired.some(({ by }) => by !== null);
  return involved && barredFrom(definition, at, accounts);
}
