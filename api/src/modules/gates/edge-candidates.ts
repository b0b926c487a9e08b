import { EDGE_MOST_ENTRIES } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { ShownVehicle } from './vehicle-use.ts';

/** Who used the point within so many days plausibly works there. */
const USED_DAYS = 30;
/** Tags of vehicles on a list. */
const MOST_VEHICLES = 500;
/** Assignments that begin within this time count, hours: longer than a list does. */
const AHEAD_HOURS = 2;

export interface EdgePlace {
  pointId: string;
  machineId: string | null;
  areaId: string | null;
}

export interface Candidate {
  person: string;
  card: string;
}

/**
 * Cards of people who plausibly work at a point: by their post, an assignment to its machine or area, or as they were let
 * through lately. A card that differs from another one by case only is left out, since its wearer is not certain.
 *
 * @param person only those of one person.
 * @returns at most one more than a list holds.
 */
export function candidatesAt(
  tx: Transaction,
  { pointId, machineId, areaId }: EdgePlace,
  now: Date,
  person: string | null = null,
): Promise<Candidate[]> {
  const soon = new Date(now.getTime() + AHEAD_HOURS * 3_600_000);
  const since = new Date(now.getTime() - USED_DAYS * 86_400_000);
  const only = (column: Prisma.Sql) =>
    person === null ? Prisma.empty : Prisma.sql`AND ${column} = ${person}`;
  return sqlIn(tx)<Candidate>(Prisma.sql`
    WITH place AS (
      SELECT ${machineId}::text AS machine, ARRAY(SELECT area FROM (
        SELECT ${areaId}::text AS area
        UNION SELECT area_id FROM equipment WHERE id = ${machineId}) a WHERE area IS NOT NULL)::text[] AS areas),
    plausible AS (
      SELECT h.person_id FROM post_holding h JOIN post p ON p.id = h.post_id AND p.active, place
      WHERE h.until_at IS NULL ${only(Prisma.sql`h.person_id`)}
        AND (p.machines @> ARRAY[place.machine] OR p.areas && place.areas)
      UNION
      SELECT w.person_id FROM work_assignment w JOIN work_job j ON j.id = w.job_id, place
      WHERE w.ended_at IS NULL AND w.from_at < ${soon} AND w.until_at > ${now} ${only(Prisma.sql`w.person_id`)}
        AND (j.machine_id = place.machine OR j.area_id = ANY(place.areas))
      UNION
      SELECT d.person_id FROM gate_decision d
      WHERE d.point_id = ${pointId} AND d.decision = 'allow' AND d.decided_at > ${since}
        ${only(Prisma.sql`d.person_id`)})
    SELECT s.id AS person, b.badge AS card
    FROM plausible q JOIN person s ON s.id = q.person_id AND s.status = 'active'
    JOIN badge b ON b.person_id = s.id AND b.until IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM badge o WHERE o.until IS NULL AND o.id <> b.id
      AND o.badge <> b.badge AND lower(o.badge) = lower(b.badge))
    ORDER BY s.id, b.badge LIMIT ${EDGE_MOST_ENTRIES + 1}`);
}

/** All cards that a person ever wore, so that none of them stays in a list. */
export const cardsOf = async (tx: Transaction, person: string): Promise<string[]> =>
  (await tx.badge.findMany({ where: { personId: person }, select: { badge: true } })).map(
    ({ badge }) => badge,
  );

/** Vehicles with their tags that name an area, or were let in at the point lately. */
export async function vehiclesAt(
  tx: Transaction,
  pointId: string,
  area: string,
  now: Date,
): Promise<{ tag: string; vehicle: ShownVehicle }[]> {
  const since = new Date(now.getTime() - USED_DAYS * 86_400_000);
  const used = await tx.gateDecision.findMany({
    where: { pointId, decision: 'allow', decidedAt: { gt: since }, vehicleId: { not: null } },
    select: { vehicleId: true },
    distinct: ['vehicleId'],
  });
  const ids = used.flatMap(({ vehicleId }) => vehicleId ?? []);
  return tx.vehicleTag.findMany({
    where: { until: null, OR: [{ vehicleId: { in: ids } }, { vehicle: { areas: { has: area } } }] },
    include: { vehicle: true },
    orderBy: { id: 'asc' },
    take: MOST_VEHICLES,
  });
}
