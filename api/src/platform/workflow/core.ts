import { LRUCache } from 'lru-cache';
import type { Account } from '../access/account.ts';
import { isWithin, reachOf } from '../access/scope.ts';
import { type Calendar, createCalendar } from '../calendar/calendar.ts';
import { usualCalendar, workingCalendar } from '../calendar/definition.ts';
import { readCalendar } from '../calendar/repository.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import type { Files } from '../files/types.ts';
import { Problem } from '../http/errors.ts';
import type { Notices } from '../notices/types.ts';
import { createDefinitionStore, type DefinitionStore } from './definitions.ts';
import type { CaseChange, CaseListener, NoticeKindOf, WorkflowCase } from './engine-types.ts';
import type { Actor } from './machine.ts';
import * as rows from './repository.ts';

export interface EngineParts {
  files: Pick<Files, 'of'>;
  notices: Notices;
  /** Of the installation (ANSHI_TIME_ZONE), for tenants whose calendar has none. */
  timeZone: string;
  now?: () => Date;
}

/** Dependencies of the engine's parts. */
export interface EngineCore {
  readonly definitions: DefinitionStore;
  readonly parts: Required<EngineParts>;
  /** By the id of the workflow. */
  readonly noticeKinds: Map<string, NoticeKindOf>;
  calendarOf(tx: Transaction): Promise<Calendar>;
  /** From the JSON of the tenant's row; null for the default. */
  calendarFrom(row: string | null): Calendar;
  follow(entity: string, listener: CaseListener): void;
  /** Subscribes to changes of all cases, within their transactions. */
  watch(listener: CaseWatcher): void;
  /** Calls the listeners of the case's kind, and those of all cases. */
  notifyListeners(
    unit: Unit,
    found: WorkflowCase,
    change: CaseChange,
    before?: CaseBefore,
  ): Promise<void>;
}

/** The previous state of a case, for notifications. */
export type CaseBefore = Pick<WorkflowCase, 'assignees' | 'department' | 'state'>;
export type CaseWatcher = (
  unit: Unit,
  found: WorkflowCase,
  change: CaseChange,
  before?: CaseBefore,
) => void;

export function createCore(given: EngineParts): EngineCore {
  const parts = { now: () => new Date(), ...given };
  const listeners = new Map<string, CaseListener[]>();
  const watchers: CaseWatcher[] = [];
  const usual = createCalendar(usualCalendar, parts.timeZone);
  // By content: a changed rule is a different one.
  const calendars = new LRUCache<string, Calendar>({ max: 100 });
  return {
    parts,
    definitions: createDefinitionStore(),
    noticeKinds: new Map(),
    calendarOf: async (tx) => createCalendar((await readCalendar(tx)).calendar, parts.timeZone),
    calendarFrom(row) {
      if (row === null) return usual;
      const known = calendars.get(row);
      if (known) return known;
      const calendar = createCalendar(workingCalendar.parse(JSON.parse(row)), parts.timeZone);
      calendars.set(row, calendar);
      return calendar;
    },
    follow(entity, listener) {
      listeners.set(entity, [...(listeners.get(entity) ?? []), listener]);
    },
    watch(listener) {
      watchers.push(listener);
    },
    async notifyListeners(unit, found, change, before) {
      for (const listener of listeners.get(found.subject.entity) ?? []) {
        await listener(unit, found, change);
      }
      for (const watcher of watchers) watcher(unit, found, change, before);
    },
  };
}

/** Permission context of an actor: a case is an own record of its assignees and participants. */
export async function actorOf(unit: Unit, account: Account, row: rows.CaseRow): Promise<Actor> {
  return actorWith(account, row, await rows.accountsOf(unit.tx, account.id, account.person));
}

/** The same with the human's accounts already known. */
export function actorWith(
  account: Account,
  row: Pick<rows.CaseRow, 'assignees' | 'parts' | 'site' | 'department'>,
  accounts: readonly string[],
): Actor {
  const users = [...row.assignees, ...Object.values(row.parts as Record<string, string[]>).flat()];
  const record = { site: row.site, department: row.department, users };
  return {
    id: account.id,
    accounts,
    reach(permission) {
      if (!account.permissions.has(permission)) return 'missing';
      return isWithin(account, reachOf(account, permission), record) ? 'within' : 'outside';
    },
  };
}

/** The columns of a step for its actor. */
export const by = ({ caller: { account } }: Unit) => ({
  byUser: account?.id ?? null,
  ...(account ? { byName: account.displayName } : {}),
});

/**
 * The case at the caller's version, locked until this transaction ends.
 *
 * @throws Problem `workflow.case-unknown`, `workflow.version-conflict`
 */
export async function lockAt(unit: Unit, id: string, version: number): Promise<rows.CaseRow> {
  const row = await rows.lockCase(unit.tx, id);
  if (!row) throw new Problem('workflow.case-unknown');
  if (row.version !== version) throw conflict(row);
  return row;
}

export const conflict = (row: rows.CaseRow) =>
  new Problem('workflow.version-conflict', undefined, { current: rows.showCase(row) });
