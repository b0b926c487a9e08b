import type { Logger } from 'pino';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../access/caller.ts';
import { sqlIn } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { ObligationKind } from './kinds.ts';
import { CHUNK, type RefreshParts, refreshSources } from './refresh.ts';
import type { ObligationProvider } from './types.ts';

/**
 * Compares every row of a kind with its cases, some hundred in one unit of work: for rows that were
 * there before the kind was, for a law or a calendar that changed, and after a restored backup.
 *
 * @returns the number of rows looked at.
 */
export async function reconcileKind(
  parts: RefreshParts & { units: Units; log: Logger },
  tenant: string,
  kind: ObligationKind,
  provider: ObligationProvider,
  now: Date,
): Promise<number> {
  const { units, log } = parts;
  const caller = systemCaller(tenant);
  const sources = await units.run(caller, async ({ tx }) => {
    const owed = await provider.read(tx, null);
    const known = await sqlIn(tx)<{ source: string }>(Prisma.sql`
      SELECT source FROM obligation WHERE kind = ${kind.id} AND closed_at IS NULL`);
    return [...new Set([...owed, ...known].map(({ source }) => source))].sort();
  });
  for (let at = 0; at < sources.length; at += CHUNK) {
    const chunk = sources.slice(at, at + CHUNK);
    try {
      await units.run(caller, (unit) =>
        refreshSources(parts, unit, kind, provider, { sources: chunk, now }),
      );
    } catch (error) {
      // The others are compared all the same; the next run tries these again.
      log.error({ err: error, kind: kind.id, first: chunk[0] }, 'obligations were not compared');
    }
  }
  return sources.length;
}
