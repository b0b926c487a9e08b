import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import { SAID_MINUTES } from './conditions.ts';
import { dropPassing } from './repository.ts';
import { usual } from './settings.ts';
import { type ToldCondition, tellConditions } from './tell.ts';

/** How often badges are looked at without being nudged, ms. */
const EVERY_MS = 5_000;
/** Positions at the rate of the tags live so long, minutes. */
export const PASSING_MINUTES = 15;
const MOST_DROPPED = 20_000;
/** A badge is late or silent only where it was heard regularly: of so many intervals at least. */
export const LEAST_INTERVALS = 5;
/** No second silence notice for the same badge within this time, minutes; a silence that lasts longer is told then. */
const DAMP_MINUTES = 15;
/** The first silent badge of a reader and site is told at once; those that follow within so many seconds are told together, after that time; not longer than the silence itself. */
const TOGETHER_SECONDS = 60;
/** The same interval for badges of a site that move after their wearers clocked out, seconds: people leave for lunch over minutes. */
const CLOCKED_OUT_SECONDS = 600;
/** The place of a badge is told where it is not older than this, minutes. */
const PLACE_MINUTES = 15;
export const FEATURE = 'positioning';

/** SQL: the settings of the site of department `d`, with `location_setting s` joined. */
export const settingSql = {
  join: Prisma.sql`LEFT JOIN location_setting s ON s.site = d.site`,
  silent: Prisma.sql`(coalesce(s.silent_seconds, ${usual.silentSeconds}) * interval '1 second')`,
  /** The limit of silence: twice the 90th percentile of the badge's intervals, at least the setting. */
  limit: Prisma.sql`greatest(coalesce(s.silent_seconds, ${usual.silentSeconds}), 2 * (
    SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY i.s) FROM unnest(t.intervals) AS i (s))) * interval '1 second'`,
  gone: Prisma.sql`(coalesce(s.gone_hours, ${usual.goneHours}) * interval '1 hour')`,
};

/** Badges on people: tag `t`, binding `b`, person `p`, department `d`, settings `s`. */
const worn = Prisma.sql`
  location_tag t JOIN badge b ON b.badge = t.badge AND b.until IS NULL AND b.since <= t.heard_at
  JOIN person p ON p.id = b.person_id AND p.status = 'active'
  JOIN department d ON d.id = p.department_id ${settingSql.join}`;

/** What a look at badges needs beside its unit. */
interface Look {
  now: Date;
  /** Since when silence can be heard: this process listens, and stores what it hears; null: it cannot. */
  since: Date | null;
}

/** Opens and ends conditions of badges at an instant, and tells people of each once. @returns how many changed or were told. */
export async function lookAtBadges(
  unit: Unit,
  {
    notices,
    settings,
  }: Pick<Platform, 'notices'> & { settings: Pick<Platform['settings'], 'tenant' | 'timeZone'> },
  { now, since }: Look,
): Promise<number> {
  const { tx } = unit;
  // One process at a time: what another one opened is not opened again.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${settings.tenant}, 7500202))::text`;
  let changes = await endSilences(tx, now);
  changes += await endSaid(tx, now);
  if (since !== null) changes += await openSilences(tx, settings.tenant, { now, since });
  return (
    changes + (await tellConditions(unit, notices, await untold(tx, now, settings.timeZone), now))
  );
}

/**
 * Opens and ends conditions of badges, and tells people of each once. A badge is silent where its wearer agreed to be
 * followed and is on site as far as it is known: heard within the hours of the setting, not read at a way out since, and
 * at intervals before: one that is read at portals alone is never silent. What this process could not hear is no silence.
 *
 * @param options.isBehind fixes wait that are not stored yet.
 */
export function watchBadges(
  platform: Pick<Platform, 'units' | 'notices' | 'features' | 'settings' | 'log' | 'bus'>,
  options: { isBehind: () => boolean; changed: () => void },
): Loop {
  const { units, features, settings, log, bus } = platform;
  const caller = systemCaller(settings.tenant);
  const startedAt = Date.now();

  async function look(unit: Unit): Promise<void> {
    const hears = bus.connected && bus.connectedSince !== null && !options.isBehind();
    const since = hears ? new Date(Math.max(startedAt, bus.connectedSince ?? 0)) : null;
    const changes = await lookAtBadges(unit, platform, { now: new Date(), since });
    if (changes > 0) unit.afterCommit(options.changed);
  }

  async function pass(): Promise<boolean> {
    if (!features.isOn(FEATURE)) return false;
    await units.run(caller, look);
    return false;
  }

  return startLoop({ name: 'silent badges', log, everyMs: EVERY_MS, pass });
}

/** Deletes fixes that are not kept. Runs on its own loop, so also while positioning is off or the badge check fails. */
export function dropPassingFixes({
  units,
  settings,
  log,
}: Pick<Platform, 'units' | 'settings' | 'log'>): Loop {
  const caller = systemCaller(settings.tenant);
  async function pass(): Promise<boolean> {
    const before = new Date(Date.now() - PASSING_MINUTES * 60_000);
    const dropped = await units.run(caller, ({ tx }) => dropPassing(tx, before, MOST_DROPPED));
    return dropped === MOST_DROPPED;
  }
  return startLoop({ name: 'passing positions', log, everyMs: EVERY_MS, pass });
}

async function openSilences(
  tx: Transaction,
  tenant: string,
  { now, since }: { now: Date; since: Date },
): Promise<number> {
  const rows = await sqlIn(tx)<{ badge: string; person: string; at: Date }>(Prisma.sql`
    SELECT t.badge, p.id AS person, t.heard_at AS at FROM ${worn}
    WHERE greatest(t.heard_at, ${since}::timestamptz) < ${now}::timestamptz - ${settingSql.limit}
      AND t.heard_at > ${now}::timestamptz - ${settingSql.gone} AND NOT t.is_out
      AND cardinality(t.intervals) >= ${LEAST_INTERVALS}
      AND ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM badge_condition c
        WHERE c.badge = t.badge AND c.kind = 'silent' AND c.ended_at IS NULL)
    ORDER BY t.badge`);
  if (rows.length === 0) return 0;
  await tx.badgeCondition.createMany({
    data: rows.map(({ badge, person, at }) => ({
      tenantId: tenant,
      id: newId(),
      badge,
      kind: 'silent',
      personId: person,
      begunAt: at,
      openedAt: now,
    })),
    skipDuplicates: true,
  });
  return rows.length;
}

/** Heard again, left by a way out, not heard for hours, or handed in. */
const endSilences = (tx: Transaction, now: Date): Promise<number> => tx.$executeRaw`
  UPDATE badge_condition c SET ended_at = greatest(c.begun_at, ${now}::timestamptz), ended_by = o.why
  FROM (
    SELECT c.id, CASE
      WHEN w.badge IS NULL THEN 'handed-in' WHEN w.is_out THEN 'left'
      WHEN w.heard_at > c.begun_at THEN 'heard' ELSE 'gone' END AS why
    FROM badge_condition c LEFT JOIN (
      SELECT t.badge, p.id AS person, t.heard_at, t.is_out, ${settingSql.gone} AS gone FROM ${worn}
    ) w ON w.badge = c.badge AND w.person = c.person_id
    WHERE c.kind = 'silent' AND c.ended_at IS NULL
      AND (w.badge IS NULL OR w.is_out OR w.heard_at > c.begun_at OR w.heard_at <= ${now}::timestamptz - w.gone)
  ) o WHERE o.id = c.id`;

/**
 * Conditions that a badge reported and never ended. A call for help lasts until an account looks after it, and as long as the
 * badge calls: the next fix would open another one.
 */
const endSaid = (tx: Transaction, now: Date): Promise<number> => tx.$executeRaw`
  UPDATE badge_condition SET ended_at = greatest(begun_at, ${now}::timestamptz), ended_by = 'over'
  WHERE kind IN ('sos', 'no-motion') AND ended_at IS NULL AND told_at IS NOT NULL
    AND (kind <> 'sos' OR acknowledged_at IS NOT NULL)
    AND CASE kind WHEN 'sos' THEN greatest(begun_at, acknowledged_at, called_at) ELSE begun_at END
      < ${now}::timestamptz - ${SAID_MINUTES}::integer * interval '1 minute'`;

/**
 * What is to be told now. The place is that of the present wearer, of just now, and known by consent. Those that fall
 * silent after one of the same reader and site wait for a moment, so that they are told together, and so do those that move
 * after their wearers clocked out, by site. Of one person the latter is told once in a day.
 */
const untold = (tx: Transaction, now: Date, timeZone: string): Promise<ToldCondition[]> =>
  sqlIn(tx)<ToldCondition>(Prisma.sql`
    WITH waiting AS (
      SELECT c.*, p.name AS person, p.department_id AS department, d.site, t.at AS place_at, a.name AS area,
        split_part(h.source, '/', 1) AS reader, CASE c.kind
          WHEN 'clocked-out' THEN ${CLOCKED_OUT_SECONDS}::integer
          ELSE least(${TOGETHER_SECONDS}::integer, coalesce(s.silent_seconds, ${usual.silentSeconds}::integer))
          END * interval '1 second' AS hold
      FROM badge_condition c
      LEFT JOIN person p ON p.id = c.person_id LEFT JOIN department d ON d.id = p.department_id
      ${settingSql.join}
      LEFT JOIN location_tag h ON h.badge = c.badge AND c.kind = 'silent'
      LEFT JOIN badge b ON b.badge = c.badge AND b.until IS NULL
      LEFT JOIN location_tag t ON t.badge = c.badge
        AND t.at > ${now}::timestamptz - ${PLACE_MINUTES}::integer * interval '1 minute'
        AND b.person_id IS NOT DISTINCT FROM c.person_id
        AND (b.person_id IS NULL OR (t.at >= b.since
          AND ${inForceSince(Prisma.sql`b.person_id`, BADGE_TRACKING)} IS NOT NULL))
      LEFT JOIN area a ON a.id = t.area_id
      WHERE c.told_at IS NULL AND (c.ended_at IS NULL OR c.kind = 'sos')
        AND NOT (c.kind = 'silent' AND EXISTS (SELECT 1 FROM badge_condition o
          WHERE o.badge = c.badge AND o.kind = 'silent' AND o.person_id = c.person_id
            AND o.told_at > ${now}::timestamptz - ${DAMP_MINUTES}::integer * interval '1 minute'))
        AND NOT (c.kind = 'clocked-out' AND EXISTS (SELECT 1 FROM badge_condition o
          WHERE o.kind = 'clocked-out' AND o.person_id = c.person_id
            AND CASE WHEN o.told_at IS NULL THEN o.ended_at IS NULL AND o.id < c.id
              ELSE (o.told_at AT TIME ZONE ${timeZone})::date = (${now}::timestamptz AT TIME ZONE ${timeZone})::date END))
    )
    SELECT w.id, w.badge, w.kind, w.person_id AS "personId", w.begun_at AS "begunAt", w.person, w.department,
      w.site, w.area, w.place_at AS "placeAt", w.reader
    FROM waiting w
    WHERE w.kind NOT IN ('silent', 'clocked-out') OR NOT EXISTS (
      SELECT 1 FROM badge_condition o LEFT JOIN person op ON op.id = o.person_id
        LEFT JOIN department od ON od.id = op.department_id LEFT JOIN location_tag oh ON oh.badge = o.badge
      WHERE o.kind = w.kind AND o.told_at > ${now}::timestamptz - w.hold
        AND od.site IS NOT DISTINCT FROM w.site
        AND (w.kind <> 'silent' OR split_part(oh.source, '/', 1) IS NOT DISTINCT FROM w.reader))
    ORDER BY w.badge, w.id`);
