import type { z } from 'zod';
import { reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { offerPurpose } from '../consent/defaults.ts';
import { ATTENDANCE_PHONE } from '../consent/gate.ts';
import type { SiteClock } from './derive.ts';
import type * as schema from './schema.ts';

/** How people clock in at a site. */
export interface SiteSetting extends SiteClock {
  readonly phoneLocation: boolean;
  readonly byPosition: boolean;
}
const usual = { timeZone: null, dayStarts: 240, phoneLocation: false, byPosition: true } as const;

/** The settings of all sites; those of one without any are the usual ones. */
export async function readSiteSettings(
  tx: Transaction,
  timeZone: string,
): Promise<(site: string) => SiteSetting> {
  const rows = new Map((await tx.attendanceSetting.findMany()).map((row) => [row.site, row]));
  return (site) => {
    const { dayStarts, phoneLocation, byPosition, ...own } = rows.get(site) ?? usual;
    return { zone: own.timeZone ?? timeZone, dayStarts, phoneLocation, byPosition };
  };
}

/** How people clock in, per site. */
export function createSettings({ units }: Pick<Platform, 'units'>) {
  async function read({ tx }: Unit, user: User, only?: string): Promise<schema.SettingView[]> {
    const reach = reachOf(user.account, 'attendance:manage');
    const own = reach.scope === 'site' ? reach.site : null;
    const found = await tx.department.findMany({
      where: { site: { not: null } },
      distinct: ['site'],
      select: { site: true },
      orderBy: { site: 'asc' },
    });
    const named = new Map((await tx.site.findMany()).map(({ id, name }) => [id, name]));
    const sites = found.flatMap(({ site }) => {
      const isWithin = reach.scope === 'all' || site === own;
      return site !== null && isWithin && (only === undefined || only === site) ? [site] : [];
    });
    const rows = new Map((await tx.attendanceSetting.findMany()).map((row) => [row.site, row]));
    return sites.map((site) => {
      const row = rows.get(site) ?? { ...usual, version: 0 };
      const { timeZone, dayStarts, phoneLocation, byPosition, version } = row;
      const fields = { timeZone, dayStarts, phoneLocation, byPosition, version };
      const name = (named.get(site) as Bilingual | undefined) ?? { zh: site, en: site };
      return { site, name, ...fields };
    });
  }

  return {
    list: (user: User): Promise<z.infer<typeof schema.settingList>> =>
      units.run(user, async (unit) => ({ items: await read(unit, user) })),

    save: (
      user: User,
      site: string,
      { version, ...fields }: z.infer<typeof schema.settingBody>,
    ): Promise<schema.SettingView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const [before] = await read(unit, user, site);
        if (!before || before.site !== site) throw new Problem('attendance.site-unknown');
        requireVersion('attendance.setting-version-conflict', before, version, before);
        const next = { ...fields, version: version + 1, updatedAt: new Date() };
        const { count } =
          version === 0
            ? await tx.attendanceSetting.createMany({
                data: [{ tenantId: user.tenant, site, ...next }],
                skipDuplicates: true,
              })
            : await tx.attendanceSetting.updateMany({ where: { site, version }, data: next });
        const [now] = await read(unit, user, site);
        if (!now) throw new Problem('attendance.site-unknown');
        if (count === 0) requireVersion('attendance.setting-version-conflict', now, version, now);
        // The person is asked before the phone is.
        if (fields.phoneLocation) await offerPurpose(tx, user.tenant, ATTENDANCE_PHONE);
        const { name: _, ...after } = now;
        const { name: __, ...was } = before;
        await unit.audit({
          action: 'update',
          entity: 'attendance-setting',
          id: site,
          before: was,
          after,
        });
        return now;
      }),
  };
}
