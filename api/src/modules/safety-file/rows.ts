import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';

export type EntryRow = Prisma.SafetyEntryGetPayload<{ include: typeof withHistory }>;
/** What became of an entry; nothing, for one that counts. */
export type ChangeKind = 'taken-back' | 'withdrawn' | 'moved' | 'restored';

export const withHistory = {
  changes: { orderBy: { number: 'asc' } },
  objection: true,
} satisfies Prisma.SafetyEntryInclude;

/** What an entry is now. */
export function stateOf({
  changes,
}: Pick<EntryRow, 'changes'>): 'in-force' | Exclude<ChangeKind, 'restored'> {
  const last = changes.at(-1)?.kind ?? 'restored';
  return last === 'restored' ? 'in-force' : (last as Exclude<ChangeKind, 'restored'>);
}

/** `safety_entry e` counts. */
export const inForce = Prisma.sql`coalesce((SELECT c.kind FROM safety_entry_change c
  WHERE c.tenant_id = e.tenant_id AND c.entry_id = e.id ORDER BY c.number DESC LIMIT 1), 'restored') = 'restored'`;

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

/** When violations in force of people were, oldest first: what a restriction for repeated ones counts. */
export async function violationsInForce(
  tx: Transaction,
  people: readonly string[],
): Promise<{ personId: string; startedAt: Date }[]> {
  return sqlIn(tx)<{ personId: string; startedAt: Date }>(Prisma.sql`
    SELECT e.person_id AS "personId", e.started_at AS "startedAt" FROM safety_entry e
    WHERE e.person_id = ANY (${[...people]}::text[]) AND ${inForce}
    ORDER BY e.started_at, e.id`);
}

/** Whether an objection took the name of a person from a violation. */
export async function isWithdrawn(
  tx: Transaction,
  violation: string,
  person: string,
): Promise<boolean> {
  const count = await tx.safetyEntryChange.count({
    where: { kind: 'withdrawn', entry: { violationId: violation, personId: person } },
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
  restored: 'entry-restore',
} as const;

/** Whom and which entry alone: programs that may know more ask the API. */
export const tellChange = (
  unit: Unit,
  { id, personId }: { id: string; personId: string },
  what: ChangeKind | 'written',
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

/** Changes of what belongs to a violation come one after another. */
export const holdViolation = (tx: Transaction, id: string) =>
  sqlIn(tx)(Prisma.sql`SELECT id FROM violation WHERE id = ${id} FOR UPDATE`);
