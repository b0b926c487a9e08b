import { timeLimits } from '@anshi/contracts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { LEASE_MS } from './leases.ts';

/** Events are taken so late; a day more for clocks and for what is on its way. */
const NEEDED_MS = timeLimits['violation-event'].oldestMs + LEASE_MS + 86_400_000;

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: 'camera-leases',
      most: 5000,
      // Whatever term is set: an event that may still come is looked up in them.
      remove(tx, cutoff, most) {
        const before = new Date(Math.min(cutoff.getTime(), Date.now() - NEEDED_MS));
        return tx.$queryRaw<Removed[]>`
          DELETE FROM camera_lease WHERE id IN (
            SELECT id FROM camera_lease WHERE ended_at < ${before}
            ORDER BY ended_at LIMIT ${most}::int)
          RETURNING id, ended_at AS at`;
      },
    },
  ],
};
