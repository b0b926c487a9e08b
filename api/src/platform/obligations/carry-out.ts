import type { Unit } from '../db/unit-of-work.ts';
import { dayDate, dayText } from '../kit/schemas.ts';
import type { ObligationKind } from './kinds.ts';
import type { CaseDates, Plan } from './plan.ts';
import type { RefreshParts } from './refresh.ts';
import { type CaseRow, knownCase, type ObligationRow, termsOf, timesOf } from './store.ts';
import { tellMoved } from './tell.ts';
import type { ClosedReason, EndedBy } from './types.ts';

/**
 * Writes the ends and the other dates of cases that are there.
 *
 * @param given.grace days of grace from now on, see `Owed.grace`.
 */
export async function carryOut(
  parts: RefreshParts,
  unit: Unit,
  kind: ObligationKind,
  given: {
    row: ObligationRow;
    zone: string;
    plan: Plan;
    waiting: readonly CaseRow[];
    grace: number | null;
    now: Date;
    endedBy: EndedBy | undefined;
  },
): Promise<void> {
  const { tx } = unit;
  const { zone, plan, waiting, grace, now, endedBy } = given;
  const row = { ...given.row, grace };
  for (const { id, doneOn, evidence } of plan.ends) {
    await tx.obligationCase.updateMany({
      where: { id },
      data: {
        endedAt: now,
        outcome: 'done',
        doneOn: dayDate(doneOn),
        evidence,
        note: endedBy?.note ?? null,
        endedBy: endedBy?.user ?? unit.caller.account?.id ?? null,
        lookAt: null,
        version: { increment: 1 },
      },
    });
    await emit(unit, 'ended', row, id, { doneOn, outcome: 'done' });
  }
  for (const { id } of plan.closes) {
    const old = waiting.find((one) => one.id === id) as CaseRow;
    await closeCase(unit, row, old, 'not-needed', now);
  }
  for (const { id, dates, moved } of plan.changes) {
    const old = waiting.find((one) => one.id === id) as CaseRow;
    await change(parts, unit, kind, { row, zone, old, dates, moved, now });
  }
  if (grace === given.row.grace) return;
  // Other days of grace move when a case is overdue, also where its day stays.
  const handled = new Set([...plan.ends, ...plan.closes, ...plan.changes].map(({ id }) => id));
  for (const old of waiting.filter(({ id, endedAt }) => endedAt === null && !handled.has(id))) {
    await change(parts, unit, kind, { row, zone, old, dates: knownCase(old), moved: false, now });
  }
}

/** Other dates for a case. A planned day that moves ends a postponement, and is told where people know of the case. */
async function change(
  parts: RefreshParts,
  unit: Unit,
  kind: ObligationKind,
  given: {
    row: ObligationRow;
    zone: string;
    old: CaseRow;
    dates: CaseDates;
    moved: boolean;
    now: Date;
  },
): Promise<void> {
  const { row, zone, old, dates, moved, now } = given;
  const dueOn = moved || old.postponedAt === null ? dates.plannedOn : dayText(old.dueOn);
  const days = { opensOn: dates.opensOn, dueOn };
  const isKnown = old.openedAt !== null;
  const terms = termsOf(kind, row.grace);
  const fresh = timesOf(terms, zone, days, moved ? 0 : old.told);
  // It is said that it moved; that it comes near is not said again in the same breath.
  const isNear = isKnown && fresh.opensAt !== null && fresh.opensAt <= now;
  const times = moved && isNear ? timesOf(terms, zone, days, 1) : fresh;
  await unit.tx.obligationCase.updateMany({
    where: { id: old.id },
    data: {
      basis: dates.basis,
      baseOn: dayDate(dates.baseOn),
      meterBase: dates.meterBase,
      meterDue: dates.meterDue,
      plannedOn: dayDate(dates.plannedOn),
      ...times,
      dueOn: dayDate(times.dueOn),
      sortOn: dayDate(times.sortOn),
      opensOn: dayDate(times.opensOn),
      ...(moved
        ? {
            movedFrom: old.dueOn,
            movedAt: now,
            postponedAt: null,
            postponedBy: null,
            postponeReason: null,
          }
        : {}),
      version: { increment: 1 },
    },
  });
  if (!moved) return;
  const [before, after] = [dayText(old.dueOn), dates.plannedOn];
  await unit.audit({
    action: 'move',
    entity: 'obligation',
    id: old.id,
    person: row.personId,
    before: { dueOn: before },
    after: { dueOn: after },
  });
  await emit(unit, 'moved', row, old.id, { from: before, dueOn: after });
  if (isKnown && after !== null)
    await tellMoved(parts, unit, kind, { row, id: old.id, before, after, now });
}

/** Nothing is owed any more: the cases that wait are closed, and say why. */
export async function closeObligation(
  unit: Unit,
  row: ObligationRow,
  waiting: readonly CaseRow[],
  reason: ClosedReason,
  now: Date,
): Promise<void> {
  const { tx } = unit;
  await tx.obligation.updateMany({
    where: { id: row.id },
    data: { closedAt: now, closedReason: reason, changedAt: now },
  });
  for (const one of waiting.filter(({ endedAt }) => endedAt === null)) {
    await closeCase(unit, row, one, reason, now);
  }
}

async function closeCase(
  unit: Unit,
  row: ObligationRow,
  { id, dueOn }: CaseRow,
  reason: ClosedReason,
  now: Date,
): Promise<void> {
  await unit.tx.obligationCase.updateMany({
    where: { id },
    data: { endedAt: now, outcome: 'closed', lookAt: null, version: { increment: 1 } },
  });
  await unit.audit({
    action: 'close',
    entity: 'obligation',
    id,
    person: row.personId,
    before: { dueOn: dayText(dueOn) },
    after: { closed: reason },
  });
  await emit(unit, 'ended', row, id, { outcome: 'closed', reason });
}

/** Tells other modules and systems of a case. */
export const emit = (
  unit: Unit,
  what: 'opened' | 'overdue' | 'ended' | 'moved' | 'postponed',
  row: Pick<ObligationRow, 'kind' | 'source' | 'subjectKind' | 'subjectId'>,
  id: string,
  data: Record<string, string | null>,
): Promise<void> =>
  unit.emit({
    entity: 'obligation',
    what,
    subject: id,
    data: {
      obligation: id,
      kind: row.kind,
      source: row.source,
      about: { kind: row.subjectKind, id: row.subjectId },
      ...data,
    },
  });
