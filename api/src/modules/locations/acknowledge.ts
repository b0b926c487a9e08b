import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { acknowledgement } from './schema.ts';

/**
 * Notes that an account looks after a condition of a badge. It stays open until it is over.
 *
 * @throws Problem `badge-condition.unknown`, also for one out of reach; `badge-condition.acknowledged`.
 */
export function createAcknowledge({ units }: Pick<Platform, 'units'>) {
  return (user: User, id: string, { note }: z.output<typeof acknowledgement>): Promise<void> =>
    units.run(user, async (unit) => {
      const { tx } = unit;
      const { account } = user;
      const [row] = await sqlIn(tx)<{ at: Date | null; badge: string; kind: string }>(Prisma.sql`
        SELECT c.acknowledged_at AS at, c.badge, c.kind FROM badge_condition c
        LEFT JOIN person p ON p.id = c.person_id LEFT JOIN department d ON d.id = p.department_id
        WHERE c.id = ${id} AND ${reachSql(account, 'badge:acknowledge', {
          site: Prisma.sql`d.site`,
          department: Prisma.sql`p.department_id`,
          own: ({ person }) => Prisma.sql`p.id = ${person}`,
        })} FOR UPDATE OF c`);
      if (!row) throw new Problem('badge-condition.unknown');
      if (row.at !== null) throw new Problem('badge-condition.acknowledged');
      await tx.badgeCondition.updateMany({
        where: { id },
        data: {
          acknowledgedAt: new Date(),
          acknowledgedBy: account.displayName,
          acknowledgedNote: note ?? null,
        },
      });
      await unit.audit({
        action: 'acknowledge-badge',
        entity: 'badge-condition',
        id,
        after: { badge: row.badge, kind: row.kind, note: note ?? null },
      });
    });
}
