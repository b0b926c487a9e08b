import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { handOverFinding } from './schema.ts';

/**
 * Closes a hand-over in view, for both of its badges: a person has looked who wears them, and they can be names again. Who wears
 * one of them, or wore it then, does not close it.
 *
 * @throws Problem `badge-condition.unknown`, also for one out of reach; `badge-condition.ends-itself`, `.ended`, `.own`.
 */
export function createClose({ units }: Pick<Platform, 'units'>) {
  return (
    user: User,
    id: string,
    { finding, note }: z.output<typeof handOverFinding>,
  ): Promise<void> =>
    units.run(user, async (unit) => {
      const { account } = user;
      const rows = await sqlIn(unit.tx)<{
        id: string;
        kind: string;
        badge: string;
        person: string | null;
        ended: boolean;
        begunAt: Date;
        own: boolean;
      }>(Prisma.sql`
        SELECT o.id, o.kind, o.badge, o.person_id AS person, o.ended_at IS NOT NULL AS ended,
          o.begun_at AS "begunAt", EXISTS (SELECT 1 FROM badge b WHERE b.person_id = ${account.person}
            AND (b.badge IN (o.badge, o.about)
              OR EXISTS (SELECT 1 FROM badge_suspect s WHERE s.badge_id = b.id AND s.since = o.begun_at))
            AND (b.until IS NULL OR (b.since <= o.begun_at AND b.until > o.begun_at))) AS own
        FROM badge_condition c
        LEFT JOIN person p ON p.id = c.person_id LEFT JOIN department d ON d.id = p.department_id
        JOIN badge_condition o ON o.id = c.id OR (c.kind = 'hand-over' AND o.kind = 'hand-over'
          AND o.ended_at IS NULL AND o.badge = c.about AND o.about = c.badge)
        WHERE c.id = ${id} AND ${reachSql(account, 'badge:acknowledge', {
          site: Prisma.sql`d.site`,
          department: Prisma.sql`p.department_id`,
          own: ({ person }) => Prisma.sql`p.id = ${person}`,
        })} ORDER BY o.id FOR UPDATE OF o`);
      const row = rows.find((one) => one.id === id);
      if (!row) throw new Problem('badge-condition.unknown');
      if (row.kind !== 'hand-over') throw new Problem('badge-condition.ends-itself');
      if (row.ended) throw new Problem('badge-condition.ended');
      if (rows.some(({ person, own }) => own || (person !== null && person === account.person))) {
        throw new Problem('badge-condition.own');
      }
      const now = new Date();
      await unit.tx.badgeCondition.updateMany({
        where: { id: { in: rows.map((one) => one.id) } },
        data: {
          endedAt: now,
          endedBy: finding,
          acknowledgedAt: now,
          acknowledgedBy: account.displayName,
          acknowledgedNote: note ?? null,
        },
      });
      // The badge of a wearer who took a consent back meanwhile is released with the last condition of that hand-over.
      await sqlIn(unit.tx)(Prisma.sql`
        UPDATE badge_suspect s SET ended_at = ${now}
        WHERE s.since = ANY (${rows.map(({ begunAt }) => begunAt)}::timestamptz[]) AND s.ended_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM badge_condition c
            WHERE c.kind = 'hand-over' AND c.begun_at = s.since AND c.ended_at IS NULL)`);
      await unit.audit({
        action: 'close-hand-over',
        entity: 'badge-condition',
        id,
        after: { badges: rows.map(({ badge }) => badge), finding, note: note ?? null },
      });
    });
}
