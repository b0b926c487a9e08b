import type { Transaction } from '../../../platform/db/database.ts';
import type { PlaceUse } from '../../../platform/facts.ts';
import { readFacts } from '../../facts.ts';

/** What uses a site, or one of its floor plans, in all modules. */
export async function usesOf(
  tx: Transaction,
  { site, plan }: { site: string; plan: string | null },
): Promise<PlaceUse[]> {
  const found: PlaceUse[] = [];
  // One after another: they share a connection.
  for (const { uses } of await readFacts()) {
    found.push(
      ...((plan === null
        ? await uses?.site?.(tx, site)
        : await uses?.floorPlan?.(tx, { site, plan })) ?? []),
    );
  }
  return found.filter(({ count }) => count > 0);
}
