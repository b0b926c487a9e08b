import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../platform/db/database.ts';
import { type Gathered, gather } from './gather.ts';

/** Lines are sealed within a second; a pack waits for them this long, ms. */
const SEALED_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 200;

/**
 * Gathers what belongs to an incident, once the lines of the audit log about it are in the chain.
 *
 * @throws Error where they are not within half a minute.
 */
export async function gatherSealed(
  database: Database,
  options: Parameters<typeof gather>[1],
): Promise<Gathered> {
  const actor = { tenant: options.tenant, user: null };
  const until = Date.now() + SEALED_WITHIN_MS;
  for (;;) {
    const found = await database.transaction(actor, (tx) => gather(tx, options));
    if (found) return found;
    if (Date.now() > until) {
      throw new Error('the audit log is not sealed: its lines wait for the chain');
    }
    await sleep(ASK_EVERY_MS);
  }
}
