import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Received } from './intake.ts';
import { readSettings } from './settings.ts';

export const conditionKinds = ['silent', 'low-battery', 'sos', 'no-motion'] as const;
export type ConditionKind = (typeof conditionKinds)[number];

/** A battery counts as charged again with so much more than the limit, percent. */
const CHARGED = 10;

/**
 * Notes what badges say of themselves: help, no motion, a low battery. Of a badge whose wearer is not followed, help
 * alone. People are told by the loop of `watch.ts`.
 *
 * @returns whether a condition began or ended.
 */
export async function noteSaid(
  tx: Transaction,
  tenant: string,
  received: readonly Received[],
  isFollowed: (one: Received) => boolean,
): Promise<boolean> {
  const saying = received.filter(({ location, isDouble }) => location.properties && !isDouble);
  if (saying.length === 0) return false;
  const limit = (await readSettings(tx))(null).batteryPercent;
  const begin = new Map<string, { badge: string; kind: ConditionKind; at: string }>();
  const end: { badge: string; kind: ConditionKind }[] = [];
  for (const one of saying) {
    const { provider_id: badge, timestamp_generated: at, properties = {} } = one.location;
    const note = (kind: ConditionKind, is: boolean | undefined) => {
      const key = `${kind} ${badge}`;
      if (is === true && !begin.has(key)) begin.set(key, { badge, kind, at });
      if (is === false) {
        begin.delete(key);
        end.push({ badge, kind });
      }
    };
    note('sos', properties.sos);
    if (!isFollowed(one)) continue;
    note('no-motion', properties.noMotion);
    if (properties.battery !== undefined) {
      if (properties.battery <= limit) note('low-battery', true);
      if (properties.battery > limit + CHARGED) note('low-battery', false);
    }
  }
  const ended = end.length === 0 ? 0 : await endConditions(tx, end);
  const begun = await beginConditions(tx, tenant, [...begin.values()]);
  return ended + begun > 0;
}

/** Each is open once: one that is open already stays as it is. */
async function beginConditions(
  tx: Transaction,
  tenant: string,
  rows: readonly { badge: string; kind: ConditionKind; at: string }[],
): Promise<number> {
  if (rows.length === 0) return 0;
  return tx.$executeRaw`
    INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, begun_at)
    SELECT ${tenant}, g.id, g.badge, g.kind, b.person_id, least(g.at::timestamptz, now())
    FROM unnest(${rows.map(() => newId())}::text[], ${rows.map(({ badge }) => badge)}::text[],
      ${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ at }) => at)}::text[]) AS g (id, badge, kind, at)
    LEFT JOIN badge b ON b.badge = g.badge AND b.until IS NULL
    ON CONFLICT DO NOTHING`;
}

const endConditions = (
  tx: Transaction,
  rows: readonly { badge: string; kind: ConditionKind }[],
): Promise<number> => tx.$executeRaw`
  UPDATE badge_condition c SET ended_at = greatest(c.begun_at, now()), ended_by = 'over'
  FROM unnest(${rows.map(({ badge }) => badge)}::text[], ${rows.map(({ kind }) => kind)}::text[]) AS g (badge, kind)
  WHERE c.badge = g.badge AND c.kind = g.kind AND c.ended_at IS NULL`;
