import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** Until when a person is on a job of an area that runs, or should run by its times; null where on none. */
export async function assignedUntil(
  tx: Transaction,
  person: string,
  area: string,
  now: Date,
): Promise<Date | null> {
  const [found] = await sqlIn(tx)<{ until: Date | null }>(Prisma.sql`
    SELECT max(greatest(j.until_at, ${now})) AS until
    FROM work_assignment w JOIN work_job j ON j.id = w.job_id LEFT JOIN equipment e ON e.id = j.machine_id
    WHERE w.person_id = ${person} AND w.ended_at IS NULL AND coalesce(e.area_id, j.area_id) = ${area}
      AND (j.status = 'running' OR (j.status = 'planned' AND j.from_at <= ${now} AND j.until_at > ${now}))`);
  return found?.until ?? null;
}
