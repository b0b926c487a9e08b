import { ulid } from 'ulid';
import { Prisma } from '../generated/prisma/client.ts';
import type { Transaction } from '../platform/db/database.ts';

const tenantId = 'demo';

/** Consent to the positions of the badge, and a badge that the person has worn since then. */
export async function wearBadge(tx: Transaction, person: string, badge: string, since: Date) {
  await tx.badge.create({ data: { tenantId, id: ulid(), badge, personId: person, since } });
  await tx.consent.create({
    data: {
      tenantId,
      personId: person,
      purposeId: 'badge-tracking',
      noticeVersion: 1,
      scope: [],
      decision: 'given',
      how: 'desk',
      at: since,
    },
  });
}

/**
 * Positions that are kept of a badge, one each half minute, the first area first.
 *
 * @param stays areas, null outside of all, and the minutes in them; with `gap`, minutes without a position before it.
 */
export async function keepPositions(
  tx: Transaction,
  badge: string,
  from: Date,
  stays: readonly { area: string | null; minutes: number; gap?: number }[],
): Promise<void> {
  let at = from.getTime();
  const data: Prisma.LocationHistoryCreateManyInput[] = [];
  for (const { area, minutes, gap = 0 } of stays) {
    at += gap * 60_000;
    for (let half = 0; half < minutes * 2; half++) {
      data.push({
        tenantId,
        providerType: 'uwb',
        providerId: badge,
        generatedAt: new Date(at),
        source: 'test',
        location: {},
        floorPlan: 'main-hall',
        x: 1,
        y: 1,
        areaId: area,
      });
      at += 30_000;
    }
  }
  await tx.locationHistory.createMany({ data });
}

/** Visits of half an hour each hour, and stays in the press line between them, back from an instant. */
export async function fillTimeline(
  tx: Transaction,
  of: { person: string; host: string; badge: string; before: Date; each: number },
): Promise<void> {
  const { person, host, badge, before, each } = of;
  const hour = Prisma.sql`${before}::timestamptz - n * interval '1 hour'`;
  await tx.$executeRaw`
    INSERT INTO visit (tenant_id, id, person_id, purpose, host_id, from_at, to_at, areas, state, arrived_at, left_at)
    SELECT ${tenantId}, 'V' || lpad(n::text, 25, '0'), ${person}, 'job ' || n, ${host}, ${hour},
      ${hour} + interval '30 minutes', '[]', 'left', ${hour}, ${hour} + interval '30 minutes'
    FROM generate_series(1, ${each}::int) n`;
  await tx.$executeRaw`
    INSERT INTO location_history (tenant_id, provider_type, provider_id, generated_at, source, location, floor_plan,
      x, y, area_id)
    SELECT ${tenantId}, 'uwb', ${badge}, ${hour} + m * interval '1 minute', 'test', '{}', 'main-hall', 1, 1,
      'press-line'
    FROM generate_series(1, ${each}::int) n, generate_series(31, 34) m`;
}
