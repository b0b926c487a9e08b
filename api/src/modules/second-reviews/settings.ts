import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import { USUAL_SHARE } from './draw.ts';
import type { SecondReviewSetting, secondReviewSettingRequest } from './schema.ts';

/** The company's setting, or the default with version 0. */
export async function readSetting(tx: Transaction): Promise<SecondReviewSetting> {
  const row = await tx.secondReviewSetting.findFirst();
  return { share: row?.share ?? USUAL_SHARE, version: row?.version ?? 0 };
}

export type SecondReviewSettings = ReturnType<typeof createSecondReviewSettings>;

/** The company's share of verdicts to draw, %. A change applies to later verdicts. */
export function createSecondReviewSettings({ units }: Pick<Platform, 'units'>) {
  return {
    get: (user: User): Promise<SecondReviewSetting> => units.run(user, ({ tx }) => readSetting(tx)),

    change: (
      user: User,
      { share, version }: z.infer<typeof secondReviewSettingRequest>,
    ): Promise<SecondReviewSetting> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { tenant: tenantId } = user;
        // Serialises concurrent changes.
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5271141))::text`;
        const before = await readSetting(tx);
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
        return readSetting(tx);
      }),
  };
}
