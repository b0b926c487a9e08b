import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { suppressSmall } from '../../platform/privacy/group-size.ts';
import { privacySettingsOf } from '../../platform/privacy/settings.ts';
import { within } from '../people/repository.ts';
import type { privacySettings, statisticsQuery, statisticsSchema } from './schema.ts';

type User = Caller & { account: Account };
type Settings = z.infer<typeof privacySettings>;
type Statistics = z.infer<typeof statisticsSchema>;

/** Statistics about people: aggregates only, without small groups. */
export function createStatistics({ units }: { units: Units }) {
  return {
    settings: (user: User): Promise<Settings> => units.run(user, ({ tx }) => privacySettingsOf(tx)),

    putSettings(user: User, given: Settings): Promise<Settings> {
      return units.run(user, async (unit) => {
        const before = await privacySettingsOf(unit.tx);
        await unit.tx.privacySetting.upsert({
          where: { tenantId: user.tenant },
          create: { tenantId: user.tenant, ...given },
          update: given,
        });
        await unit.audit({ action: 'update', entity: 'privacy-setting', before, after: given });
        return given;
      });
    },

    people(user: User, { by }: z.infer<typeof statisticsQuery>): Promise<Statistics> {
      return units.run(user, async ({ tx }) => {
        const { minGroupSize } = await privacySettingsOf(tx);
        const reach = reachOf(user.account, 'statistics:read');
        const rows = await tx.person.findMany({
          where: {
            AND: [
              within(reach),
              // Visitors are no staff.
              { kind: { not: 'visitor' } },
              by === 'status' ? {} : { status: 'active' },
            ],
          },
          select: {
            post: true,
            status: true,
            hiredOn: true,
            department: { select: { id: true, name: true } },
          },
        });
        const groups = new Map<string, { key: string; name: unknown; count: number }>();
        for (const row of rows) {
          const { key, name } = groupOf(by, row);
          const group = groups.get(key) ?? { key, name, count: 0 };
          group.count++;
          groups.set(key, group);
        }
        const list = [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
        const shown = suppressSmall(list, minGroupSize);
        // Otherwise the number of people who left could be computed as a difference from other
        // views.
        if (by === 'status' && shown.hidden > 0) shown.total = null;
        return { by, minGroupSize, ...shown };
      });
    },
  };
}

function groupOf(
  by: z.infer<typeof statisticsQuery>['by'],
  row: {
    post: string | null;
    status: string;
    hiredOn: Date | null;
    department: { id: string; name: unknown };
  },
): { key: string; name: unknown } {
  switch (by) {
    case 'department':
      return { key: row.department.id, name: row.department.name };
    case 'post':
      return { key: row.post ?? '', name: row.post };
    case 'status':
      return { key: row.status, name: row.status };
    case 'hired-year': {
      const year = row.hiredOn ? String(row.hiredOn.getUTCFullYear()) : '';
      return { key: year, name: year };
    }
  }
}
