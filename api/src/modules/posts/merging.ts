import type { Transaction } from '../../platform/db/database.ts';
import type { PersonPair } from '../../platform/facts.ts';

/** The posts that moved to another file. */
export interface HoldingsKept {
  ids: string[];
  /** The holding that was open when the file was closed. */
  open: string | null;
}

/** What the closing of a file will end; to be called before. */
export const openHoldingOf = async (tx: Transaction, person: string): Promise<string | null> =>
  (await tx.postHolding.findFirst({ where: { personId: person, until: null } }))?.id ?? null;

/** Moves the posts that were held to the file that remains, once the joined file is closed. */
export async function moveHoldings(
  tx: Transaction,
  { from, into }: PersonPair,
  open: string | null,
): Promise<HoldingsKept> {
  const rows = await tx.postHolding.findMany({ where: { personId: from }, select: { id: true } });
  const ids = rows.map(({ id }) => id);
  await tx.postHolding.updateMany({ where: { id: { in: ids } }, data: { personId: into } });
  return { ids, open };
}

/** Moves them back to a file that is open again: it holds its post since when it did. */
export async function holdingsBack(
  tx: Transaction,
  { from, into }: PersonPair,
  { ids, open }: HoldingsKept,
): Promise<void> {
  const again = await tx.postHolding.findFirst({ where: { personId: from, until: null } });
  const ended = await tx.postHolding.findFirst({ where: { id: open ?? '', personId: into } });
  if (again && ended && again.postId === ended.postId) {
    await tx.postHolding.deleteMany({ where: { id: again.id } });
    await tx.postHolding.updateMany({
      where: { id: ended.id },
      data: { until: null, personId: from },
    });
  }
  await tx.postHolding.updateMany({
    where: { id: { in: ids }, personId: into },
    data: { personId: from },
  });
}
