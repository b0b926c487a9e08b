import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';

interface PoolRow {
  id: string;
  badge: string;
  free: boolean;
}

/** The badges for visitors; one is free while no person wears it and it is on no vehicle. */
const poolRows = (tx: Transaction): Promise<PoolRow[]> =>
  sqlIn(tx)<PoolRow>(Prisma.sql`
    SELECT b.id, b.badge,
      NOT EXISTS (SELECT 1 FROM badge w WHERE w.badge = b.badge AND w.until IS NULL)
      AND NOT EXISTS (SELECT 1 FROM vehicle_tag t WHERE t.tag = b.badge AND t.until IS NULL) AS free
    FROM visitor_badge b ORDER BY b.badge LIMIT 2000`);

/** The pool of badges that the reception lends. */
export function createPool({ units }: Pick<Platform, 'units'>) {
  return {
    list: (user: User) => units.run(user, async ({ tx }) => ({ items: await poolRows(tx) })),

    /** @throws Problem `visitor-badge.taken` where it is in the pool already or in use. */
    add: (user: User, { badge }: { badge: string }) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const id = newId();
        const { count } = await tx.visitorBadge.createMany({
          data: [{ tenantId: user.tenant, id, badge }],
          skipDuplicates: true,
        });
        const row = (await poolRows(tx)).find((one) => one.id === id);
        if (count === 0 || !row?.free) throw new Problem('visitor-badge.taken');
        await noteCreated(unit, { entity: 'visitor-badge', id, after: { badge } });
        return row;
      }),

    /** @throws Problem `visitor-badge.unknown`. */
    remove: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const row = await unit.tx.visitorBadge.findFirst({ where: { id } });
        if (!row) throw new Problem('visitor-badge.unknown');
        await unit.tx.visitorBadge.deleteMany({ where: { id } });
        const before = { badge: row.badge };
        await unit.audit({ action: 'delete', entity: 'visitor-badge', id, before });
      }),

    /** @throws Problem `visit.badge` for one that is not of the pool. */
    async requireOf(tx: Transaction, badge: string): Promise<void> {
      const row = await tx.visitorBadge.findFirst({ where: { badge } });
      if (!row) throw new Problem('visit.badge');
    },
  };
}
export type Pool = ReturnType<typeof createPool>;
