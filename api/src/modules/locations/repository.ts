import { AHEAD_MS, type Location } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { reachSql } from '../../platform/kit/reach.ts';

/**
 * Adds locations to the history and moves the latest of each badge forward. One that comes late
 * joins the history and does not move the badge back. None is of the future; what was stored while our
 * own clock was ahead holds only until the next.
 */
export async function saveLocations(
  tx: Transaction,
  tenantId: string,
  locations: Location[],
): Promise<void> {
  const rows = locations.map((location) => ({
    providerType: location.provider_type,
    providerId: location.provider_id,
    generatedAt: new Date(location.timestamp_generated),
    source: location.source,
    location,
  }));
  // One statement each for all badges: as rows of parameters, thousands of them take seconds.
  await tx.$executeRaw`
    INSERT INTO location_history (tenant_id, provider_type, provider_id, generated_at, source, location)
    SELECT ${tenantId}, type, id, at::timestamptz, source, location::jsonb
    FROM unnest(
      ${rows.map((row) => row.providerType)}::text[], ${rows.map((row) => row.providerId)}::text[],
      ${rows.map((row) => row.generatedAt.toISOString())}::text[],
      ${rows.map((row) => row.source)}::text[],
      ${rows.map((row) => JSON.stringify(row.location))}::text[]
    ) AS given (type, id, at, source, location)
    ON CONFLICT DO NOTHING`;
  const newest = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const key = `${row.providerType} ${row.providerId}`;
    const known = newest.get(key);
    if (!known || known.generatedAt <= row.generatedAt) newest.set(key, row);
  }
  // In one order everywhere, so that two transactions never wait for each other in a circle.
  const ordered = [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const column = <Value>(read: (row: (typeof rows)[number]) => Value) => ordered.map(read);
  await tx.$executeRaw`
    INSERT INTO location_latest (tenant_id, provider_type, provider_id, generated_at, location)
    SELECT ${tenantId}, type, id, at::timestamptz, location::jsonb
    FROM unnest(
      ${column((row) => row.providerType)}::text[], ${column((row) => row.providerId)}::text[],
      ${column((row) => row.generatedAt.toISOString())}::text[],
      ${column((row) => JSON.stringify(row.location))}::text[]
    ) AS given (type, id, at, location)
    ON CONFLICT (tenant_id, provider_type, provider_id) DO UPDATE
      SET generated_at = EXCLUDED.generated_at, location = EXCLUDED.location
      WHERE location_latest.generated_at <= EXCLUDED.generated_at
         OR location_latest.generated_at > now() + ${AHEAD_MS}::integer * interval '1 millisecond'`;
}

/**
 * The latest location of each badge within the account's reach: a position belongs to the
 * present wearer of the badge and to the department of that person. A badge without a wearer, such as that of a
 * vehicle, has no department. A position from before the wearer got the badge is left out.
 */
export async function latestLocations(tx: Transaction, account: Account): Promise<Location[]> {
  const reach = reachSql(account, 'location:read', {
    site: Prisma.sql`d.site`,
    department: Prisma.sql`p.department_id`,
    own: ({ person }) => Prisma.sql`p.id = ${person}`,
  });
  const rows = await sqlIn(tx)<{ location: Location }>(Prisma.sql`
    SELECT l.location FROM location_latest l
    LEFT JOIN badge b ON b.badge = l.provider_id AND b.until IS NULL AND b.since <= l.generated_at
    LEFT JOIN person p ON p.id = b.person_id
    LEFT JOIN department d ON d.id = p.department_id
    WHERE ${reach} ORDER BY l.provider_type, l.provider_id`);
  return rows.map(({ location }) => location);
}
