import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** What began longer ago and has no end yet is not taken to last. */
const LONGEST = Prisma.sql`interval '1 hour'`;

/**
 * Links findings of zones and machines to those of the people in them: of the same zone of a camera or the
 * same machine, or of one of the people who were in the zone when it was confirmed; at the same time. One that lasts has no end yet; where it gets one, its links are made again.
 */
export async function linkPeople(
  tx: Transaction,
  tenant: string,
  findings: readonly string[],
): Promise<void> {
  const ids = [...findings];
  await sqlIn(tx)(Prisma.sql`
    DELETE FROM incident_link WHERE finding_id = ANY (${ids}::text[]) OR person_finding_id = ANY (${ids}::text[])`);
  await sqlIn(tx)(Prisma.sql`
    WITH first AS (SELECT * FROM violation WHERE id = ANY (${ids}::text[])), pair AS (
      SELECT z.id AS z, p.id AS p FROM first p JOIN violation z
        ON p.subject = 'person' AND z.subject <> 'person' AND z.site = p.site
          AND ${isIn(Prisma.sql`p`, Prisma.sql`z`)}
      UNION
      SELECT z.id, p.id FROM first z JOIN violation p
        ON z.subject <> 'person' AND p.subject = 'person' AND p.site = z.site
          AND ${isIn(Prisma.sql`p`, Prisma.sql`z`)}
    )
    INSERT INTO incident_link (tenant_id, finding_id, person_finding_id)
    SELECT ${tenant}, z, p FROM pair ON CONFLICT DO NOTHING`);
}

const isIn = (p: Prisma.Sql, z: Prisma.Sql) => Prisma.sql`
  ${z}.started_at > ${p}.started_at - ${LONGEST} AND ${p}.started_at > ${z}.started_at - ${LONGEST}
  AND ${z}.started_at <= coalesce(${p}.ended_at, 'infinity')
  AND ${p}.started_at <= coalesce(${z}.ended_at, 'infinity')
  AND ((${z}.camera = ${p}.camera AND (${z}.zone = ${p}.zone OR ${z}.tracks && ${p}.tracks))
    OR ${z}.arming -> 'machine' ->> 'machine' = ${p}.arming -> 'machine' ->> 'machine')`;

/** The incidents that one is linked to, of people or of zones and machines. */
export const findLinked = async (tx: Transaction, incident: string): Promise<string[]> =>
  (
    await sqlIn(tx)<{ id: string }>(Prisma.sql`
      SELECT DISTINCT o.incident_id AS id FROM incident_finding f
      JOIN incident_link l ON f.finding_id IN (l.finding_id, l.person_finding_id)
      JOIN incident_finding o
        ON o.finding_id IN (l.finding_id, l.person_finding_id) AND o.finding_id <> f.finding_id
      WHERE f.incident_id = ${incident} AND o.incident_id <> ${incident} LIMIT 50`)
  ).map(({ id }) => id);
