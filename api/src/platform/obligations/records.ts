import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { readCalendar } from '../calendar/repository.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { FileGuard, Files } from '../files/types.ts';
import { Problem } from '../http/errors.ts';
import { fieldError } from '../http/field-errors.ts';
import type { User } from '../kit/routes.ts';
import { filesOf } from '../kit/rows.ts';
import { requireVersion } from '../kit/save.ts';
import { dayDate, dayText } from '../kit/schemas.ts';
import { type ObligationStep, obligationSteps } from '../manifest.ts';
import { userNames } from '../workflow/record-view.ts';
import { emit } from './carry-out.ts';
import type { ObligationKind } from './kinds.ts';
import { dayIn, plusDays } from './schedule.ts';
import type { completionBody, ObligationView, postponementBody } from './schema.ts';
import { lockSources, termsOf, timesOf } from './store.ts';
import type { EndedBy, ObligationProvider } from './types.ts';
import {
  columnsSql,
  type FullRow,
  fromSql,
  mayComplete,
  mayPostpone,
  showRow,
  stateOf,
  visibleSql,
} from './view.ts';

/** The entity of its files, lines and events. */
export const OBLIGATION = 'obligation';
const MOST_PERIODS = 24;

export type ObligationRecords = ReturnType<typeof createObligationRecords>;

/** One case: its page, and what a person records there. */
export function createObligationRecords(options: {
  units: Units;
  files: Pick<Files, 'attach' | 'of'>;
  timeZone: string;
  enabled(): Promise<ObligationKind[]>;
  refresh(
    unit: Unit,
    kind: string,
    sources: readonly string[],
    more: { endedBy?: EndedBy },
  ): Promise<void>;
  providerOf(kind: string): ObligationProvider;
}) {
  const { units, files, enabled, refresh, providerOf } = options;

  async function find(
    tx: Transaction,
    account: Account,
    id: string,
  ): Promise<{ row: FullRow; kind: ObligationKind }> {
    const kinds = await enabled();
    const [row] = await sqlIn(tx)<FullRow>(Prisma.sql`
      SELECT ${columnsSql} FROM ${fromSql} WHERE c.id = ${id} AND ${visibleSql(account, kinds)}`);
    const kind = kinds.find((one) => one.id === row?.kind);
    if (!row || !kind) throw new Problem('obligation.unknown');
    return { row, kind };
  }

  const zoneOf = async (tx: Transaction, row: FullRow): Promise<string> =>
    row.zone ?? (await readCalendar(tx)).calendar.timeZone ?? options.timeZone;

  async function show(
    tx: Transaction,
    account: Account,
    { row, kind }: { row: FullRow; kind: ObligationKind },
  ): Promise<ObligationView> {
    const now = new Date();
    const periods = await tx.obligationCase.findMany({
      where: { obligationId: row.obligationId },
      orderBy: { period: 'desc' },
      take: MOST_PERIODS,
    });
    const steps = await tx.obligationStep.findMany({
      where: { caseId: row.id },
      orderBy: [{ at: 'asc' }, { dueOn: 'asc' }],
    });
    // Those that were passed together, in the order in which they began.
    const rank = ({ step }: { step: string }) => obligationSteps.indexOf(step as ObligationStep);
    steps.sort((a, b) => a.at.getTime() - b.at.getTime() || rank(a) - rank(b));
    const people = [row.postponedBy, row.endedBy].flatMap((one) => one ?? []);
    const names = await userNames(tx, people);
    const by = (user: string | null) => (user === null ? null : (names.get(user) ?? null));
    const most = kind.postponeDays;
    return {
      ...showRow(account, kind, row, now),
      source: row.source,
      dueBy: row.dueBy as ObligationView['dueBy'],
      zone: await zoneOf(tx, row),
      doing: kind.doing,
      meter:
        row.reading === null || row.meterDue === null
          ? null
          : { reading: row.reading, due: row.meterDue },
      openedAt: row.openedAt?.toISOString() ?? null,
      movedAt: row.movedAt?.toISOString() ?? null,
      postponement: row.postponedAt && {
        at: row.postponedAt.toISOString(),
        by: by(row.postponedBy),
        reason: row.postponeReason ?? '',
      },
      postponeMost:
        most === undefined || row.plannedOn === null ? null : plusDays(row.plannedOn, most),
      ended: row.endedAt && {
        at: row.endedAt.toISOString(),
        by: by(row.endedBy),
        // A row that is owed still: its condition was over.
        reason: row.outcome === 'closed' ? (row.closedReason ?? 'not-needed') : null,
        evidence: row.evidence,
        note: row.note,
      },
      steps: steps.map((one) => ({
        step: one.step as ObligationView['steps'][number]['step'],
        dueOn: dayText(one.dueOn) === '9999-12-31' ? null : dayText(one.dueOn),
        outcome: one.outcome as ObligationView['steps'][number]['outcome'],
        at: one.at.toISOString(),
      })),
      periods: periods.map((one) => ({
        id: one.id,
        dueOn: dayText(one.dueOn),
        state: stateOf({ ...one, outcome: one.outcome as FullRow['outcome'] }, now),
        doneOn: dayText(one.doneOn),
      })),
      files: await filesOf(files, tx, OBLIGATION, row.id),
    };
  }

  /**
   * The case with its row locked, at the version that was looked at.
   *
   * @throws Problem `obligation.version-conflict` with the case as it is, `obligation.ended`.
   */
  async function lock(unit: Unit, account: Account, id: string, version: number) {
    const { tx } = unit;
    await find(tx, account, id);
    await sqlIn(tx)(Prisma.sql`SELECT 1 FROM obligation_case WHERE id = ${id} FOR UPDATE`);
    const found = await find(tx, account, id);
    const shown = await show(tx, account, found);
    requireVersion('obligation.version-conflict', found.row, version, shown);
    if (found.row.endedAt !== null) throw new Problem('obligation.ended');
    return found;
  }

  /** What was done at a fixed interval ends the oldest period. @throws Problem where this is a later one. */
  async function requireOldest(tx: Transaction, { obligationId, period, dueBy }: FullRow) {
    if (dueBy !== 'fixed') return;
    const earlier = await tx.obligationCase.findFirst({
      where: { obligationId, endedAt: null, period: { lt: period } },
      orderBy: { period: 'asc' },
    });
    if (!earlier) return;
    throw new Problem('obligation.earlier-first', undefined, {
      earlier: { id: earlier.id, dueOn: dayText(earlier.dueOn) },
    });
  }

  const refuseDay = (field: string, zh: string, en: string) =>
    new Problem('obligation.day', undefined, { errors: [fieldError(field, zh, en)] });

  return {
    /** Files of a case are for those who see it. */
    mayReadFile: (async (account, tx, file) => {
      const id = file.attachedTo?.id;
      if (id === undefined || !account.permissions.has('obligation:read')) return false;
      return find(tx, account, id).then(
        () => true,
        () => false,
      );
    }) satisfies FileGuard,

    get: (user: User, id: string): Promise<ObligationView> =>
      units.run(user, async ({ tx }) => show(tx, user.account, await find(tx, user.account, id))),

    /** @throws Problem `obligation.elsewhere` where only the module's page records it. */
    complete: (
      user: User,
      id: string,
      { version, on, note, fileIds }: z.infer<typeof completionBody>,
    ): Promise<ObligationView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const before = await find(tx, user.account, id);
        const { kind } = before;
        const provider = providerOf(kind.id);
        if (kind.complete === undefined || !provider.complete) {
          const { link } = showRow(user.account, kind, before.row, new Date()).subject;
          throw new Problem('obligation.elsewhere', undefined, { link });
        }
        if (before.row.endedAt === null && !mayComplete(user.account, kind, before.row)) {
          throw new Problem('auth.forbidden', `It needs the permission ${kind.complete}.`);
        }
        // In the order of everything that refreshes these rows.
        await lockSources(tx, user.tenant, kind.id, [before.row.source]);
        const { row } = await lock(unit, user.account, id, version);
        await requireOldest(tx, row);
        const today = dayIn(new Date(), await zoneOf(tx, row));
        if (on > today) throw refuseDay('on', `不晚于 ${today}。`, `It is ${today} or earlier.`);
        if (row.dueBy === 'done' && row.baseOn !== null && on <= row.baseOn) {
          throw refuseDay(
            'on',
            `上次完成于 ${row.baseOn}，须为更晚的日期。`,
            `It was done on ${row.baseOn} before; it is a later day.`,
          );
        }
        const done = { user, on, note, files: fileIds };
        const waits = (await provider.complete(unit, row.source, done)) === 'waits';
        const endedBy = { user: user.account.id, note };
        await refresh(unit, kind.id, [row.source], { endedBy });
        const after = await tx.obligationCase.findFirst({ where: { id } });
        if (!waits && after?.endedAt == null)
          throw refuseDay(
            'on',
            '模块中的记录尚不能使其完成。',
            'The record of the module does not end it.',
          );
        if (waits) {
          // Who looked at it before has to look again.
          await tx.obligationCase.updateMany({
            where: { id },
            data: { version: { increment: 1 } },
          });
        }
        if (fileIds.length > 0) {
          await files.attach(unit, fileIds, { entity: OBLIGATION, id, role: 'evidence' });
        }
        await unit.audit({
          action: 'complete',
          entity: OBLIGATION,
          id,
          person: row.personId,
          after: { kind: row.kind, doneOn: on, note, files: fileIds, ...(waits ? { waits } : {}) },
        });
        return show(tx, user.account, await find(tx, user.account, id));
      }),

    /** @throws Problem `obligation.fixed` for a kind that cannot be postponed. */
    postpone: (
      user: User,
      id: string,
      { version, until, reason }: z.infer<typeof postponementBody>,
    ): Promise<ObligationView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { row, kind } = await lock(unit, user.account, id, version);
        if (kind.postponeDays === undefined || row.plannedOn === null) {
          throw new Problem('obligation.fixed');
        }
        if (!mayPostpone(user.account, kind, row)) {
          throw new Problem('auth.forbidden', 'It lies outside of what you may postpone.');
        }
        const last = plusDays(row.plannedOn, kind.postponeDays);
        const first = dayIn(new Date(), await zoneOf(tx, row));
        if (until <= (row.dueOn ?? first) || until < first || until > last) {
          throw refuseDay(
            'until',
            `须晚于 ${row.dueOn}、不早于今天且不晚于 ${last}。`,
            `It is after ${row.dueOn} and up to ${last}, today or later.`,
          );
        }
        const days = { opensOn: row.opensOn, dueOn: until };
        // That it comes near was told; the new day is told from the day itself on.
        const terms = termsOf(kind, row.grace);
        const times = timesOf(terms, await zoneOf(tx, row), days, row.openedAt === null ? 0 : 1);
        await tx.obligationCase.updateMany({
          where: { id },
          data: {
            ...times,
            dueOn: dayDate(until),
            sortOn: dayDate(until),
            opensOn: dayDate(row.opensOn),
            postponedAt: new Date(),
            postponedBy: user.account.id,
            postponeReason: reason,
            version: { increment: 1 },
          },
        });
        await unit.audit({
          action: 'postpone',
          entity: OBLIGATION,
          id,
          person: row.personId,
          before: { dueOn: row.dueOn },
          after: { dueOn: until },
          reason,
        });
        await emit(unit, 'postponed', row, id, { from: row.dueOn, dueOn: until });
        return show(tx, user.account, await find(tx, user.account, id));
      }),
  };
}
