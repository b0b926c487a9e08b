import type { SiteConfig } from '@anshi/contracts';
import type { z } from 'zod';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { holdSite, USUAL_GAP_SECONDS } from './rows.ts';
import type { IncidentSetting, settingList, settingRequest } from './schema.ts';

export type IncidentSettings = ReturnType<typeof createIncidentSettings>;

/** How long the gap between two findings of one act may be, for each site. It counts from then on. */
export function createIncidentSettings(options: {
  units: Units;
  /** The sites of the plant. */
  sites: () => readonly Pick<SiteConfig, 'id' | 'name'>[];
}) {
  const { units, sites } = options;

  const read = (user: User): Promise<IncidentSetting[]> =>
    units.run(user, async ({ tx }) => {
      const rows = new Map((await tx.incidentSetting.findMany()).map((one) => [one.site, one]));
      return sites().map(({ id, name }) => ({
        site: id,
        name,
        gapSeconds: rows.get(id)?.gapSeconds ?? USUAL_GAP_SECONDS,
        version: rows.get(id)?.version ?? 0,
      }));
    });

  async function one(user: User, site: string): Promise<IncidentSetting> {
    const found = (await read(user)).find((setting) => setting.site === site);
    if (!found) throw new Problem('incident.site-unknown');
    return found;
  }

  return {
    list: async (user: User): Promise<z.infer<typeof settingList>> => ({ items: await read(user) }),

    async change(
      user: User,
      site: string,
      { gapSeconds, version }: z.infer<typeof settingRequest>,
    ): Promise<IncidentSetting> {
      const shown = await one(user, site);
      await units.run(user, async (unit) => {
        const { tx } = unit;
        await holdSite(tx, user.tenant, site);
        const row = await tx.incidentSetting.findFirst({ where: { site } });
        requireVersion('incident.setting-conflict', row, version, shown);
        await tx.incidentSetting.upsert({
          where: { tenantId_site: { tenantId: user.tenant, site } },
          create: { tenantId: user.tenant, site, gapSeconds },
          update: { gapSeconds, version: version + 1 },
        });
        await unit.audit({
          action: 'update',
          entity: 'incident-setting',
          id: site,
          before: { gapSeconds: row?.gapSeconds ?? USUAL_GAP_SECONDS },
          after: { gapSeconds },
        });
      });
      return one(user, site);
    },
  };
}
