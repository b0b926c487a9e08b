import { BACKUP_LOCK } from '../../platform/backup/lock.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** One record or file that was removed. */
export interface Removed {
  id: string;
  at: Date;
  /** A file of the evidence store that goes with it. */
  file?: { sha256: string; bytes: number };
}

/** Removes up to `most` records of a class that are older than the cutoff. */
export interface Purger {
  policy: string;
  most: number;
  remove(tx: Transaction, cutoff: Date, most: number): Promise<Removed[]>;
}

/**
 * While a backup is made, the files stay that it is about to copy; the next night removes them. Held to
 * the end of the transaction, so that no backup begins in the middle of a removal.
 */
async function mayRemoveFiles(tx: Transaction): Promise<boolean> {
  const [backup] = await tx.$queryRaw<{ free: boolean }[]>`
    SELECT pg_try_advisory_xact_lock_shared(${BACKUP_LOCK}) AS free`;
  return backup?.free === true;
}

/** The class of the events that others were told. */
export const OUTGOING_EVENTS = 'outgoing-events';

/** Evidence whose event never came is no evidence of anything. */
const ORPHAN_DAYS = 7;

export const purgers: readonly Purger[] = [
  {
    policy: 'location-history',
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM location_history WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM location_history WHERE generated_at < ${cutoff} LIMIT ${most}))
      RETURNING concat_ws(' ', provider_type, provider_id, source,
        to_char(generated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS id,
        generated_at AS at`,
  },
  {
    policy: 'location-history',
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM location_latest WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM location_latest WHERE generated_at < ${cutoff} LIMIT ${most}))
      RETURNING concat_ws(' ', 'latest', provider_type, provider_id) AS id, generated_at AS at`,
  },
  {
    policy: 'violation-events',
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      SELECT source || ' ' || event_id AS id, received_at AS at
      FROM purge_violation_inbox(${cutoff}, ${most}::int)`,
  },
  {
    // The archive goes, what it held and who took it stays on record. One from before a refusal or
    // withdrawal goes at once.
    policy: 'training-pictures',
    most: 50,
    async remove(tx, cutoff, most) {
      if (!(await mayRemoveFiles(tx))) return [];
      const rows = await tx.$queryRaw<{ id: string; at: Date; sha256: string; bytes: number }[]>`
        UPDATE model_label_export SET state = 'removed' WHERE id = ANY (ARRAY(
          SELECT id FROM model_label_export WHERE state = 'ready' AND (finished_at < ${cutoff}
            OR requested_at < (SELECT max(at) FROM consent
              WHERE purpose_id = 'training-data' AND decision IN ('refused', 'withdrawn')))
          ORDER BY finished_at LIMIT ${most}::int))
        RETURNING id, finished_at AS at, sha256, bytes`;
      // The same verdicts make the same archive: a later one may still need it.
      const used = await tx.modelLabelExport.findMany({
        where: { state: 'ready', sha256: { in: rows.map(({ sha256 }) => sha256) } },
        select: { sha256: true },
      });
      const kept = new Set(used.map(({ sha256 }) => sha256));
      return rows.map(({ id, at, sha256, bytes }) => {
        if (kept.has(sha256)) return { id, at };
        kept.add(sha256);
        return { id, at, file: { sha256, bytes } };
      });
    },
  },
  {
    policy: 'sessions',
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM session WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM session WHERE coalesce(ended_at, expires_at) < ${cutoff} LIMIT ${most}))
      RETURNING id, coalesce(ended_at, expires_at) AS at`,
  },
  {
    // Before the events: an event stays as long as a delivery of it does.
    policy: 'webhook-deliveries',
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM webhook_delivery
        WHERE created_at < ${cutoff} AND state <> 'pending' LIMIT ${most}))
      RETURNING id, created_at AS at`,
  },
  {
    policy: OUTGOING_EVENTS,
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      SELECT id, at FROM purge_outbox(${cutoff}, ${most}::int)`,
  },
  {
    // What happened again is as new as that; what still waits to be sent stays.
    policy: 'notices',
    most: 2000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM notice WHERE ctid = ANY (ARRAY(
        SELECT n.ctid FROM notice n
        WHERE n.created_at < ${cutoff} AND n.last_at < ${cutoff} AND NOT EXISTS (
          SELECT 1 FROM notice_delivery d
          WHERE d.tenant_id = n.tenant_id AND d.notice_id = n.id
            AND d.state IN ('waiting', 'held', 'sending'))
        ORDER BY n.created_at LIMIT ${most}))
      RETURNING id, last_at AS at`,
  },
  {
    // From the day on which the person left: where they are reached, and by which device.
    policy: 'notice-settings',
    most: 1000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      WITH gone AS (
        SELECT u.id, p.left_on FROM app_user u JOIN person p ON p.id = u.person_id
        WHERE p.status = 'left' AND p.left_on < ${cutoff} AND (
          EXISTS (SELECT 1 FROM notice_profile f WHERE f.user_id = u.id)
          OR EXISTS (SELECT 1 FROM push_subscription s WHERE s.user_id = u.id)
          OR EXISTS (SELECT 1 FROM notice_preference c WHERE c.user_id = u.id))
        LIMIT ${most}
      ), profiles AS (
        DELETE FROM notice_profile f USING gone WHERE f.user_id = gone.id
      ), devices AS (
        DELETE FROM push_subscription s USING gone WHERE s.user_id = gone.id
      ), choices AS (
        DELETE FROM notice_preference c USING gone WHERE c.user_id = gone.id
      )
      SELECT id, left_on::timestamptz AS at FROM gone`,
  },
  {
    policy: 'account-requests',
    most: 5000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM account_request WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM account_request
        WHERE decided_at < ${cutoff} AND state <> 'open' LIMIT ${most}))
      RETURNING id, decided_at AS at`,
  },
  {
    // From the day on which the person left.
    policy: 'person-sensitive',
    most: 1000,
    remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
      DELETE FROM person_sensitive s USING (
        SELECT id, left_on FROM person WHERE status = 'left' AND left_on < ${cutoff}
          AND id IN (SELECT person_id FROM person_sensitive) LIMIT ${most}
      ) p WHERE s.person_id = p.id
      RETURNING s.person_id AS id, p.left_on::timestamptz AS at`,
  },
  {
    policy: 'violation-evidence',
    // Files are removed within the transaction, which has seconds.
    most: 200,
    async remove(tx, cutoff, most) {
      if (!(await mayRemoveFiles(tx))) return [];
      const orphans = new Date(Date.now() - ORPHAN_DAYS * 86_400_000);
      const rows = await tx.$queryRaw<{ sha256: string; bytes: number; at: Date }[]>`
        SELECT e.sha256, e.bytes, e.stored_at AS at FROM evidence e
        WHERE NOT EXISTS (SELECT 1 FROM purged_file p WHERE p.sha256 = e.sha256)
          AND (e.stored_at < ${cutoff} OR (e.stored_at < ${orphans} AND NOT EXISTS (
            SELECT 1 FROM violation v WHERE e.sha256 IN (v.snapshot_sha256, v.clip_sha256, v.clip_boxes_sha256))))
          -- What is not reviewed yet, or belongs to a hazard that is open, is still needed.
          AND NOT EXISTS (
            SELECT 1 FROM violation v
            WHERE e.sha256 IN (v.snapshot_sha256, v.clip_sha256, v.clip_boxes_sha256)
              AND (v.status = 'pending' OR EXISTS (
                SELECT 1 FROM hazard_link l JOIN hazard h ON h.id = l.hazard_id
                WHERE l.entity = 'violation' AND l.entity_id = v.id AND h.closed_at IS NULL)))
        ORDER BY e.stored_at LIMIT ${most}`;
      return rows.map(({ sha256, bytes, at }) => ({ id: sha256, at, file: { sha256, bytes } }));
    },
  },
];

export const purgedPolicies: ReadonlySet<string> = new Set(purgers.map(({ policy }) => policy));
