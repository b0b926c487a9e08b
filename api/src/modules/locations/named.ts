import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';

/** Names rest on what was heard from so long before the act until so long after its end, seconds. */
const AROUND = 60;

/**
 * Keeps the fixes that a name rests on: those of the candidates' badges around the act. They live for minutes without
 * it.
 */
export function keepNamed({ consumers }: Pick<Platform, 'consumers'>): void {
  consumers.on({
    name: 'locations.keep-named',
    feature: 'positioning',
    types: ['cn.anshi.violation.recorded.v1', 'cn.anshi.violation.updated.v1'],
    handle: async ({ tx }, { subject }) => {
      if (subject === null) return;
      await sqlIn(tx)(Prisma.sql`
        UPDATE location_history h SET kept = TRUE
        FROM violation v JOIN violation_candidate c ON c.violation_id = v.id
          JOIN badge b ON b.person_id = c.person_id AND b.since <= v.started_at
            AND (b.until IS NULL OR b.until > v.started_at)
        WHERE v.id = ${subject} AND h.provider_id = b.badge AND NOT h.kept
          AND h.generated_at BETWEEN v.started_at - ${AROUND}::integer * interval '1 second'
            AND coalesce(v.ended_at, now()) + ${AROUND}::integer * interval '1 second'`);
    },
  });
}
