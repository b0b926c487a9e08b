import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../access/caller.ts';
import { readCalendar } from '../calendar/repository.ts';
import { insertAll } from '../db/bulk.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { dayText } from '../kit/schemas.ts';
import { type ObligationStep, obligationSteps } from '../manifest.ts';
import type { Notices } from '../notices/types.ts';
import { emit } from './carry-out.ts';
import { caseColumns } from './columns.ts';
import type { ObligationKind } from './kinds.ts';
import { fixedDates } from './plan.ts';
import { begunSteps, nextLook, readInterval } from './schedule.ts';
import type { CaseRow, ObligationRow } from './store.ts';
import { type TellCache, tellCache, tellStep } from './tell.ts';

/** Number of cases that one transaction locks and tells of. */
const BATCH = 50;
/** Bounds a run: the next one continues. */
const MOST_BATCHES = 4_000;

export interface LookParts {
  units: Units;
  notices: Notices;
  kinds: readonly ObligationKind[];
  /** Of the installation, for a working calendar without a zone. */
  timeZone: string;
}

export interface LookCounts {
  /** Cases that opened. */
  opened: number;
  /** Notices. */
  told: number;
}

/**
 * One run of the job: opens the cases whose time has come, and tells of each step that has begun. The
 * rows say what was told, so that days without a process are made up for: of several steps that began
 * meanwhile the last is told, and the others are noted.
 *
 * Safe with several processes and at any interruption: a case is locked, and its step, its notice and
 * its next period are committed together.
 *
 * @param paused kinds whose module is switched off: they wait.
 */
export async function lookAtObligations(
  parts: LookParts,
  tenant: string,
  now: Date,
  paused: readonly string[] = [],
): Promise<LookCounts> {
  const total = { opened: 0, told: 0 };
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const done = await parts.units.run(systemCaller(tenant), (unit) =>
      lookAtBatch(parts, unit, now, paused),
    );
    total.opened += done.opened;
    total.told += done.told;
    if (done.cases === 0) break;
  }
  return total;
}

/** The cases with a step that has begun, longest waiting first. Those that another process has are skipped. */
async function lockBegun(
  tx: Transaction,
  now: Date,
  paused: readonly string[],
  known: readonly string[],
): Promise<CaseRow[]> {
  const locked = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT c.id::text AS id FROM obligation_case c
    JOIN obligation o ON o.tenant_id = c.tenant_id AND o.id = c.obligation_id
    WHERE c.ended_at IS NULL AND c.look_at <= ${now} AND o.kind = ANY(${[...known]}::text[])
      AND o.kind <> ALL(${[...paused]}::text[])
    ORDER BY c.look_at, c.id LIMIT ${BATCH}
    FOR UPDATE OF c SKIP LOCKED`);
  return tx.obligationCase.findMany({
    where: { id: { in: locked.map(({ id }) => id) } },
    orderBy: [{ lookAt: 'asc' }, { id: 'asc' }],
  });
}

async function lookAtBatch(
  parts: LookParts,
  unit: Unit,
  now: Date,
  paused: readonly string[],
): Promise<LookCounts & { cases: number }> {
  const { tx, caller } = unit;
  const known = parts.kinds.map(({ id }) => id);
  const cases = await lockBegun(tx, now, paused, known);
  const done = { opened: 0, told: 0, cases: cases.length };
  if (cases.length === 0) return done;
  const rows = await tx.obligation.findMany({
    where: { id: { in: [...new Set(cases.map(({ obligationId }) => obligationId))] } },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const before = await stepsBefore(tx, cases);
  const cache = tellCache();
  const steps: Record<string, unknown>[] = [];
  const marks: { id: string; told: number; look: Date | null }[] = [];
  const following: Record<string, unknown>[] = [];
  let zone: string | undefined;
  for (const one of cases) {
    const row = byId.get(one.obligationId) as ObligationRow;
    const kind = parts.kinds.find(({ id }) => id === row.kind) as ObligationKind;
    const begun = begunSteps(one, now);
    const passed = await passSteps(parts.notices, unit, kind, {
      row,
      one,
      begun,
      before,
      cache,
      now,
    });
    steps.push(...passed.steps);
    done.told += passed.told;
    marks.push({ id: one.id, told: begun, look: nextLook(one, begun) });
    if (one.openedAt === null) {
      done.opened++;
      await emit(unit, 'opened', row, one.id, { dueOn: dayText(one.dueOn) });
      if (row.dueBy === 'fixed') {
        zone ??= (await readCalendar(tx)).calendar.timeZone ?? parts.timeZone;
        following.push(nextPeriod(kind, row, one, row.zone ?? zone, caller.tenant));
      }
    }
  }
  await insertAll(tx, [
    { table: 'obligation_step', rows: steps, skipDuplicates: true },
    { table: 'obligation_case', rows: following, skipDuplicates: true },
  ]);
  await mark(tx, marks, now);
  return done;
}

/** A case can be open before its day is known, such as where a meter comes near. */
const NO_DAY = '9999-12-31';
const stepKey = (id: string, dueOn: string | null, step: string) =>
  `${id} ${dueOn ?? NO_DAY} ${step}`;

/** What was told before of the same days: a day that moves away and back is not told again. */
async function stepsBefore(
  tx: Transaction,
  cases: readonly CaseRow[],
): Promise<ReadonlySet<string>> {
  const steps = await tx.obligationStep.findMany({
    where: { caseId: { in: cases.map(({ id }) => id) }, outcome: { not: 'nobody' } },
    select: { caseId: true, dueOn: true, step: true },
  });
  return new Set(steps.map(({ caseId, dueOn, step }) => stepKey(caseId, dayText(dueOn), step)));
}

/** Notes the steps that have begun since the last look, and tells of the last that its kind tells. */
async function passSteps(
  notices: Notices,
  unit: Unit,
  kind: ObligationKind,
  given: {
    row: ObligationRow;
    one: CaseRow;
    begun: number;
    before: ReadonlySet<string>;
    cache: TellCache;
    now: Date;
  },
): Promise<{ steps: Record<string, unknown>[]; told: number }> {
  const { row, one, begun, before, cache, now } = given;
  const dueOn = dayText(one.dueOn);
  const passed = obligationSteps
    .slice(one.told, begun)
    .filter((step) => !before.has(stepKey(one.id, dueOn, step)));
  if (passed.includes('overdue')) await emit(unit, 'overdue', row, one.id, { dueOn });
  const current = passed.filter((step) => kind.steps[step]).at(-1);
  const outcomes = new Map<ObligationStep, string>();
  let told = 0;
  if (current) {
    const words = { row, id: one.id, step: current, dueOn, cache };
    const outcome = await tellStep(notices, unit, kind, words);
    outcomes.set(current, outcome);
    if (outcome === 'told') told = 1;
  }
  const steps = passed.map((step) => ({
    tenant_id: unit.caller.tenant,
    case_id: one.id,
    due_on: dueOn ?? NO_DAY,
    step,
    outcome: outcomes.get(step) ?? (kind.steps[step] ? 'merged' : 'quiet'),
    at: now,
  }));
  return { steps, told };
}

/** The period of a fixed schedule after this one: it waits from now on, whether this one is done or not. */
const nextPeriod = (
  kind: ObligationKind,
  row: ObligationRow,
  one: CaseRow,
  zone: string,
  tenant: string,
): Record<string, unknown> =>
  caseColumns(
    kind,
    zone,
    {
      period: one.period + 1,
      ...fixedDates(
        dayText(row.anchorOn) as string,
        readInterval(row.intervalText),
        readInterval(row.leadText),
        { after: dayText(one.plannedOn), since: dayText(row.sinceOn) },
      ),
    },
    { tenant, obligation: row.id, grace: row.grace },
  );

/** What was passed, and when to look again. A case opens once. */
const mark = (
  tx: Transaction,
  marks: readonly { id: string; told: number; look: Date | null }[],
  now: Date,
): Promise<unknown> =>
  sqlIn(tx)(Prisma.sql`
    UPDATE obligation_case c SET told = m.told, look_at = m.look,
      opened_at = coalesce(c.opened_at, ${now}::timestamptz)
    FROM jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) AS m (id text, told int, look timestamptz)
    WHERE c.id = m.id`);
