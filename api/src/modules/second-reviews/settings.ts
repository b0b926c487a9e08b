import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import { USUAL_SHARE } from './draw.ts';
import type { SecondReviewSetting, secondReviewSettingRequest } from './schema.ts';

export type SecondReviewSettings = ReturnType<typeof createSecondReviewSettings>;

/** How many of a hundred verdicts are drawn, for the company. It counts for verdicts from then on. */
export function createSecondReviewSettings({ units }: Pick<Platform, 'units'>) {
  async function read(tx: Transaction): Promise<SecondReviewSetting> {
    const row = await tx.secondReviewSetting.findFirst();
    return { share: row?.share ?? USUAL_SHARE, version: row?.version ?? 0 };
  }
  return {
    get: (user: User): Promise<SecondReviewSetting> => units.run(user, ({ tx }) => read(tx)),

    change: (
      user: User,
      { share, version }: z.infer<typeof secondReviewSettingRequest>,
    ): Promise<SecondReviewSetting> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { tenant: tenantId } = user;
        // Of two changes at once, the second sees the first.
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5271141))::text`;
        const before = await read(tx);
        requireVersion('second-review.setting-conflict', before, version);
        await tx.secondReviewSetting.upsert({
          where: { tenantId },
          create: { tenantId, share },
          update: { share, version: version + 1 },
        });
        await unit.audit({
          action: 'update',
          entity: 'second-review-setting',
          before: { share: before.share },
          after: { share },
        });
        return read(tx);
      }),
  };
}
