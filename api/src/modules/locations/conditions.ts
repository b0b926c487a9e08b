import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { grouped } from '../../platform/kit/grouped.ts';
import { absentKinds } from './absent.ts';
import type { Received } from './intake.ts';
import { oddKinds } from './odd.ts';
import { readSettings } from './settings.ts';

export const conditionKinds = [
  'silent',
  'low-battery',
  'sos',
  'no-motion',
  ...oddKinds,
  ...absentKinds,
  'left',
  'hand-over',
] as const;
export type ConditionKind = (typeof conditionKinds)[number];

/** A battery counts as charged again with so much more than the limit, percent. */
const CHARGED = 10;
/**
 * Minutes after which a no-motion condition ends by itself, and an acknowledged call for help, counted from the later of its
 * last fix and the acknowledgement. Also the interval of repeated notices of a call that is not acknowledged.
 */
export const SAID_MINUTES = 15;
/** Least time between two updates of `called_at` of an open call, seconds: a badge may call every second. */
const CALL_SECONDS = 10;
/** So many changes of one condition are noted of one batch; those between are left out. */
const MOST_CHANGES = 4;

/** What a badge says of a condition at a time. */
interface Said {
  readonly badge: string;
  readonly kind: ConditionKind;
  readonly at: string;
  readonly is: boolean;
}

/**
 * Notes what badges say of themselves: help, no motion, a low battery. Of a badge whose wearer is not followed, help
 * alone. People are told by the loop of `watch.ts`. What counts is the order of the times, not of the arrival. A fix that
 * came before counts, too: a phone without a new position sends its last one with the call.
 *
 * @returns whether a condition began or ended.
 */
export async function noteSaid(
  tx: Transaction,
  tenant: string,
  received: readonly Received[],
  isFollowed: (one: Received) => boolean,
): Promise<boolean> {
  const saying = received.filter(({ location }) => location.properties);
  if (saying.length === 0) return false;
  const limitOf = await batteryLimits(
    tx,
    saying.map(({ location }) => location.provider_id),
  );
  const said = saying.flatMap((one): Said[] => {
    const { provider_id: badge, timestamp_generated: at, properties = {} } = one.location;
    const { sos, noMotion, battery } = properties;
    const says = (kind: ConditionKind, is: boolean | undefined): Said[] =>
      is === undefined ? [] : [{ badge, kind, at, is }];
    if (!isFollowed(one)) return says('sos', sos);
    const limit = limitOf(badge);
    const isLow = battery === undefined || (battery > limit && battery <= limit + CHARGED);
    return [
      ...says('sos', sos),
      ...says('no-motion', noMotion),
      ...says('low-battery', isLow ? undefined : battery <= limit),
    ];
  });
  let changed = 0;
  const sequences = changesOf(said);
  for (let n = 0; sequences.some((one) => n < one.length); n++) {
    const now = sequences.flatMap((one) => one[n] ?? []);
    const begun = now.filter(({ is }) => is);
    changed += (await beginConditions(tx, tenant, begun)) + (await callAgain(tx, begun));
    changed += await endConditions(
      tx,
      now.filter(({ is }) => !is),
    );
  }
  await noteCalls(tx, said);
  return changed > 0;
}

/** The limit of a low battery by badge, percent: that of the site of its wearer. */
async function batteryLimits(
  tx: Transaction,
  badges: readonly string[],
): Promise<(badge: string) => number> {
  const rows = await sqlIn(tx)<{ badge: string; site: string }>(Prisma.sql`
    SELECT b.badge, d.site FROM badge b JOIN person p ON p.id = b.person_id
      JOIN department d ON d.id = p.department_id
    WHERE b.until IS NULL AND b.badge = ANY(${[...new Set(badges)]}::text[])`);
  const siteOf = new Map(rows.map(({ badge, site }) => [badge, site]));
  const settingOf = await readSettings(tx);
  return (badge) => settingOf(siteOf.get(badge) ?? null).batteryPercent;
}

/** What was said of each condition of a badge, in the order of time, without repetitions; badges in one order. */
function changesOf(said: readonly Said[]): Said[][] {
  const byCondition = grouped(said, ({ badge, kind }) => `${badge} ${kind}`);
  return [...byCondition]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, all]) => {
      const ordered = [...all].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
      const changes = ordered.filter((one, i) => one.is !== ordered[i - 1]?.is);
      // In pairs, so that the last one stays the last one.
      const over = Math.max(0, changes.length - MOST_CHANGES);
      changes.splice(2, over + (over % 2));
      return changes;
    });
}

/**
 * Each is open once: one that is open already stays as it is. What was taken back is not begun again by the same fix:
 * each process takes the same messages from the bus.
 */
async function beginConditions(
  tx: Transaction,
  tenant: string,
  rows: readonly Said[],
): Promise<number> {
  if (rows.length === 0) return 0;
  return tx.$executeRaw`
    INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, begun_at)
    SELECT ${tenant}, g.id, g.badge, g.kind, coalesce(
      (SELECT b.person_id FROM badge b WHERE b.badge = g.badge AND b.since <= g.at
        AND (b.until IS NULL OR b.until > g.at) LIMIT 1),
      (SELECT b.person_id FROM badge b WHERE b.badge = g.badge AND b.until IS NULL)), g.at
    FROM (SELECT u.id, u.badge, u.kind, least(u.at::timestamptz(3), now()::timestamptz(3)) AS at
      FROM unnest(${rows.map(() => newId())}::text[], ${rows.map(({ badge }) => badge)}::text[],
        ${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ at }) => at)}::text[]) AS u (id, badge, kind, at)) g
    WHERE NOT EXISTS (SELECT 1 FROM badge_condition c
      WHERE c.badge = g.badge AND c.kind = g.kind AND c.begun_at = g.at
        AND c.ended_at < c.begun_at + ${SAID_MINUTES}::integer * interval '1 minute')
    ON CONFLICT DO NOTHING`;
}

/** Notifies again of open calls for help that no account has acknowledged. */
async function callAgain(tx: Transaction, rows: readonly Said[]): Promise<number> {
  const calls = rows.filter(({ kind }) => kind === 'sos');
  if (calls.length === 0) return 0;
  return tx.$executeRaw`
    UPDATE badge_condition c SET told_at = NULL
    FROM (SELECT u.badge, u.at::timestamptz(3) AS at
      FROM unnest(${calls.map(({ badge }) => badge)}::text[], ${calls.map(({ at }) => at)}::text[]) AS u (badge, at)) g
    WHERE c.badge = g.badge AND c.kind = 'sos' AND c.ended_at IS NULL AND c.acknowledged_at IS NULL
      AND c.told_at < g.at - ${SAID_MINUTES}::integer * interval '1 minute'`;
}

/**
 * Notes that open calls for help go on, by the time of arrival: a phone without a new position repeats its last fix, with the
 * old time.
 */
async function noteCalls(tx: Transaction, said: readonly Said[]): Promise<void> {
  const calls = said.filter(({ kind, is }) => kind === 'sos' && is);
  if (calls.length === 0) return;
  await tx.$executeRaw`
    UPDATE badge_condition c SET called_at = now()
    FROM (SELECT u.badge, max(u.at::timestamptz(3)) AS at
      FROM unnest(${calls.map(({ badge }) => badge)}::text[], ${calls.map(({ at }) => at)}::text[]) AS u (badge, at)
      GROUP BY u.badge) g
    WHERE c.badge = g.badge AND c.kind = 'sos' AND c.ended_at IS NULL AND c.begun_at <= g.at
      AND (c.called_at IS NULL OR c.called_at < now() - ${CALL_SECONDS}::integer * interval '1 second')`;
}

/** At the time of what was said: an older statement that comes late ends nothing. */
async function endConditions(tx: Transaction, rows: readonly Said[]): Promise<number> {
  if (rows.length === 0) return 0;
  return tx.$executeRaw`
    UPDATE badge_condition c SET ended_at = least(g.at, now()), ended_by = 'over'
    FROM (SELECT u.badge, u.kind, u.at::timestamptz(3) AS at
      FROM unnest(${rows.map(({ badge }) => badge)}::text[], ${rows.map(({ kind }) => kind)}::text[],
        ${rows.map(({ at }) => at)}::text[]) AS u (badge, kind, at)) g
    WHERE c.badge = g.badge AND c.kind = g.kind AND c.ended_at IS NULL AND c.begun_at <= g.at`;
}
