import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { instantSql, isOneOfSql, type Query, queryOf } from '../../platform/db/readings.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { idsOfPerson } from '../people/merged.ts';

export type EntryRow = Prisma.SafetyEntryGetPayload<{ include: typeof withHistory }>;
/** What became of an entry; nothing, for one that counts. */
export type ChangeKind = 'taken-back' | 'withdrawn' | 'moved';

export const withHistory = {
  changes: { orderBy: { number: 'asc' } },
  objection: true,
  opening: true,
  telling: true,
} satisfies Prisma.SafetyEntryInclude;

/** What an entry is now. */
export function stateOf({ changes }: Pick<EntryRow, 'changes'>): 'in-force' | ChangeKind {
  return (changes.at(-1)?.kind as ChangeKind | undefined) ?? 'in-force';
}

/**
 * Until when the person may object: the days run from when an account was told, else from the end of the day on which another
 * person told them, else from when the person first opened the entry.
 *
 * @returns null where they do not run yet.
 */
export function objectUntilOf({
  told,
  objectUntil,
  writtenAt,
  opening,
  telling,
}: Pick<EntryRow, 'told' | 'objectUntil' | 'writtenAt' | 'opening' | 'telling'>): Date | null {
  if (told) return objectUntil;
  const from = telling?.runsFrom ?? opening?.at;
  return from ? new Date(+from + (+objectUntil - +writtenAt)) : null;
}

/** Notes that the person sees entries, of which no account was told when they were written. */
export async function noteOpened(
  { tx, caller }: Unit,
  rows: readonly EntryRow[],
): Promise<EntryRow[]> {
  const first = rows.filter(
    ({ told, opening, telling }) => !told && opening === null && telling === null,
  );
  if (first.length === 0) return [...rows];
  await tx.safetyEntryOpening.createMany({
    data: first.map(({ id }) => ({
      tenantId: caller.tenant,
      entryId: id,
      byUser: caller.account?.id ?? '',
    })),
    skipDuplicates: true,
  });
  const openings = await tx.safetyEntryOpening.findMany({
    where: { entryId: { in: first.map(({ id }) => id) } },
  });
  return rows.map((row) => ({
    ...row,
    opening: row.opening ?? openings.find(({ entryId }) => entryId === row.id) ?? null,
  }));
}

/** `safety_entry e` counts. */
export const inForce = Prisma.sql`NOT EXISTS (SELECT 1 FROM safety_entry_change c
  WHERE c.tenant_id = e.tenant_id AND c.entry_id = e.id)`;

export const findEntry = (tx: Transaction, id: string): Promise<EntryRow | null> =>
  tx.safetyEntry.findFirst({ where: { id }, include: withHistory });

/** The entries that count of a violation: one at most. */
export async function countingOf(tx: Transaction, violation: string): Promise<EntryRow[]> {
  const rows = await tx.safetyEntry.findMany({
    where: { violationId: violation },
    include: withHistory,
    orderBy: { id: 'asc' },
  });
  return rows.filter((row) => stateOf(row) === 'in-force');
}

/**
 * When violations in force of people were, oldest first, and in which trade of special work: what a restriction for repeated
 * ones counts. What several cameras or rules found of one act is one violation, in the trade of its first finding with one.
 */
export async function violationsInForce(
  tx: Transaction,
  people: readonly string[],
): Promise<{ personId: string; startedAt: Date; trade: string | null }[]> {
  const rows = await sqlIn(tx)<CountedViolation>(violationsInForceQuery(people).sql);
  return rows.map((row) => ({ ...row, startedAt: new Date(row.startedAt) }));
}

interface CountedViolation {
  personId: string;
  /** RFC 3339. */
  startedAt: string;
  trade: string | null;
}

/** The query of {@link violationsInForce}, to be read with others. */
export const violationsInForceQuery = (people: readonly string[]): Query<CountedViolation> =>
  queryOf(Prisma.sql`
    SELECT e.person_id AS "personId", ${instantSql(Prisma.sql`min(e.started_at)`)} AS "startedAt",
      (array_agg(v.trade ORDER BY e.started_at, e.id) FILTER (WHERE v.trade IS NOT NULL))[1] AS trade
    FROM safety_entry e
    LEFT JOIN violation v ON v.tenant_id = e.tenant_id AND v.id = e.violation_id
    LEFT JOIN incident_finding f ON f.tenant_id = e.tenant_id AND f.finding_id = e.violation_id
    WHERE ${isOneOfSql(Prisma.sql`e.person_id`, people)} AND ${inForce}
    GROUP BY e.person_id, coalesce(f.incident_id, e.violation_id) ORDER BY 2, 1`);

/** The findings of the act that a violation is part of, and itself: what was taken out of an act is none of it. */
export async function findingsOfAct(
  tx: Transaction,
  violation: string,
): Promise<{ id: string; personId: string | null }[]> {
  return sqlIn(tx)<{ id: string; personId: string | null }>(Prisma.sql`
    SELECT v.id, v.person_id AS "personId" FROM violation v
    WHERE v.id = ${violation} OR v.id IN (
      SELECT o.finding_id FROM incident_finding f JOIN incident_finding o
        ON o.tenant_id = f.tenant_id AND o.incident_id = f.incident_id
      WHERE f.finding_id = ${violation} AND o.taken_out_at IS NULL)
    ORDER BY v.id`);
}

/** Whether an objection took the name of a person from a violation, or from another finding of the same act. */
export async function isWithdrawn(
  tx: Transaction,
  violation: string,
  person: string,
): Promise<boolean> {
  const ids = (await findingsOfAct(tx, violation)).map(({ id }) => id);
  const people = await idsOfPerson(tx, person);
  const count = await tx.safetyEntryChange.count({
    where: { kind: 'withdrawn', entry: { violationId: { in: ids }, personId: { in: people } } },
  });
  return count > 0;
}

/** Notes what became of an entry, with its line and event. The caller holds the violation. */
export async function addChange(
  unit: Unit,
  entry: EntryRow,
  change: { kind: ChangeKind; reason?: string | null; correctionId?: string | null },
): Promise<void> {
  const { tx, caller } = unit;
  const { kind, reason = null, correctionId = null } = change;
  const by = caller.account;
  const last = await tx.safetyEntryChange.count({ where: { entryId: entry.id } });
  await tx.safetyEntryChange.create({
    data: {
      tenantId: caller.tenant,
      entryId: entry.id,
      number: last + 1,
      kind,
      reason,
      correctionId,
      byUser: by?.id ?? null,
      byName: by?.displayName ?? Prisma.DbNull,
    },
  });
  await unit.audit({
    action: actionOf[kind],
    entity: 'safety-entry',
    id: entry.id,
    person: entry.personId,
    after: { state: kind },
    reason,
  });
  await tellChange(unit, entry, kind);
}

const actionOf = {
  'taken-back': 'entry-take-back',
  withdrawn: 'entry-withdraw',
  moved: 'entry-move',
} as const;

/** Whom and which entry alone: programs that may know more ask the API. */
export const tellChange = (
  unit: Unit,
  { id, personId }: { id: string; personId: string },
  what: ChangeKind | 'written' | 'trade-changed',
): Promise<void> =>
  unit.emit({
    entity: 'safety-entry',
    what,
    subject: id,
    data: { entry: id, person: personId },
  });

export async function addEntry(
  unit: Unit,
  data: Omit<Prisma.SafetyEntryUncheckedCreateInput, 'tenantId' | 'id'>,
): Promise<EntryRow> {
  const id = newId();
  const row = await unit.tx.safetyEntry.create({
    data: { tenantId: unit.caller.tenant, id, ...data },
    include: withHistory,
  });
  const { personId, violationId, basis, verdictVersion } = row;
  await unit.audit({
    action: 'create',
    entity: 'safety-entry',
    id,
    person: personId,
    after: { violation: violationId, basis, verdict: verdictVersion },
  });
  await tellChange(unit, row, 'written');
  return row;
}

/** Changes of what belongs to violations come one after another. */
export const holdViolations = (tx: Transaction, ids: readonly string[]) =>
  sqlIn(tx)(Prisma.sql`
    SELECT id FROM violation WHERE id = ANY (${[...ids]}::text[]) ORDER BY id FOR UPDATE`);

/** The same for one. */
export const holdViolation = (tx: Transaction, id: string) => holdViolations(tx, [id]);
