import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import { dayText } from '../kit/schemas.ts';
import type { ObligationKind } from './kinds.ts';
import type { KnownCase } from './plan.ts';
import { begunSteps, nextLook, stepTimes } from './schedule.ts';

export type ObligationRow = Prisma.ObligationModel;
export type CaseRow = Prisma.ObligationCaseModel;

/** Sorts behind every day that is known. */
export const NO_DAY = '9999-12-31';

/** The columns of a case that follow from its days. Days as text are dates for the database. */
export function timesOf(
  kind: Pick<ObligationKind, 'grace' | 'escalate'>,
  zone: string,
  days: { opensOn: string | null; dueOn: string | null },
  told: number | { begunAt: Date },
) {
  const times = stepTimes(days, kind, zone);
  const passed = typeof told === 'number' ? told : begunSteps(times, told.begunAt);
  return {
    ...times,
    dueOn: days.dueOn,
    sortOn: days.dueOn ?? NO_DAY,
    opensOn: days.opensOn,
    told: passed,
    lookAt: nextLook(times, passed),
  };
}

/** The terms of a kind, with the days of grace of an obligation in the place of those of the kind. */
export const termsOf = (
  { grace, escalate }: Pick<ObligationKind, 'grace' | 'escalate'>,
  own: number | null,
): Pick<ObligationKind, 'grace' | 'escalate'> => ({
  grace: own ?? grace ?? 0,
  ...(escalate === undefined ? {} : { escalate }),
});

/** Serialises what refreshes these rows until the end of the transaction, in one order. */
export async function lockSources(
  tx: Transaction,
  tenant: string,
  kind: string,
  sources: readonly string[],
): Promise<void> {
  const keys = [...sources].sort().map((source) => `anshi obligation ${tenant} ${kind} ${source}`);
  await sqlIn(tx)(Prisma.sql`
    SELECT pg_advisory_xact_lock(hashtextextended(k, 0))::text
    FROM unnest(${keys}::text[]) WITH ORDINALITY AS t (k, n) ORDER BY n`);
}

/** The obligations of these rows. */
export const obligationsOf = (
  tx: Transaction,
  kind: string,
  sources: readonly string[],
): Promise<ObligationRow[]> =>
  tx.obligation.findMany({ where: { kind, source: { in: [...sources] } } });

/** The cases that have not ended, and the last one that has, in the order of their periods. */
export async function casesOf(
  tx: Transaction,
  obligations: readonly string[],
): Promise<Map<string, CaseRow[]>> {
  const found = new Map<string, CaseRow[]>();
  if (obligations.length === 0) return found;
  const last = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT DISTINCT ON (c.obligation_id) c.id::text AS id FROM obligation_case c
    WHERE c.obligation_id = ANY(${[...obligations]}::text[]) AND c.ended_at IS NOT NULL
    ORDER BY c.obligation_id, c.period DESC`);
  // The rows are locked: the job that looks at them waits, or has been.
  await sqlIn(tx)(Prisma.sql`
    SELECT c.id::text AS id FROM obligation_case c
    WHERE c.obligation_id = ANY(${[...obligations]}::text[]) AND c.ended_at IS NULL
    ORDER BY c.id FOR UPDATE`);
  // Read after the locks, so that a period that the job added meanwhile is seen.
  const rows = await tx.obligationCase.findMany({
    where: {
      OR: [
        { id: { in: last.map(({ id }) => id) } },
        { obligationId: { in: [...obligations] }, endedAt: null },
      ],
    },
    orderBy: [{ obligationId: 'asc' }, { period: 'asc' }],
  });
  for (const row of rows) {
    found.set(row.obligationId, [...(found.get(row.obligationId) ?? []), row]);
  }
  return found;
}

export const knownCase = (row: CaseRow): KnownCase => ({
  id: row.id,
  period: row.period,
  opened: row.openedAt !== null,
  outcome: row.outcome as KnownCase['outcome'],
  basis: row.basis,
  baseOn: dayText(row.baseOn),
  meterBase: row.meterBase,
  meterDue: row.meterDue,
  plannedOn: dayText(row.plannedOn),
  opensOn: dayText(row.opensOn),
});
