import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { partyTo } from '../violations/recusal.ts';
import type { EntryRow } from './rows.ts';

/**
 * The entries about which an account may neither decide nor record: of its own person, those whose act it gave a verdict on,
 * those that it moved by a correction or moved back, and those of which its person may have been the one.
 */
export async function barredOf(
  tx: Transaction,
  account: Account,
  entries: readonly EntryRow[],
): Promise<Set<string>> {
  if (entries.length === 0) return new Set();
  const corrections = entries.flatMap(({ correctionId }) => correctionId ?? []);
  const moves = await tx.safetyEntryChange.findMany({
    where: {
      byUser: account.id,
      OR: [{ entryId: { in: entries.map(({ id }) => id) } }, { correctionId: { in: corrections } }],
    },
    select: { entryId: true, correctionId: true },
  });
  const acts = await partyTo(
    tx,
    account,
    entries.map(({ violationId }) => violationId),
  );
  const barred = entries.filter(
    ({ id, personId, reviewerId, violationId, correctionId }) =>
      account.person === personId ||
      reviewerId === account.id ||
      acts.has(violationId) ||
      moves.some(
        (one) => one.entryId === id || (correctionId !== null && one.correctionId === correctionId),
      ),
  );
  return new Set(barred.map(({ id }) => id));
}

/** {@link barredOf} for one entry. */
export const isBarred = async (
  tx: Transaction,
  account: Account,
  entry: EntryRow,
): Promise<boolean> => (await barredOf(tx, account, [entry])).size > 0;
