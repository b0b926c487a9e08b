import type { HealthMinute } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { DeviceKind } from './schema.ts';

/** Marks the rows of the demonstration, where the name of a worker stands. */
export const DEMO = 'demonstration';

/** A minute of one device, as it is stored. */
export interface MinuteRow {
  kind: DeviceKind;
  subject: string;
  at: Date;
  worker: string | null;
  state: 'ok' | 'fair' | 'poor' | 'off';
  upSeconds: number;
  fault: string | null;
  due: number;
  dropped: number;
  stalls: number;
  reconnects: number;
  decodeErrors: number;
  delayMs: number | null;
  reasons: readonly string[];
}

const nothing = {
  fault: null,
  due: 0,
  dropped: 0,
  stalls: 0,
  reconnects: 0,
  decodeErrors: 0,
  delayMs: null,
  reasons: [],
};

/** The minute of a device of which only is known whether it was there. */
export const plainMinute = (
  kind: DeviceKind,
  subject: string,
  at: Date,
  upSeconds: number,
): MinuteRow => ({
  ...nothing,
  kind,
  subject,
  at,
  worker: null,
  state: upSeconds >= WHOLE_SECONDS ? 'ok' : 'off',
  upSeconds,
});

/** A minute counts as whole with so many seconds: an outage shorter than that is not seen by looks. */
const WHOLE_SECONDS = 57;
const grades = { excellent: 'ok', fair: 'fair', poor: 'poor', offline: 'off' } as const;

/** @returns the rows of a worker and its cameras. */
export function rowsOf(worker: string, { at, worker: own, cameras }: HealthMinute): MinuteRow[] {
  const time = new Date(at);
  return [
    {
      ...nothing,
      kind: 'worker',
      subject: worker,
      at: time,
      worker: null,
      state: own.problem !== null || !own.recording ? 'fair' : 'ok',
      upSeconds: 60,
      delayMs: Math.round(own.lagMs),
    },
    ...cameras.map(({ camera, watched, grade, fault, delayMs, scene, ...counts }): MinuteRow => {
      const upSeconds = Math.round(watched * 60);
      const graded = scene.length > 0 ? 'poor' : grades[grade];
      return {
        kind: 'camera',
        subject: camera,
        at: time,
        worker,
        state: upSeconds < WHOLE_SECONDS ? 'off' : graded === 'off' ? 'poor' : graded,
        upSeconds,
        fault,
        delayMs: delayMs === null ? null : Math.round(delayMs),
        due: counts.due,
        dropped: counts.dropped,
        stalls: counts.stalls,
        reconnects: counts.reconnects,
        decodeErrors: counts.decodeErrors,
        reasons: counts.reasons,
      };
    }),
  ];
}

/**
 * Stores minutes and adds them to their hours. One that is on record already changes nothing, so that
 * a worker may send it again.
 */
export async function storeMinutes(tx: Transaction, tenant: string, rows: readonly MinuteRow[]) {
  if (rows.length === 0) return;
  const column = <Name extends keyof MinuteRow>(name: Name) => rows.map((row) => row[name]);
  await sqlIn(tx)(Prisma.sql`
    WITH given AS (
      SELECT kind, subject, at, worker, state, up_seconds, fault, due, dropped, stalls, reconnects,
        decode_errors, delay_ms, coalesce(string_to_array(nullif(reasons, ''), ','), '{}') AS reasons
      FROM unnest(${column('kind')}::text[], ${column('subject')}::text[],
        ${column('at')}::timestamptz[], ${column('worker')}::text[], ${column('state')}::text[],
        ${column('upSeconds')}::int[], ${column('fault')}::text[], ${column('due')}::int[],
        ${column('dropped')}::int[], ${column('stalls')}::int[], ${column('reconnects')}::int[],
        ${column('decodeErrors')}::int[], ${column('delayMs')}::int[],
        ${rows.map(({ reasons }) => reasons.join(','))}::text[])
        AS g(kind, subject, at, worker, state, up_seconds, fault, due, dropped, stalls, reconnects,
          decode_errors, delay_ms, reasons)
    ), taken AS (
      INSERT INTO device_health_minute (tenant_id, kind, subject, at, worker, state, up_seconds, fault,
        due, dropped, stalls, reconnects, decode_errors, delay_ms, reasons)
      SELECT ${tenant}, g.* FROM given g ORDER BY kind, subject, at
      ON CONFLICT DO NOTHING
      RETURNING *, date_trunc('hour', at) AS hour
    ), why AS (
      SELECT kind, subject, hour, array_agg(DISTINCT r ORDER BY r) AS reasons
      FROM taken, unnest(reasons) AS r GROUP BY kind, subject, hour
    )
    INSERT INTO device_health_hour AS h (tenant_id, kind, subject, at, worker, minutes, up_seconds,
      fair_minutes, poor_minutes, off_minutes, due, dropped, stalls, reconnects, decode_errors,
      delay_ms, reasons)
    SELECT ${tenant}, kind, subject, hour, max(worker), count(*), sum(up_seconds),
      count(*) FILTER (WHERE state = 'fair'), count(*) FILTER (WHERE state = 'poor'),
      count(*) FILTER (WHERE state = 'off'), sum(due), sum(dropped), sum(stalls), sum(reconnects),
      sum(decode_errors), max(delay_ms),
      coalesce((SELECT w.reasons FROM why w
        WHERE w.kind = t.kind AND w.subject = t.subject AND w.hour = t.hour), '{}')
    FROM taken t GROUP BY kind, subject, hour ORDER BY 2, 3, 4
    ON CONFLICT (tenant_id, kind, subject, at) DO UPDATE SET
      worker = coalesce(excluded.worker, h.worker),
      minutes = h.minutes + excluded.minutes,
      up_seconds = h.up_seconds + excluded.up_seconds,
      fair_minutes = h.fair_minutes + excluded.fair_minutes,
      poor_minutes = h.poor_minutes + excluded.poor_minutes,
      off_minutes = h.off_minutes + excluded.off_minutes,
      due = h.due + excluded.due,
      dropped = h.dropped + excluded.dropped,
      stalls = h.stalls + excluded.stalls,
      reconnects = h.reconnects + excluded.reconnects,
      decode_errors = h.decode_errors + excluded.decode_errors,
      delay_ms = greatest(h.delay_ms, excluded.delay_ms),
      reasons = ARRAY(SELECT DISTINCT r FROM unnest(h.reasons || excluded.reasons) AS r ORDER BY r)`);
}

/**
 * Records the time before these minutes of which there is no record and no outage: the plant, the
 * worker or the camera was switched off, and nothing could tell so then.
 */
export async function storeGaps(tx: Transaction, tenant: string, rows: readonly MinuteRow[]) {
  const firsts = new Map<string, MinuteRow>();
  for (const row of rows) {
    const known = firsts.get(row.subject);
    if (row.kind === 'camera' && (!known || row.at < known.at)) firsts.set(row.subject, row);
  }
  if (firsts.size === 0) return;
  const first = [...firsts.values()];
  const gaps = await sqlIn(tx)<{ subject: string; from: Date; to: Date }>(Prisma.sql`
    SELECT f.subject, p.at + interval '1 minute' AS "from", f.at AS "to"
    FROM unnest(${first.map(({ subject }) => subject)}::text[],
      ${first.map(({ at }) => at)}::timestamptz[]) AS f(subject, at)
    CROSS JOIN LATERAL (SELECT max(m.at) AS at FROM device_health_minute m
      WHERE m.kind = 'camera' AND m.subject = f.subject AND m.at < f.at
        AND m.worker <> ${DEMO}) AS p
    WHERE f.at - p.at > interval '3 minutes' AND NOT EXISTS (
      SELECT 1 FROM device_outage o WHERE o.kind = 'camera' AND o.subject = f.subject
        AND o.begun_at < f.at AND coalesce(o.ended_at, 'infinity') > p.at)`);
  await tx.deviceOutage.createMany({
    data: gaps.map(({ subject, from, to }) => ({
      tenantId: tenant,
      id: newId(),
      kind: 'camera',
      subject,
      fault: 'offline',
      cause: 'unrecorded',
      worker: firsts.get(subject)?.worker ?? null,
      begunAt: from,
      foundAt: new Date(),
      endedAt: to,
    })),
  });
}
