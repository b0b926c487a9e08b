import type { Transaction } from '../db/database.ts';
import type { Severity } from './types.ts';

/** State of a delivery. */
export type DeliveryState =
  | 'waiting'
  | 'held'
  | 'sending'
  | 'sent'
  | 'failed'
  | 'skipped'
  | 'unknown';

/** A delivery claimed by this process, with its content. */
export interface Taken {
  noticeId: string;
  channel: 'push' | 'email' | 'robot';
  recipient: string;
  attempts: number;
  /** It waited for the end of quiet hours. */
  digest: boolean;
  kind: string;
  severity: Severity;
  title: { zh: string; en: string };
  body: { zh: string; en: string };
  link: string | null;
  at: Date;
}

/** A claim without progress for this long belongs to a dead process. */
const LEASE_SECONDS = 300;

/**
 * Claims due deliveries, so that no other process sends them too. A digest is claimed with all
 * deliveries waiting for the same person and channel.
 */
export function takeDue(tx: Transaction, most: number): Promise<Taken[]> {
  return tx.$queryRaw<Taken[]>`
    WITH first AS (
      SELECT tenant_id, notice_id, channel, recipient, state FROM notice_delivery
      WHERE state IN ('waiting', 'held') AND next_at <= now()
      ORDER BY next_at LIMIT ${most}::int FOR UPDATE SKIP LOCKED
    ), rest AS (
      SELECT d.tenant_id, d.notice_id, d.channel, d.recipient FROM notice_delivery d
      WHERE d.state = 'held' AND d.next_at <= now() AND EXISTS (
        SELECT 1 FROM first f WHERE f.state = 'held' AND f.channel = d.channel AND f.recipient = d.recipient)
      FOR UPDATE SKIP LOCKED
    ), due AS (
      SELECT notice_id, channel, recipient FROM first
      UNION SELECT notice_id, channel, recipient FROM rest
    )
    UPDATE notice_delivery d
    SET state = 'sending', attempts = d.attempts + 1,
        next_at = now() + make_interval(secs => ${LEASE_SECONDS}::int)
    FROM due, notice n
    WHERE d.notice_id = due.notice_id AND d.channel = due.channel AND d.recipient = due.recipient
      AND n.tenant_id = d.tenant_id AND n.id = d.notice_id
    RETURNING d.notice_id AS "noticeId", d.channel, d.recipient, d.attempts, d.digest,
              n.kind, n.severity, n.title, n.body, n.link, n.last_at AS at`;
}

/**
 * A delivery of a dead process may have arrived or not. A repeated push replaces itself on the
 * phone, so it is sent again; a mail or a group message is not.
 */
export async function settleAbandoned(tx: Transaction): Promise<number> {
  const again = await tx.$executeRaw`
    UPDATE notice_delivery SET state = 'waiting', next_at = now()
    WHERE state = 'sending' AND next_at <= now() AND channel = 'push'`;
  const unknown = await tx.$executeRaw`
    UPDATE notice_delivery
    SET state = 'unknown', detail = 'the process ended while it was sending: it may have arrived'
    WHERE state = 'sending' AND next_at <= now() AND channel <> 'push'`;
  return again + unknown;
}

export interface Result {
  state: DeliveryState;
  detail: string | null;
  nextAt?: Date;
  digest?: boolean;
}

/** Deliveries and their results. */
export type Settled = readonly [
  readonly Pick<Taken, 'noticeId' | 'channel' | 'recipient'>[],
  Result,
];

/** Writes the results of any number of deliveries in one statement. */
export async function writeResults(tx: Transaction, settled: readonly Settled[]): Promise<void> {
  const rows = settled.flatMap(([taken, { state, detail, nextAt, digest }]) =>
    taken.map(({ noticeId, channel, recipient }) => ({
      notice_id: noticeId,
      channel,
      recipient,
      state,
      detail,
      digest,
      next_at: nextAt?.toISOString(),
    })),
  );
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE notice_delivery d
    SET state = r.state, detail = r.detail,
        sent_at = CASE r.state WHEN 'sent' THEN now() ELSE d.sent_at END,
        next_at = coalesce(r.next_at, d.next_at), digest = coalesce(r.digest, d.digest)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (notice_id text, channel text,
      recipient text, state text, detail text, next_at timestamptz, digest boolean)
    WHERE d.notice_id = r.notice_id AND d.channel = r.channel AND d.recipient = r.recipient`;
}

/** Results of the last day's deliveries, for administrators. */
export async function countRecent(
  tx: Transaction,
): Promise<{ channel: string; state: string; count: number; detail: string | null }[]> {
  return tx.$queryRaw`
    SELECT d.channel, d.state, count(*)::int AS count, max(d.detail) FILTER (WHERE d.state IN ('failed', 'waiting')) AS detail
    FROM notice_delivery d JOIN notice n ON n.tenant_id = d.tenant_id AND n.id = d.notice_id
    WHERE n.created_at > now() - interval '1 day'
    GROUP BY 1, 2 ORDER BY 1, 2`;
}
