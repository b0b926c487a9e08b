import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import type { SettingView, settingBody } from './schema.ts';

/** Before the first change. Within 15 s of an interruption people are told of it. */
const usual = { graceSeconds: 10, delaySeconds: 5 };

export async function readSetting(tx: Transaction): Promise<SettingView> {
  const row = await tx.deviceHealthSetting.findFirst();
  if (!row) return { ...usual, version: 0 };
  const { graceSeconds, delaySeconds, version } = row;
  return { graceSeconds, delaySeconds, version };
}

export type HealthSettings = ReturnType<typeof createHealthSettings>;

/** When people are told of outages. */
export function createHealthSettings({ units }: Pick<Platform, 'units'>) {
  return {
    get: (user: User): Promise<SettingView> => units.run(user, ({ tx }) => readSetting(tx)),

    change: (
      user: User,
      { version, ...given }: z.infer<typeof settingBody>,
    ): Promise<SettingView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${user.tenant}, 5718101))::text`;
        const before = await readSetting(tx);
        requireVersion('device-health.version-conflict', before, version);
        await tx.deviceHealthSetting.upsert({
          where: { tenantId: user.tenant },
          create: { tenantId: user.tenant, ...given },
          update: { ...given, version: version + 1 },
        });
        const { version: _, ...old } = before;
        await unit.audit({
          action: 'update',
          entity: 'device-health-setting',
          id: 'device-health',
          before: old,
          after: given,
        });
        return readSetting(tx);
      }),
  };
}
