import { type Account, actorOf } from '../access/account.ts';
import type { Permission } from '../access/permissions.ts';
import type { Database, Transaction } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { WorkflowEngine } from './engine.ts';
import { hiddenUsers } from './external-view.ts';
import { REMOVED, userNames } from './record-view.ts';
import {
  assignedTo,
  countTasks,
  findRunningVersions,
  findTasks,
  ofDepartments,
  type SeenState,
  type TaskPosition,
  type TaskRow,
} from './task-rows.ts';
import { COUNTED_AT_MOST, type Task, type TaskPage, type TaskQuery } from './tasks-schema.ts';

export type Tasks = ReturnType<typeof createTasks>;

/**
 * The open cases that wait for a user, of all workflows in one list.
 *
 * @param options.paused record kinds of disabled features, whose cases are hidden.
 */
export function createTasks(options: {
  database: Database;
  engine: Pick<WorkflowEngine, 'definitions'>;
  paused: () => Promise<readonly string[]>;
}) {
  const { database, engine, paused } = options;

  async function scopeOf(tx: Transaction, account: Account, { scope }: TaskQuery) {
    if (scope === 'mine') return assignedTo(account);
    const { definitions } = engine;
    const seen: SeenState[] = [];
    for (const { definition, version } of await findRunningVersions(tx, account)) {
      const read = definitions.readPermission(definition);
      const stored = await definitions.at(tx, account.tenant, definition, version);
      if (read) seen.push(...statesSeenBy(account, stored.definition, version, read));
    }
    return ofDepartments(account, seen);
  }

  return {
    /** @throws Problem `request.cursor` */
    list(account: Account, query: TaskQuery): Promise<TaskPage> {
      const after = query.cursor === undefined ? null : readCursor(query.cursor);
      return database.transaction(actorOf(account), async (tx) => {
        const off = await paused();
        const scope = await scopeOf(tx, account, query);
        const most = COUNTED_AT_MOST + 1;
        const [found, kinds] = await Promise.all([
          findTasks(tx, scope, query, { after, paused: off }),
          after ? null : countTasks(tx, scope, { most, paused: off }),
        ]);
        const flow = async (id: string, version: number) =>
          (await engine.definitions.at(tx, account.tenant, id, version)).definition;
        const page = found.slice(0, query.limit);
        const flows = new Map<string, WorkflowDefinition>();
        for (const { definitionId, definitionVersion } of page) {
          const key = `${definitionId}/${definitionVersion}`;
          if (!flows.has(key)) flows.set(key, await flow(definitionId, definitionVersion));
        }
        const names = await userNames(
          tx,
          page.flatMap(({ assignees }) => assignees),
        );
        const { identifyPermission } = engine.definitions;
        const shown = page.map((row) =>
          show(
            row,
            account,
            knowsAssignees(row, account, identifyPermission(row.definitionId)),
            flows.get(`${row.definitionId}/${row.definitionVersion}`),
            names,
          ),
        );
        const last = page.at(-1);
        const next = last && found.length > page.length ? writeCursor(last) : null;
        if (!kinds) return { items: shown, next };
        const open = kinds.reduce((sum, one) => sum + one.open, 0);
        return {
          items: shown,
          next,
          counts: {
            open: Math.min(open, COUNTED_AT_MOST),
            overdue: Math.min(
              kinds.reduce((sum, one) => sum + one.overdue, 0),
              COUNTED_AT_MOST,
            ),
            kinds: await Promise.all(
              kinds.map(async ({ entity, definition, version, open: count }) => ({
                entity,
                name: (await flow(definition, version)).name,
                open: count,
              })),
            ),
            atLeast: open > COUNTED_AT_MOST,
          },
        };
      });
    },
  };
}

/**
 * The states of a workflow whose cases an account may see for its department: it may read such
 * records there, and a step of the state is open to others than the assignees and has a permission
 * that the account holds there. Permissions for own records do not count for the department.
 */
export function statesSeenBy(
  account: Pick<Account, 'permissions' | 'site'>,
  definition: WorkflowDefinition,
  version: number,
  read: Permission,
): SeenState[] {
  return definition.states.flatMap(({ id: state, kind }) => {
    if (kind === 'final') return [];
    const sites = definition.transitions
      .filter(({ from, assigneesOnly }) => from.includes(state) && !assigneesOnly)
      .map(({ permission }) => siteWithin(account, [read, permission]));
    if (sites.includes(null)) return [{ definition: definition.id, version, state, site: null }];
    const site = sites.find((one) => one !== undefined);
    return site === undefined ? [] : [{ definition: definition.id, version, state, site }];
  });
}

/** The site to which all permissions are limited; null: none. Undefined: no reach. */
function siteWithin(
  { permissions, site }: Pick<Account, 'permissions' | 'site'>,
  needed: readonly Permission[],
): string | null | undefined {
  const scopes = needed.map((one) => permissions.get(one));
  if (scopes.some((scope) => scope === undefined || scope === 'own')) return undefined;
  return scopes.includes('site') ? (site ?? undefined) : null;
}

/**
 * Whether the account is shown who else a task is assigned to. Those who may not know the reporter of a
 * record are not, for any reporter: a list that is empty, or lacks one colleague, would name them.
 */
function knowsAssignees(row: TaskRow, { permissions }: Account, identify: Permission | undefined) {
  if (hiddenUsers(row.played).length === 0) return true;
  return identify !== undefined && permissions.get(identify) === 'all';
}

function show(
  row: TaskRow,
  account: Account,
  assigneesShown: boolean,
  flow: WorkflowDefinition | undefined,
  names: ReadonlyMap<string, Task['title']>,
): Task {
  const assignees = row.assignees.filter((id) => assigneesShown || id === account.id);
  return {
    id: row.id,
    entity: row.entity,
    entityId: row.entityId,
    kind: flow?.name ?? REMOVED,
    title: row.title,
    link: row.link,
    state: row.state,
    stateName: flow?.states.find(({ id }) => id === row.state)?.name ?? REMOVED,
    enteredAt: row.enteredAt.toISOString(),
    dueAt: row.dueAt?.toISOString() ?? null,
    overdue: row.dueAt !== null && row.dueAt.getTime() < Date.now(),
    department:
      row.departmentId === null
        ? null
        : { id: row.departmentId, name: row.departmentName ?? REMOVED },
    mine: row.assignees.includes(account.id),
    assignees: assignees.map((id) => ({ id, displayName: names.get(id) ?? REMOVED })),
    assigneesShown,
  };
}

const writeCursor = ({ dueAt, id }: TaskRow): string =>
  Buffer.from(`${dueAt?.getTime() ?? ''}|${id}`).toString('base64url');

/** @throws Problem where it is not a cursor of this list. */
function readCursor(cursor: string): TaskPosition {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [whole, time, id] = /^(\d{0,15})\|([0-9A-Z]{26})$/.exec(text) ?? [];
  if (!whole || !id) throw new Problem('request.cursor');
  return { dueAt: time ? new Date(Number(time)) : null, id };
}
