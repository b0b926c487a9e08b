import type pg from 'pg';
import { until } from './site.ts';

/** Pending background work: consumers with unread events, people due for matching. */
const WAITING = `
  SELECT feed AS what FROM feed_position p
    WHERE feed LIKE 'consumer:%' AND settled < (SELECT max(seq) FROM outbox_event e WHERE e.tenant_id = p.tenant_id)
  UNION ALL SELECT 'person ' || person_id FROM match_watch WHERE due_at <= now()
  UNION ALL SELECT 'holder ' || person_id FROM post_holding h WHERE until_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM match_watch w WHERE w.tenant_id = h.tenant_id AND w.person_id = h.person_id)`;

/**
 * Waits until the background loops of the API are idle: for tests that compare rows before and after.
 *
 * @param sql as the superuser, who sees all companies; each of them needs a running API.
 * @param withinMs limit for failures.
 */
export async function untilSettled(
  sql: Pick<pg.Client, 'query'>,
  withinMs?: number,
): Promise<void> {
  let waiting: unknown[] = [];
  await until(
    async () => {
      waiting = (await sql.query(WAITING)).rows.map(({ what }) => what);
      return waiting.length === 0;
    },
    'the loops of the API are at rest',
    withinMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; waiting: ${waiting.slice(0, 10).join(', ')}`);
  });
}
