import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { modelSettings } from './schema.ts';

type User = Caller & { account: Account };
export type ModelSettings = z.infer<typeof modelSettings>;

const usual: ModelSettings = { version: 0, reviewMonths: 6, minJudged: 20, faces: {} };

/** The tenant's model settings, with defaults. */
export async function modelSettingsOf(tx: Transaction): Promise<ModelSettings> {
  const row = await tx.modelSetting.findFirst();
  if (!row) return usual;
  const { version, reviewMonths, minJudged } = row;
  return { version, reviewMonths, minJudged, faces: row.faces as ModelSettings['faces'] };
}

export function createModelSettings({ units }: { units: Units }) {
  return {
    get: (user: User): Promise<ModelSettings> => units.run(user, ({ tx }) => modelSettingsOf(tx)),

    put(user: User, given: ModelSettings): Promise<ModelSettings> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${user.tenant}, 5190201))::text`;
        const before = await modelSettingsOf(tx);
        requireVersion('model.setting-conflict', before, given.version);
        const after = { ...given, version: given.version + 1 };
        await tx.modelSetting.upsert({
          where: { tenantId: user.tenant },
          create: { tenantId: user.tenant, ...after },
          update: after,
        });
        await unit.audit({ action: 'update', entity: 'model-setting', before, after });
        return after;
      });
    },
  };
}
