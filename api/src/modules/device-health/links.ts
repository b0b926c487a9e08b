import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { DeviceKind } from './schema.ts';

/** How the connection of a device is, and was in the last 24 hours. */
export interface LinkHealth {
  /** `none` where nothing is known of it now. */
  readonly state: 'ok' | 'fair' | 'poor' | 'off' | 'none';
  /** Since when it is reached, or away; null where nothing is known of it now. */
  readonly since: string | null;
  /** Share of the last 24 hours in which it was reached, from 0 to 1; null without a record. */
  readonly share: number | null;
  /** Of its newest minute, ms. */
  readonly delayMs: number | null;
}

export interface LinkOf {
  readonly kind: DeviceKind;
  readonly subject: string;
}
/** What is on record of one connection. */
export interface LinkRow extends LinkOf {
  fault: string | null;
  begunAt: Date | null;
  state: 'ok' | 'fair' | 'poor' | 'off' | null;
  at: Date | null;
  delayMs: number | null;
  up: number | null;
  first: Date | null;
  backAt: Date | null;
}

const HOUR_MS = 3_600_000;
/** The running hour and those before it. */
const HOURS = 24;
/** An older minute says nothing of now. */
const STALE_MS = 20 * 60_000;
const stateBy: Readonly<Record<string, LinkHealth['state']>> = {
  offline: 'off',
  delayed: 'poor',
  // It is reached over its other network.
  network: 'fair',
};

/**
 * The connections of devices, from what is on record of them: minutes, hours and outages.
 *
 * @returns by kind and subject, with a space between.
 */
export async function linkHealths(
  tx: Transaction,
  devices: readonly LinkOf[],
  now = Date.now(),
): Promise<Map<string, LinkHealth>> {
  if (devices.length === 0) return new Map();
  const from = now - (now % HOUR_MS) - (HOURS - 1) * HOUR_MS;
  const rows = await sqlIn(tx)<LinkRow>(Prisma.sql`
    SELECT d.kind, d.subject, o.fault, o.begun_at AS "begunAt", m.state, m.at,
      m.delay_ms AS "delayMs", h.up, f.first, b.ended_at AS "backAt"
    FROM unnest(${devices.map(({ kind }) => kind)}::text[],
      ${devices.map(({ subject }) => subject)}::text[]) AS d(kind, subject)
    LEFT JOIN LATERAL (SELECT fault, begun_at FROM device_outage
      WHERE kind = d.kind AND subject = d.subject AND ended_at IS NULL
        AND fault IN ('offline', 'delayed', 'network')
      ORDER BY array_position(ARRAY['offline', 'delayed', 'network'], fault::text) LIMIT 1) o ON true
    LEFT JOIN LATERAL (SELECT state, at, delay_ms FROM device_health_minute
      WHERE kind = d.kind AND subject = d.subject ORDER BY at DESC LIMIT 1) m ON true
    LEFT JOIN LATERAL (SELECT sum(up_seconds)::int AS up FROM device_health_hour
      WHERE kind = d.kind AND subject = d.subject AND at >= ${new Date(from)}) h ON true
    LEFT JOIN LATERAL (SELECT at AS first FROM device_health_hour
      WHERE kind = d.kind AND subject = d.subject ORDER BY at LIMIT 1) f ON true
    LEFT JOIN LATERAL (SELECT ended_at FROM device_outage
      WHERE kind = d.kind AND subject = d.subject AND fault = 'offline' AND ended_at IS NOT NULL
      ORDER BY ended_at DESC LIMIT 1) b ON true`);
  return new Map(rows.map((row) => [`${row.kind} ${row.subject}`, linkHealthOf(row, from, now)]));
}

/** @param from beginning of the hours that `up` is the sum of, ms since the epoch. */
export function linkHealthOf(row: LinkRow, from: number, now: number): LinkHealth {
  const { fault, begunAt, at, first, backAt, up } = row;
  const isFresh = at !== null && now - at.getTime() < STALE_MS;
  // A minute that was off for a part, such as the one of a start, with no outage open, says nothing of now.
  const ofMinute = isFresh && row.state !== 'off' ? row.state : null;
  const state = (fault && stateBy[fault]) || ofMinute || 'none';
  const reachedSince = Math.max(first?.getTime() ?? 0, backAt?.getTime() ?? 0);
  const since = state === 'off' ? begunAt?.getTime() : state === 'none' ? 0 : reachedSince;
  // What the newest minute does not say yet is not counted against it.
  const to = isFresh && state !== 'off' ? Math.min(at.getTime() + 60_000, now) : now;
  const seconds = (to - Math.max(first?.getTime() ?? to, from)) / 1000;
  return {
    state,
    since: since ? new Date(since).toISOString() : null,
    share: up === null || seconds <= 0 ? null : Math.round(Math.min(up / seconds, 1) * 1000) / 1000,
    delayMs: isFresh && state !== 'off' ? row.delayMs : null,
  };
}
