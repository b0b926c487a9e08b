import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import type { locationSetting, locationSettingBody } from './schema.ts';

export type LocationSetting = z.output<typeof locationSetting>;

/** Before the first change, and for badges that are at no known site. */
export const usual = {
  keepSeconds: 30,
  silentSeconds: 90,
  goneHours: 12,
  batteryPercent: 15,
  stillMinutes: 30,
  togetherMinutes: 10,
} as const;

/** POS-07: one position every 30 to 60 s; beyond 60 s (30 s more than a longer setting) it is late. */
export const latestSeconds = (keepSeconds: number): number => Math.max(60, keepSeconds + 30);

type Values = Omit<LocationSetting, 'site' | 'version'>;

/** The settings by site. */
export async function readSettings(tx: Transaction): Promise<(site: string | null) => Values> {
  const rows = new Map(
    (await tx.locationSetting.findMany()).map(({ site, ...rest }) => [
      site,
      {
        keepSeconds: rest.keepSeconds,
        silentSeconds: rest.silentSeconds,
        goneHours: rest.goneHours,
        batteryPercent: rest.batteryPercent,
        stillMinutes: rest.stillMinutes,
        togetherMinutes: rest.togetherMinutes,
      },
    ]),
  );
  return (site) => (site === null ? undefined : rows.get(site)) ?? usual;
}

const HOUR_MS = 3_600_000;

/** How long without a position a badge counts as gone, ms: that of a site, and the shortest of all. */
export async function readGone(
  tx: Transaction,
): Promise<{ of(site: string | null): number; shortest: number }> {
  const rows = await tx.locationSetting.findMany({ select: { site: true, goneHours: true } });
  const hours = new Map(rows.map(({ site, goneHours }) => [site, goneHours]));
  return {
    of: (site) => ((site === null ? undefined : hours.get(site)) ?? usual.goneHours) * HOUR_MS,
    shortest: Math.min(usual.goneHours, ...hours.values()) * HOUR_MS,
  };
}

export type LocationSettings = ReturnType<typeof createLocationSettings>;

/** How often positions are kept, and when a badge is silent, per site. */
export function createLocationSettings({ units, services }: Pick<Platform, 'units' | 'services'>) {
  const { configuration } = services.get('cameras');
  const sites = () => configuration.file.sites.map(({ id }) => id);

  async function read(tx: Transaction): Promise<LocationSetting[]> {
    const rows = await tx.locationSetting.findMany();
    return sites().map((site) => {
      const row = rows.find((one) => one.site === site);
      if (!row) return { site, ...usual, version: 0 };
      const { tenantId: _, ...given } = row;
      return given;
    });
  }

  return {
    list: (user: User) => units.run(user, async ({ tx }) => ({ items: await read(tx) })),

    change: (
      user: User,
      site: string,
      { version, ...given }: z.output<typeof locationSettingBody>,
    ): Promise<LocationSetting> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${user.tenant}, 7500201))::text`;
        const before = (await read(tx)).find((one) => one.site === site);
        if (!before) throw new Problem('location-setting.unknown');
        requireVersion('location-setting.version-conflict', before, version);
        await tx.locationSetting.upsert({
          where: { tenantId_site: { tenantId: user.tenant, site } },
          create: { tenantId: user.tenant, site, ...given },
          update: { ...given, version: version + 1 },
        });
        const { version: _, site: __, ...old } = before;
        await unit.audit({
          action: 'update',
          entity: 'location-setting',
          id: site,
          before: old,
          after: given,
        });
        return { site, ...given, version: before.version + 1 };
      }),
  };
}
