import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { mayBeNamedAt, namedPeople, namedSince } from '../consent/gate.ts';

/** A badge whose wearer may be named, with its handle of the day. */
export interface Wearer {
  badge: string;
  /** Positions from before are not of this wearer, or from before the consent. */
  since: Date;
  handle: string;
}

/** The day at the site, `2026-11-28`. */
export const dayAt = (timeZone: string, at: Date): string =>
  DateTime.fromJSDate(at, { zone: timeZone }).toISODate() as string;

/** `badge b` is worn by a person who works here. */
const worn = Prisma.sql`b.until IS NULL AND EXISTS (
  SELECT 1 FROM person p WHERE p.id = b.person_id AND p.status = 'active')`;

/** Those of some badges whose present wearers may be named; each gets a handle where it has none today. */
export async function wearersOf(
  tx: Transaction,
  tenant: string,
  day: string,
  badges: readonly string[],
): Promise<Map<string, Wearer>> {
  if (badges.length === 0) return new Map();
  const found = await sqlIn(tx)<{ id: string; badge: string; since: Date }>(Prisma.sql`
    SELECT w.id, w.badge, greatest(w.since, w.named) AS since FROM (
      SELECT b.id, b.badge, b.since, ${namedSince(Prisma.sql`b.person_id`)} AS named
      FROM badge b WHERE b.badge = ANY (${[...badges]}::text[]) AND ${worn}) w
    WHERE w.named IS NOT NULL`);
  if (found.length === 0) return new Map();
  const handles = await handlesOf(tx, day, found);
  const without = found.filter(({ id }) => !handles.has(id));
  if (without.length > 0) {
    await sqlIn(tx)(Prisma.sql`
      INSERT INTO badge_handle (tenant_id, handle, badge_id, day)
      SELECT ${tenant}, handle, badge, ${day}::date
      FROM unnest(${without.map(newHandle)}::text[], ${without.map(({ id }) => id)}::text[]) AS given (handle, badge)
      ON CONFLICT DO NOTHING`);
    // Another process may have been first.
    for (const [id, handle] of await handlesOf(tx, day, without)) handles.set(id, handle);
  }
  return new Map(
    found.flatMap(({ id, badge, since }) => {
      const handle = handles.get(id);
      return handle === undefined ? [] : [[badge, { badge, since, handle }]];
    }),
  );
}

const newHandle = () => randomBytes(12).toString('base64url');

async function handlesOf(
  tx: Transaction,
  day: string,
  bindings: readonly { id: string }[],
): Promise<Map<string, string>> {
  const rows = await sqlIn(tx)<{ id: string; handle: string }>(Prisma.sql`
    SELECT badge_id AS id, handle FROM badge_handle
    WHERE badge_id = ANY (${bindings.map(({ id }) => id)}::text[]) AND day = ${day}::date
      AND withdrawn_at IS NULL`);
  return new Map(rows.map(({ id, handle }) => [id, handle]));
}

/**
 * Withdraws the handles of today whose badge has no wearer who may be named: handed in, a
 * consent ended, or its notice renewed.
 *
 * @returns all handles of the day that may no longer be used.
 */
export async function withdrawnHandles(tx: Transaction, day: string): Promise<string[]> {
  const named = Prisma.sql`${namedSince(Prisma.sql`b.person_id`)} IS NOT NULL`;
  await sqlIn(tx)(Prisma.sql`
    UPDATE badge_handle h SET withdrawn_at = now(), badge_id = CASE WHEN s.named THEN h.badge_id END
    FROM (
      SELECT o.handle, coalesce(b.id IS NOT NULL AND ${named}, FALSE) AS named,
        coalesce(${worn}, FALSE) AS worn
      FROM badge_handle o LEFT JOIN badge b ON b.id = o.badge_id
      WHERE o.day = ${day}::date AND o.withdrawn_at IS NULL) s
    WHERE s.handle = h.handle AND h.withdrawn_at IS NULL AND NOT (s.named AND s.worn)`);
  const rows = await sqlIn(tx)<{ handle: string }>(Prisma.sql`
    SELECT handle FROM badge_handle WHERE day = ${day}::date AND withdrawn_at IS NOT NULL
    ORDER BY handle`);
  return rows.map(({ handle }) => handle);
}

/** Unlinks all handles of a person from their badges. @returns how many. */
export async function cutHandles(tx: Transaction, person: string): Promise<number> {
  const rows = await sqlIn(tx)<{ handle: string }>(Prisma.sql`
    UPDATE badge_handle h SET withdrawn_at = coalesce(h.withdrawn_at, now()), badge_id = NULL
    FROM badge b WHERE b.id = h.badge_id AND b.person_id = ${person} RETURNING h.handle`);
  return rows.length;
}

/**
 * Whom handles are of: by the binding of the badge, where it held at that time, and where the person had
 * agreed to be named then and does now.
 *
 * @param days the first and the last day on which a worker can have heard of them.
 * @returns by handle; null for one that may not be resolved. One that no worker can know is missing.
 */
export async function resolveHandles(
  tx: Transaction,
  handles: readonly string[],
  at: Date,
  [first, last]: readonly [string, string],
): Promise<Map<string, string | null>> {
  if (handles.length === 0) return new Map();
  // Their consents stay as they are until this is committed, or it waits until a withdrawal is. Once more, as a correction
  // that it waited for may have given the badge to another person.
  for (let n = 0; n < 2; n++) {
    await sqlIn(tx)(Prisma.sql`
      SELECT p.id FROM person p WHERE p.id IN (
        SELECT b.person_id FROM badge_handle h JOIN badge b ON b.id = h.badge_id
        WHERE h.handle = ANY (${[...handles]}::text[]))
      ORDER BY p.id FOR SHARE`);
  }
  const rows = await sqlIn(tx)<{ handle: string; person: string | null }>(Prisma.sql`
    SELECT h.handle, CASE WHEN ${namedSince(Prisma.sql`b.person_id`)} IS NOT NULL
      AND ${mayBeNamedAt(Prisma.sql`b.person_id`, at)} THEN b.person_id END AS person
    FROM badge_handle h
    LEFT JOIN badge b ON b.id = h.badge_id AND b.since <= ${at} AND (b.until IS NULL OR b.until > ${at})
    WHERE h.handle = ANY (${[...handles]}::text[]) AND h.day BETWEEN ${first}::date AND ${last}::date`);
  return new Map(rows.map(({ handle, person }) => [handle, person]));
}

/** Whom a handle of today is of, with what decides who may know it. */
export interface Bearer {
  person: string;
  name: string;
  department: string;
  site: string | null;
}

/**
 * Whom handles of a day are of now, where they may be named now; for what is shown and not stored.
 *
 * @returns by handle; one that may not be resolved is missing.
 */
export async function bearersOf(
  tx: Transaction,
  handles: readonly string[],
  day: string,
): Promise<Map<string, Bearer>> {
  const rows = await sqlIn(tx)<Bearer & { handle: string }>(Prisma.sql`
    SELECT h.handle, p.id AS person, p.name, p.department_id AS department, d.site
    FROM badge_handle h JOIN badge b ON b.id = h.badge_id AND b.until IS NULL
    JOIN person p ON p.id = b.person_id AND p.status = 'active'
    JOIN department d ON d.id = p.department_id
    WHERE h.handle = ANY (${[...handles]}::text[]) AND h.day = ${day}::date AND h.withdrawn_at IS NULL
      AND ${namedSince(Prisma.sql`p.id`)} IS NOT NULL`);
  return new Map(rows.map(({ handle, ...bearer }) => [handle, bearer]));
}

/** Of the people who work at a site: the share who cannot be seen, by why. */
export interface Unseen {
  /** Who wear a badge and did not agree. */
  unseenBadge: number;
  noBadge: number;
}

/**
 * By site. People of a department without a site may be at any. People of another site may come: where one of them wears a badge and
 * did not agree, one such guest is counted, so that it is not said that all agreed. A site without people counts as all without a badge.
 */
export async function unseenPeople(
  tx: Transaction,
  sites: readonly string[],
): Promise<Map<string, Unseen>> {
  const rows = await sqlIn(tx)<{
    site: string;
    all: number;
    badged: number;
    named: number;
    guest: number;
  }>(Prisma.sql`
    WITH admitted AS (
      SELECT d.site, p.id IN (SELECT b.person_id FROM badge b WHERE b.until IS NULL) AS badged,
        p.id IN (${namedPeople}) AS named
      FROM person p JOIN department d ON d.id = p.department_id WHERE p.status = 'active')
    SELECT s.site, count(*)::int AS "all", count(*) FILTER (WHERE w.badged)::int AS badged,
      count(*) FILTER (WHERE w.badged AND w.named)::int AS named,
      EXISTS (SELECT 1 FROM admitted o WHERE o.site <> s.site AND o.badged AND NOT o.named)::int AS guest
    FROM unnest(${[...sites]}::text[]) AS s (site) JOIN admitted w ON w.site = s.site OR w.site IS NULL
    GROUP BY s.site`);
  const shares = new Map(
    rows.map(({ site, all, badged, named, guest }) => [
      site,
      {
        unseenBadge: (badged - named + guest) / (all + guest),
        noBadge: (all - badged) / (all + guest),
      },
    ]),
  );
  return new Map(sites.map((site) => [site, shares.get(site) ?? { unseenBadge: 0, noBadge: 1 }]));
}
