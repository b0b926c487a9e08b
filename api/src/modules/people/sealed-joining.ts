import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';
import { type SensitiveField, type SensitiveStore, sensitiveFields } from './sensitive.ts';

/** Sealed fields that moved, and when they were written. */
export interface SealedKept {
  fields: SensitiveField[];
  /** ISO 8601 */
  at: string | null;
}

const writtenAt = async ({ tx }: Unit, person: string): Promise<string | null> =>
  (await tx.personSensitive.findFirst({ where: { personId: person } }))?.updatedAt.toISOString() ??
  null;

async function giveFields(
  { tx, caller }: Unit,
  sensitive: SensitiveStore,
  { from, into }: PersonPair,
  fields: readonly SensitiveField[],
): Promise<void> {
  for (const field of fields) {
    const value = await sensitive.reveal(tx, caller.tenant, from, field);
    await sensitive.write(tx, caller.tenant, from, { [field]: null });
    await sensitive.write(tx, caller.tenant, into, { [field]: value });
  }
}

/** Gives the file that remains the sealed fields that it lacks. Both files are held. */
export async function joinSealed(
  unit: Unit,
  sensitive: SensitiveStore,
  pair: PersonPair,
): Promise<SealedKept> {
  const masked = await sensitive.masked(unit.tx, unit.caller.tenant, [pair.from, pair.into]);
  const fields = sensitiveFields.filter(
    (field) => masked.get(pair.from)?.[field] && !masked.get(pair.into)?.[field],
  );
  await giveFields(unit, sensitive, pair, fields);
  return { fields, at: await writtenAt(unit, pair.into) };
}

/** Whether sealed fields that moved were written since. */
export const isSealedChanged = async (
  unit: Unit,
  { into }: PersonPair,
  { fields, at }: SealedKept,
): Promise<boolean> => fields.length > 0 && (await writtenAt(unit, into)) !== at;

/** Gives them back. */
export const sealedBack = (
  unit: Unit,
  sensitive: SensitiveStore,
  { from, into }: PersonPair,
  { fields }: SealedKept,
): Promise<void> => giveFields(unit, sensitive, { from: into, into: from }, fields);
