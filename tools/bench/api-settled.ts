import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const AT_MOST_SECONDS = 60;

/**
 * Waits until the background work after the writes is done: every audit row is sealed, every event
 * is published, no delivery is pending.
 *
 * @returns seconds.
 */
export async function settled(admin: pg.Client): Promise<number> {
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  while (since() < AT_MOST_SECONDS) {
    const { rows } = await admin.query<{ done: boolean }>(`
      SELECT (SELECT max(seq) FROM audit_log) = (SELECT max(seq) FROM audit_seal)
        AND NOT EXISTS (SELECT FROM notice_delivery
          WHERE tenant_id = 'demo' AND state IN ('waiting', 'sending') AND next_at <= now())
        AND (SELECT max(seq) FROM outbox_event) <= (SELECT greatest(
          (SELECT max(seq) FROM outbox_mark WHERE feed = 'bus'),
          (SELECT max(settled) FROM feed_position WHERE feed = 'bus'))) AS done`);
    if (rows[0]?.done) return since();
    await sleep(200);
  }
  throw new Error(`background work was not finished after ${AT_MOST_SECONDS} seconds`);
}
