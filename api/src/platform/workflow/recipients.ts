import type { Transaction } from '../database.ts';
import type { Recipients, WorkflowDefinition } from './definition.ts';
import { barredFrom, type MachineCase } from './machine.ts';
import { accountsOf, activeUsers } from './repository.ts';

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
  switch (one.kind) {
    case 'user':
      return activeUsers(tx, [one.user]);
    case 'part':
      return activeUsers(tx, one.part === 'assignee' ? at.assignees : (at.parts[one.part] ?? []));
    case 'role':
      return holdersOf(tx, one.role, one.within, place);
  }
}

/** All that any of the rules mean, each once. */
export async function resolveAll(
  tx: Transaction,
  rules: readonly Recipients[],
  at: Pick<MachineCase, 'assignees' | 'parts'>,
  place: Place,
): Promise<string[]> {
  const found = new Set<string>();
  for (const one of rules) for (const id of await resolve(tx, one, at, place)) found.add(id);
  return [...found];
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

async function holdersOf(
  tx: Transaction,
  role: string,
  within: 'department' | 'site' | 'all',
  place: Place,
): Promise<string[]> {
  if (within === 'department') {
    if (place.department === null) return [];
    const rows = await tx.$queryRaw<{ id: string }[]>`
      WITH RECURSIVE up AS (
        SELECT id, parent_id, 0 AS above FROM department WHERE id = ${place.department}
        UNION ALL
        SELECT d.id, d.parent_id, up.above + 1 FROM department d JOIN up ON d.id = up.parent_id
        WHERE up.above < 32
      ), holder AS (
        SELECT u.id, u.username, up.above
        FROM up
        JOIN person p ON p.department_id = up.id AND p.status = 'active'
        JOIN app_user u ON u.person_id = p.id AND u.active
        JOIN user_role r ON r.user_id = u.id AND r.role_id = ${role}
      )
      SELECT id FROM holder WHERE above = (SELECT min(above) FROM holder) ORDER BY username`;
    return rows.map(({ id }) => id);
  }
  if (within === 'site' && place.site === null) return [];
  const site = within === 'site' ? place.site : null;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT u.id
    FROM user_role r
    JOIN app_user u ON u.id = r.user_id AND u.active
    LEFT JOIN person p ON p.id = u.person_id
    LEFT JOIN department d ON d.id = p.department_id
    WHERE r.role_id = ${role} AND (p.id IS NULL OR p.status = 'active')
      AND (${site}::text IS NULL OR d.site = ${site})
    ORDER BY u.username`;
  return rows.map(({ id }) => id);
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
  const state = definition.states.find(({ id }) => id === at.state);
  for (const [rule, one] of (state?.assign ?? []).entries()) {
    const assignees: string[] = [];
    for (const id of await resolve(tx, one, at, place)) {
      if (!(await isBarred(tx, definition, at, id))) assignees.push(id);
    }
    if (assignees.length > 0) return { assignees, rule };
  }
  return { assignees: [], rule: null };
}

async function isBarred(
  tx: Transaction,
  definition: WorkflowDefinition,
  at: MachineCase,
  id: string,
): Promise<boolean> {
  const involved = [
    ...Object.values(at.played).flat(),
    ...at.fired.flatMap(({ by }) => (by === null ? [] : [by])),
  ];
  // Most people had no part in the case, and need no look at their other accounts.
  if (involved.length === 0) return false;
  const user = await tx.appUser.findFirst({ where: { id }, select: { personId: true } });
  return barredFrom(definition, at, await accountsOf(tx, id, user?.personId ?? null));
}
