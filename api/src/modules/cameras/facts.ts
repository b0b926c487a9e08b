import { timeLimits } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { type ModuleFacts, namedUse, type PlaceUse, type Removed } from '../../platform/facts.ts';
import { LEASE_MS } from './leases.ts';
import type { CameraRow } from './stored.ts';

/** Events are taken so late; a day more for clocks and for what is on its way. */
const NEEDED_MS = timeLimits['violation-event'].oldestMs + LEASE_MS + 86_400_000;

/** Cameras that are there, by a condition on their configuration. */
async function camerasAt(
  tx: Transaction,
  at: { site: string; plan: string | null },
): Promise<PlaceUse> {
  const rows = (await tx.camera.findMany({
    where: { site: at.site, removedAt: null },
    orderBy: { id: 'asc' },
  })) as unknown as CameraRow[];
  const found = rows.filter(({ config }) => at.plan === null || config.floorPlan === at.plan);
  return namedUse(
    'camera',
    found.map(({ id, config }) => ({ id, name: config.name })),
  );
}

export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [await camerasAt(tx, { site, plan: null })],
    floorPlan: async (tx, at) => [await camerasAt(tx, at)],
  },
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
