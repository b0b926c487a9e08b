import { AHEAD_MS, type Location } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import type { Judged } from './judge.ts';
import type { LatestLocation } from './schema.ts';

/** A location with what was found of it. */
export interface JudgedLocation extends Judged {
  readonly location: Location;
}

/** A location with the place of the field that it was read in, where it was. */
const placed = ({ location, fix: { place } }: JudgedLocation): Location =>
  place?.isZone
    ? {
        ...location,
        position: { type: 'Point', coordinates: [place.x, place.y] },
        accuracy: place.radius,
      }
    : location;

/** A location as it is kept: without a position where that is not known, or is an area alone. */
function keptOf(one: JudgedLocation): object {
  const { position: _, accuracy: __, ...rest } = placed(one);
  const { place } = one.fix;
  const isPlaced = place !== null && !place.isPortal;
  return one.location.crs !== 'local' || isPlaced ? placed(one) : rest;
}

/** Where it is on a floor plan, as it is shown; null for one that is on none. */
const shownPlace = ({ fix: { place } }: JudgedLocation): LatestLocation['place'] =>
  place?.floorPlan
    ? {
        floorPlan: place.floorPlan,
        position: [place.x, place.y],
        radius: place.radius,
        isZone: place.isZone === true,
        area: place.area,
      }
    : null;

const instantOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/**
 * Adds locations to the history, each once. One that came before, in this process, is marked as double where it is
 * stored already: other processes take the same messages from the bus. One of a clock that is ahead is the same by the
 * time that it claims: each process received it at another one.
 */
export async function addToHistory(
  tx: Transaction,
  tenantId: string,
  judged: readonly JudgedLocation[],
): Promise<void> {
  const rows = judged.map((one) => {
    const { location, fix, flags, kept: isKept } = one;
    const point = fix.place?.floorPlan && !fix.place.isPortal ? fix.place : null;
    return {
      type: location.provider_type,
      badge: location.provider_id,
      at: location.timestamp_generated,
      source: location.source,
      location: keptOf(one),
      received: new Date(fix.receivedAt).toISOString(),
      kept: isKept,
      flags,
      claimed: instantOf(fix.claimedAt),
      plan: fix.place?.floorPlan ?? null,
      // Degrees stay in the location alone.
      x: point?.x ?? null,
      y: point?.y ?? null,
      radius: point?.radius ?? null,
      area: fix.place?.area ?? null,
    };
  });
  // One statement for all badges: as rows of parameters, thousands of them take seconds.
  await tx.$executeRaw`
    INSERT INTO location_history (tenant_id, provider_type, provider_id, generated_at, source, location,
      received_at, kept, flags, claimed_at, floor_plan, x, y, radius, area_id)
    SELECT ${tenantId}, g.* FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g (
      type text, badge text, at timestamptz, source text, location jsonb, received timestamptz,
      kept boolean, flags text[], claimed timestamptz, plan text, x float8, y float8, radius float8,
      area text)
    WHERE g.claimed IS NULL OR NOT EXISTS (
      SELECT 1 FROM location_history h WHERE h.provider_id = g.badge AND h.claimed_at = g.claimed::timestamptz(3)
        AND h.provider_type = g.type AND h.source = g.source)
    ON CONFLICT DO NOTHING`;
  const doubles = judged.filter(({ fix }) => fix.isDouble);
  if (doubles.length === 0) return;
  const given = (read: (location: Location) => string) =>
    doubles.map(({ location }) => read(location));
  await tx.$executeRaw`
    UPDATE location_history h SET flags = array_append(h.flags, 'double'), kept = TRUE
    FROM unnest(${given((one) => one.provider_type)}::text[], ${given((one) => one.provider_id)}::text[],
      ${given((one) => one.timestamp_generated)}::text[], ${given((one) => one.source)}::text[],
      ${doubles.map(({ fix }) => instantOf(fix.claimedAt))}::text[]) AS g (type, badge, at, source, claimed)
    WHERE h.provider_type = g.type AND h.provider_id = g.badge AND h.source = g.source
      AND (h.generated_at = g.at::timestamptz OR h.claimed_at = g.claimed::timestamptz) AND NOT 'double' = ANY (h.flags)`;
}

/**
 * Moves the latest location of each badge forward. One that comes late does not move it back. None is of the future;
 * what was stored while our own clock was ahead holds only until the next.
 */
export async function moveLatest(
  tx: Transaction,
  tenantId: string,
  moving: readonly JudgedLocation[],
): Promise<void> {
  const rows = moving.map((one) => ({
    providerType: one.location.provider_type,
    providerId: one.location.provider_id,
    generatedAt: new Date(one.location.timestamp_generated),
    location: { ...placed(one), place: shownPlace(one) },
  }));
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
 * Keeps what lives for minutes: what a name or an event rests on. What is gone already cannot be kept.
 *
 * @returns how many.
 */
export const keepFixes = (
  tx: Transaction,
  badges: readonly string[],
  from: Date,
  to: Date,
): Promise<number> => tx.$executeRaw`
  UPDATE location_history SET kept = TRUE
  WHERE provider_id = ANY (${[...badges]}::text[]) AND generated_at BETWEEN ${from} AND ${to} AND NOT kept`;

/** Removes up to `most` of what was received before and is not kept. @returns how many. */
export const dropPassing = (tx: Transaction, before: Date, most: number): Promise<number> =>
  tx.$executeRaw`
    DELETE FROM location_history WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM location_history WHERE received_at < ${before} AND NOT kept LIMIT ${most}))`;

/**
 * The latest location of each badge within the account's reach: a position belongs to the
 * present wearer of the badge and to the department of that person. A badge without a wearer has no department, and a tag of a
 * vehicle is no badge. A position from before the wearer got the badge is left out, and so is one of a wearer
 * whose consent is not in force: not given, or to an earlier notice.
 */
export async function latestLocations(
  tx: Transaction,
  account: Account,
): Promise<LatestLocation[]> {
  const reach = reachSql(account, 'location:read', {
    site: Prisma.sql`d.site`,
    department: Prisma.sql`p.department_id`,
    own: ({ person }) => Prisma.sql`p.id = ${person}`,
  });
  const rows = await sqlIn(tx)<{ location: LatestLocation }>(Prisma.sql`
    SELECT l.location FROM location_latest l
    LEFT JOIN badge b ON b.badge = l.provider_id AND b.until IS NULL AND b.since <= l.generated_at
    LEFT JOIN person p ON p.id = b.person_id
    LEFT JOIN department d ON d.id = p.department_id
    WHERE ${reach} AND NOT EXISTS (SELECT 1 FROM vehicle_tag v WHERE v.tag = l.provider_id AND v.until IS NULL)
      AND NOT EXISTS (
      SELECT 1 FROM badge w WHERE w.badge = l.provider_id AND w.since <= l.generated_at
        AND (w.until IS NULL OR l.generated_at < w.until)
        AND ${inForceSince(Prisma.sql`w.person_id`, BADGE_TRACKING)} IS NULL)
    ORDER BY l.provider_type, l.provider_id`);
  // What was stored before places were written with it has none.
  return rows.map(({ location }) => ({ ...location, place: location.place ?? null }));
}
