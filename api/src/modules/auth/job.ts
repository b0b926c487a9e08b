import { systemCaller } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import { forgetOldAttempts } from './throttle.ts';

const FORGET = 'forget-sign-ins';
/** Ended sessions are kept this long for investigations; the audit log keeps the sign-in. */
const SESSION_DAYS = 90;

/** Nightly: removes stale throttle entries, and sessions that ended long ago. */
export async function scheduleForgetting(options: {
  units: Units;
  jobs: Jobs;
  timeZone: string;
}): Promise<void> {
  const { units, jobs, timeZone } = options;
  jobs.define(FORGET, {}, async (_data, { tenant }) => {
    await units.run(systemCaller(tenant), async ({ tx }) => {
      await forgetOldAttempts(tx);
      const before = new Date(Date.now() - SESSION_DAYS * 86_400_000);
      await tx.session.deleteMany({
        where: { OR: [{ endedAt: { lt: before } }, { expiresAt: { lt: before } }] },
      });
    });
  });
  await jobs.schedule(FORGET, '20 3 * * *', {}, timeZone);
}
