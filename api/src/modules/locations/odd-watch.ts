import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import { type Absent, absentKinds, absentWearers } from './absent.ts';
import { endLeavers } from './leavers.ts';
import { type Odd, OddBadges, oddKinds, type Placed } from './odd.ts';
import { usual } from './settings.ts';
import { FEATURE } from './watch.ts';

/** How often it is looked where badges are, ms. */
const EVERY_MS = 10_000;
/** A position older than this says nothing of now, seconds. */
const FRESH_SECONDS = 30;
/** An odd badge that was not heard for so long is a matter no more, minutes. */
const GONE_MINUTES = 30;
/** A radius holds 95 % of positions: so many deviations. */
const DEVIATIONS = 2.45;
/** Where a system does not say how exact it is, metres. */
const USUAL_RADIUS = 2.45;

/**
 * Opens a condition for each badge that behaves as no worn badge does, and ends it. Each process samples by itself; the index of
 * open conditions keeps each once. After a start it has to see the time of the settings again.
 *
 * @param changed called where something was opened or ended.
 */
export function watchOddBadges(
  { units, features, settings, log }: Pick<Platform, 'units' | 'features' | 'settings' | 'log'>,
  changed: () => void,
): Loop {
  const { tenant, timeZone } = settings;
  const badges = new OddBadges();

  async function pass(): Promise<boolean> {
    if (!features.isOn(FEATURE)) return false;
    await units.run(systemCaller(tenant), async (unit) => {
      const sample = await readSample(unit.tx);
      badges.keepOnly(new Set(sample.map(({ badge }) => badge)));
      const { odd, moved } = badges.add(sample);
      const now = new Date();
      const absent = await absentWearers(unit.tx, {
        now,
        seconds: GONE_MINUTES * 60,
        timeZone,
        attendance: features.isOn('attendance'),
      });
      const changes =
        (await endOver(unit.tx, odd, moved, absent)) +
        (await endLeavers(unit.tx)) +
        (await begin(unit.tx, tenant, [
          ...odd,
          ...absent.filter((one) => isHere(one, now, moved)),
        ]));
      if (changes > 0) unit.afterCommit(changed);
    });
    return false;
  }

  return startLoop({ name: 'odd badges', log, everyMs: EVERY_MS, pass });
}

/** Whether the badge was heard just now, and moves if its wearer has clocked out: badges in lockers are heard over night. */
const isHere = ({ kind, badge, since }: Absent, now: Date, moved: ReadonlySet<string>): boolean =>
  since > now.getTime() - FRESH_SECONDS * 1_000 && (kind === 'contract-over' || moved.has(badge));

/** SQL: a name is that of a tag of a vehicle now. */
const isOnVehicle = (name: Prisma.Sql) =>
  Prisma.sql`EXISTS (SELECT 1 FROM vehicle_tag v WHERE v.tag = ${name} AND v.until IS NULL)`;

/**
 * Badges of people who agree to be followed, and those of no person: they were handed in, or never given out. Of the tags of
 * vehicles nothing is asked here.
 */
async function readSample(tx: Transaction): Promise<Placed[]> {
  const seconds = Prisma.sql`interval '1 second'`;
  const rows = await sqlIn(tx)<Omit<Placed, 'at' | 'deviation'> & { at: Date; radius: number }>(
    Prisma.sql`
    SELECT t.badge, t.floor_plan AS plan, t.at, t.x, t.y, coalesce(t.radius, ${USUAL_RADIUS}) AS radius,
      CASE WHEN b.id IS NULL THEN 'none' ELSE 'active' END AS wearer,
      coalesce(s.still_minutes, ${usual.stillMinutes})::int * 60000 AS "stillMs",
      coalesce(s.together_minutes, ${usual.togetherMinutes})::int * 60000 AS "togetherMs"
    FROM location_tag t
    LEFT JOIN badge b ON b.badge = t.badge AND b.until IS NULL AND b.since <= t.at
    LEFT JOIN person p ON p.id = b.person_id LEFT JOIN department d ON d.id = p.department_id
    LEFT JOIN location_setting s ON s.site = d.site
    WHERE t.at > now() - ${FRESH_SECONDS} * ${seconds} AND t.crs = 'local' AND t.floor_plan IS NOT NULL
      AND t.x IS NOT NULL AND t.y IS NOT NULL AND NOT t.is_out
      AND CASE WHEN b.id IS NULL
        THEN NOT EXISTS (SELECT 1 FROM badge o WHERE o.badge = t.badge AND o.until IS NULL)
          AND NOT ${isOnVehicle(Prisma.sql`t.badge`)}
        ELSE ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} IS NOT NULL END
    ORDER BY t.badge`,
  );
  return rows.map(({ at, radius, ...row }) => ({
    ...row,
    at: at.getTime(),
    deviation: radius / DEVIATIONS,
  }));
}

async function begin(
  tx: Transaction,
  tenant: string,
  odd: readonly (Odd | Absent)[],
): Promise<number> {
  if (odd.length === 0) return 0;
  return tx.$executeRaw`
    INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, about, begun_at)
    SELECT ${tenant}, u.id, u.badge, u.kind,
      (SELECT b.person_id FROM badge b WHERE b.badge = u.badge AND b.until IS NULL), u.about,
      to_timestamp(u.since / 1000)
    FROM unnest(${odd.map(() => newId())}::text[], ${odd.map(({ badge }) => badge)}::text[],
      ${odd.map(({ kind }) => kind)}::text[], ${odd.map(({ about }) => about)}::text[],
      ${odd.map(({ since }) => since)}::float8[]) AS u (id, badge, kind, about, since)
    ON CONFLICT DO NOTHING`;
}

/**
 * What is over: a still badge moved, two parted, a wearer is to be here again, one was bound, handed in or put on a vehicle, or was
 * not heard for long.
 */
async function endOver(
  tx: Transaction,
  odd: readonly Odd[],
  moved: ReadonlySet<string>,
  absent: readonly Absent[],
): Promise<number> {
  const open = await tx.badgeCondition.findMany({
    where: { kind: { in: [...oddKinds, ...absentKinds] }, endedAt: null },
    select: { id: true, badge: true, kind: true, about: true },
  });
  if (open.length === 0) return 0;
  const apart = await partedPairs(tx);
  const over = open.filter(({ id, badge, kind }) => {
    if (odd.some((one) => one.badge === badge && one.kind === kind)) return false;
    if (absentKinds.some((one) => one === kind)) {
      return !absent.some((one) => one.badge === badge && one.kind === kind);
    }
    return (kind === 'still' && moved.has(badge)) || (kind === 'together' && apart.has(id));
  });
  return tx.$executeRaw`
    UPDATE badge_condition c SET ended_at = greatest(c.begun_at, now()), ended_by = o.why
    FROM (
      SELECT c.id, CASE WHEN c.id = ANY (${over.map(({ id }) => id)}::text[]) THEN 'over'
        WHEN t.badge IS NULL OR t.heard_at < now() - ${GONE_MINUTES}::int * interval '1 minute' THEN 'gone'
        WHEN t.is_out THEN 'left' ELSE 'handed-in' END AS why
      FROM badge_condition c LEFT JOIN location_tag t ON t.badge = c.badge
      LEFT JOIN badge b ON b.badge = c.badge AND b.until IS NULL
      WHERE c.id = ANY (${open.map(({ id }) => id)}::text[]) AND (
        c.id = ANY (${over.map(({ id }) => id)}::text[]) OR t.badge IS NULL OR t.is_out
        OR t.heard_at < now() - ${GONE_MINUTES}::int * interval '1 minute'
        OR b.person_id IS DISTINCT FROM c.person_id OR ${isOnVehicle(Prisma.sql`c.badge`)})
    ) o WHERE o.id = c.id AND c.ended_at IS NULL`;
}

/** Open conditions of two badges that are far apart now, beyond any error. */
async function partedPairs(tx: Transaction): Promise<Set<string>> {
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT c.id FROM badge_condition c JOIN location_tag a ON a.badge = c.badge JOIN location_tag b ON b.badge = c.about
    WHERE c.kind = 'together' AND c.ended_at IS NULL
      AND abs(extract(epoch FROM a.at - b.at)) <= 2 AND a.at > now() - ${FRESH_SECONDS} * interval '1 second'
      AND (a.floor_plan <> b.floor_plan OR sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2)
        > 3 + 2 * (coalesce(a.radius, ${USUAL_RADIUS}) + coalesce(b.radius, ${USUAL_RADIUS})))`);
  return new Set(rows.map(({ id }) => id));
}
