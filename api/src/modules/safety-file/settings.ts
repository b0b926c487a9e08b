import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { settingRequest, settingSchema } from './schema.ts';

/** Days to object where a company sets no other. The law names none for this. */
export const USUAL_OBJECTION_DAYS = 15;

type Setting = z.infer<typeof settingSchema>;
export type SafetyFileSettings = ReturnType<typeof createSettings>;

export async function settingIn(tx: Transaction): Promise<Setting> {
  const row = await tx.safetyFileSetting.findFirst();
  return {
    objectionDays: row?.objectionDays ?? USUAL_OBJECTION_DAYS,
    version: row?.version ?? 0,
  };
}

/** How long people may object. It counts for entries from then on: each keeps its own last day. */
export function createSettings({ units }: { units: Units }) {
  return {
    read: (user: User): Promise<Setting> => units.run(user, ({ tx }) => settingIn(tx)),

    /** @throws Problem `safety-file.setting-conflict`. */
    change: (user: User, given: z.output<typeof settingRequest>): Promise<Setting> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { objectionDays, version } = given;
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${user.tenant}, 7400128))::text`;
        const before = await settingIn(tx);
        requireVersion('safety-file.setting-conflict', before, version, before);
        await tx.safetyFileSetting.upsert({
          where: { tenantId: user.tenant },
          create: { tenantId: user.tenant, objectionDays, version: 1 },
          update: { objectionDays, version: version + 1 },
        });
        await unit.audit({
          action: 'update',
          entity: 'safety-file-setting',
          before: { objectionDays: before.objectionDays },
          after: { objectionDays },
        });
        return settingIn(tx);
      }),
  };
}
