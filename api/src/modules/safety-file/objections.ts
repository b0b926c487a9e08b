import type { Bilingual } from '@anshi/contracts';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import { fireAction, recordService, textOf } from '../../platform/workflow/record.ts';
import { caseColumns, flowsOf } from '../../platform/workflow/record-columns.ts';
import type { ActionBody } from '../../platform/workflow/record-schema.ts';
import { showCase, showTransition, userNames } from '../../platform/workflow/record-view.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { accountsConcerned } from '../violations/recusal.ts';
import type { ViolationsService } from '../violations/service.ts';
import { isBarred } from './barred.ts';
import { visibleEntry } from './entries.ts';
import { LAPSE, OBJECTION, WITHDRAW } from './flow.ts';
import {
  addChange,
  countingOf,
  type EntryRow,
  findEntry,
  findingsOfAct,
  holdViolation,
  holdViolations,
  noteOpened,
  objectUntilOf,
  stateOf,
} from './rows.ts';
import type { Entry, Objection, ObjectionQuery, ObjectionRow, objectionPage } from './schema.ts';
import { decisionOf, showEntries } from './show.ts';
import type { FileTell } from './tell.ts';

type Row = Prisma.ViolationObjectionModel;
const newest = listOrder('objections newest', 'desc', { filedAt: 'time', id: 'id' });

export type Objections = ReturnType<typeof createObjections>;

/** Objections of people to entries of their files, and the decisions on them by another person. */
export function createObjections(parts: {
  units: Units;
  workflows: Workflows;
  violations: Pick<ViolationsService, 'judges' | 'withdrawName'>;
  incidents: Pick<IncidentsService, 'holdOf'>;
  tell: FileTell;
}) {
  const { units, workflows, violations, incidents, tell } = parts;

  workflows.follow(OBJECTION, async (unit, found, change) => {
    // The row is written after the case was started.
    if (change === 'started') return;
    await unit.tx.violationObjection.updateMany({
      where: { id: found.subject.id },
      data: caseColumns(found),
    });
  });

  async function find({ tx }: Unit, id: string): Promise<Row> {
    const row = await tx.violationObjection.findFirst({ where: { id } });
    if (!row) throw new Problem('objection.unknown');
    return row;
  }

  async function showRows({ tx }: Unit, rows: readonly Row[]): Promise<ObjectionRow[]> {
    const entries = await tx.safetyEntry.findMany({
      where: { id: { in: rows.map(({ entryId }) => entryId) } },
      select: { id: true, kindName: true, startedAt: true },
    });
    const people = await tx.person.findMany({
      where: { id: { in: rows.map(({ personId }) => personId) } },
      select: { id: true, name: true },
    });
    const names = await userNames(
      tx,
      rows.flatMap(({ assignees }) => assignees),
    );
    const flows = await flowsOf(workflows, tx, OBJECTION, rows);
    return rows.map((row) => {
      const entry = entries.find(({ id }) => id === row.entryId);
      return {
        id: row.id,
        ...showCase(row, flows.get(row.flowVersion), names),
        person: {
          id: row.personId,
          name: people.find(({ id }) => id === row.personId)?.name ?? '',
        },
        kindName: entry?.kindName as Bilingual,
        startedAt: (entry?.startedAt ?? row.filedAt).toISOString(),
        text: row.text,
        filedAt: row.filedAt.toISOString(),
        ...decisionOf(row),
      };
    });
  }

  async function show(unit: Unit, account: Account, row: Row): Promise<Objection> {
    const [shown] = await showRows(unit, [row]);
    const entry = await findEntry(unit.tx, row.entryId);
    const [of] = await showEntries(unit.tx, account, entry ? [entry] : []);
    const may = row.closedAt === null && entry && !(await isBarred(unit.tx, account, entry));
    const transitions = may ? await workflows.available(unit, account, { id: row.caseId }) : [];
    return {
      ...(shown as ObjectionRow),
      entry: of as Entry,
      transitions: transitions.filter(({ id }) => id !== LAPSE).map(showTransition),
    };
  }

  /** The entries of the same person for the same act: what is granted for one holds for all. */
  async function withdraw(unit: Unit, entry: EntryRow, reason: string): Promise<void> {
    const { tx } = unit;
    for (const { id, personId } of await findingsOfAct(tx, entry.violationId)) {
      for (const one of await countingOf(tx, id)) {
        if (one.personId !== entry.personId) continue;
        if (one.id !== entry.id) await lapse(unit, one);
        await addChange(unit, one, { kind: 'withdrawn', reason });
        await tell.changed(unit, one, 'withdrawn');
      }
      if (personId === entry.personId) await violations.withdrawName(unit, id);
    }
  }

  /** @throws Problem `workflow.separation` for the person, a reviewer, and those who may have been the one. */
  async function decide(unit: Unit, row: Row, action: ActionBody): Promise<Row> {
    const { tx, caller } = unit;
    if (action.transition === LAPSE) throw new Problem('objection.by-itself');
    const { violationId } = await tx.safetyEntry.findFirstOrThrow({ where: { id: row.entryId } });
    // The site first, as verdicts do.
    await incidents.holdOf(unit, violationId);
    await holdViolations(
      tx,
      (await findingsOfAct(tx, violationId)).map(({ id }) => id),
    );
    const entry = await findEntry(tx, row.entryId);
    if (!entry) throw new Problem('safety-entry.unknown');
    if (caller.account === null || (await isBarred(tx, caller.account, entry))) {
      throw new Problem('workflow.separation');
    }
    await fireAction(workflows, unit, row, action);
    const by = caller.account;
    const reason = textOf(action, 'reason');
    await tx.violationObjection.updateMany({
      where: { id: row.id },
      data: {
        reason,
        decidedBy: by?.id ?? null,
        decidedByName: by?.displayName ?? {},
        decidedAt: new Date(),
      },
    });
    if (action.transition !== WITHDRAW) {
      await tell.changed(unit, entry, 'upheld');
      return find(unit, row.id);
    }
    await withdraw(unit, entry, reason);
    return find(unit, row.id);
  }

  /** Opens the case of an objection. The account that records it cannot decide it. */
  async function start(
    unit: Unit,
    entry: EntryRow,
    {
      text,
      how,
      saidOn,
    }: { text: string; how: 'account' | 'paper' | 'desk'; saidOn: string | null },
  ): Promise<string> {
    const { tx, caller } = unit;
    const { id: entryId, personId, violationId } = entry;
    const kind = entry.kindName as Bilingual;
    const id = newId();
    const judges = await violations.judges(tx, violationId);
    const found = await workflows.start(unit, {
      definition: OBJECTION,
      subject: { entity: OBJECTION, id },
      belonging: {},
      parts: {
        reviewer: [...new Set([entry.reviewerId, ...judges])],
        concerned: await accountsConcerned(tx, violationId),
      },
      title: { zh: `违章异议：${kind.zh}`, en: `Objection: ${kind.en}` },
      link: `/objections/${id}`,
    });
    await tx.violationObjection.create({
      data: {
        tenantId: caller.tenant,
        id,
        entryId,
        personId,
        text,
        how,
        saidOn: dayDate(saidOn),
        filedBy: caller.account?.id ?? '',
        ...caseColumns(found),
      },
    });
    await unit.audit({
      action: 'create',
      entity: OBJECTION,
      id,
      person: personId,
      after: { entry: entryId, how, saidOn },
    });
    return id;
  }

  async function lapse(unit: Unit, { id }: EntryRow): Promise<void> {
    const row = await unit.tx.violationObjection.findFirst({
      where: { entryId: id, closedAt: null },
    });
    if (!row) return;
    await workflows.fire(
      { ...unit, caller: systemCaller(unit.caller.tenant) },
      {
        case: row.caseId,
        transition: LAPSE,
        version: row.version,
        fields: {},
        files: [],
        note: null,
      },
    );
  }

  const record = recordService<Row, ActionBody, Objection>({
    definition: OBJECTION,
    units,
    workflows,
    read: (unit, _account, id) => find(unit, id),
    show,
    act: (unit, _account, row, action) => decide(unit, row, action),
    assignable: () => null,
  });

  return {
    record,
    start,

    /** Ends the open objection to an entry that counts no more for another reason. */
    lapse,

    /** @throws Problem `safety-entry.not-own`, `safety-entry.not-in-force`, `objection.too-late`, `objection.twice`. */
    file: (user: User, id: string, text: string): Promise<Entry> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const seen = await visibleEntry(tx, user.account, id);
        if (seen.personId !== user.account.person) throw new Problem('safety-entry.not-own');
        await holdViolation(tx, seen.violationId);
        const [entry = seen] = await noteOpened(unit, [(await findEntry(tx, id)) ?? seen]);
        const until = objectUntilOf(entry);
        if (entry.objection) throw new Problem('objection.twice');
        if (stateOf(entry) !== 'in-force') throw new Problem('safety-entry.not-in-force');
        if (until !== null && until <= new Date()) throw new Problem('objection.too-late');
        await start(unit, entry, { text, how: 'account', saidOn: null });
        const now = await findEntry(tx, id);
        return (await showEntries(tx, user.account, now ? [now] : []))[0] as Entry;
      }),

    list: (user: User, query: ObjectionQuery): Promise<z.infer<typeof objectionPage>> =>
      units.run(user, async (unit) => {
        const { cursor, limit, state } = query;
        const found = await unit.tx.violationObjection.findMany({
          where: {
            AND: [
              state === 'open' ? { closedAt: null } : {},
              state === 'closed' ? { closedAt: { not: null } } : {},
              newest.beyond(newest.after(cursor)),
            ],
          },
          orderBy: newest.by(),
          take: limit + 1,
        });
        const { rows, next } = newest.page(found, limit);
        const open = await unit.tx.violationObjection.count({ where: { closedAt: null } });
        return { items: await showRows(unit, rows), next, open };
      }),

    get: (user: User, id: string): Promise<Objection> =>
      units.run(user, async (unit) => show(unit, user.account, await find(unit, id))),
  };
}
