import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';
import { CELL_MINUTES } from './schema.ts';
import { DEMO, type MinuteRow } from './store.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const DAYS = 7;

/** Fictitious: minutes before the start, and how long it lasted. */
const outages = [
  {
    subject: 'aisle',
    fault: 'offline',
    cause: 'stalled',
    message: 'no picture for 20 s although the connection is open',
    ago: 400,
    minutes: 17,
  },
  { subject: 'hall-east', fault: 'blurred', cause: null, message: null, ago: 900, minutes: 42 },
  {
    subject: 'aisle',
    fault: 'offline',
    cause: 'unreachable',
    message: 'nothing listens at rtsp://127.0.0.1:8554/aisle',
    ago: 4_000,
    minutes: 9,
  },
] as const;
const cameras = ['hall-west', 'hall-east', 'aisle'];

/** Adds the past week of the demonstration's devices where the tenant has no record. */
export const seedDemo = ({ database, tenant: tenantId }: DemoParts): Promise<void> =>
  database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5718103))::text`;
    if ((await tx.deviceHealthHour.count()) > 0) return;
    const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    // One minute for each cell of the strip.
    const cells = Array.from(
      { length: DAY_MINUTES / CELL_MINUTES },
      (_, n) => (n + 1) * CELL_MINUTES,
    );
    const rows = cells.flatMap((ago) => minutesAt(new Date(now - ago * MINUTE_MS), ago));
    await sqlIn(tx)(Prisma.sql`
      INSERT INTO device_health_minute (tenant_id, kind, subject, at, worker, state, up_seconds, fault,
        due, dropped, stalls, reconnects, decode_errors, delay_ms, reasons)
      SELECT ${tenantId}, kind, subject, at, worker, state, "upSeconds", fault, due, dropped, stalls,
        reconnects, "decodeErrors", "delayMs", reasons
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(kind text, subject text,
        at timestamptz, worker text, state text, "upSeconds" int, fault text, due int, dropped int,
        stalls int, reconnects int, "decodeErrors" int, "delayMs" int, reasons text[])`);
    await sqlIn(tx)(Prisma.sql`
      INSERT INTO device_health_hour (tenant_id, kind, subject, at, worker, minutes, up_seconds,
        fair_minutes, poor_minutes, off_minutes, due, dropped, stalls, reconnects, decode_errors,
        delay_ms, reasons)
      SELECT ${tenantId}, 'camera', c, date_trunc('hour', ${new Date(now)}::timestamptz) - make_interval(hours => h),
        ${DEMO}, 60, 3600, CASE WHEN (h * 7) % 23 = 0 THEN 12 ELSE 0 END, 0, 0, 18000,
        60 + (h * 37) % 200, 0, CASE WHEN (h * 7) % 23 = 0 THEN 2 ELSE 0 END, (h * 13) % 7,
        180 + (h * 29) % 140, CASE WHEN (h * 7) % 23 = 0 THEN ARRAY['reconnects'] ELSE '{}' END
      FROM unnest(${cameras}::text[]) AS c, generate_series(1, ${DAYS * 24}::int) AS h`);
    await tx.deviceOutage.createMany({
      data: outages.map(({ subject, fault, cause, message, ago, minutes }) => {
        const begunAt = new Date(now - ago * MINUTE_MS);
        return {
          tenantId,
          id: newId(),
          kind: 'camera',
          subject,
          fault,
          cause,
          message,
          worker: 'worker-1',
          begunAt,
          foundAt: new Date(begunAt.getTime() + 9_000),
          endedAt: new Date(begunAt.getTime() + minutes * MINUTE_MS),
          toldAt: new Date(begunAt.getTime() + 11_000),
          toldEndAt: new Date(begunAt.getTime() + minutes * MINUTE_MS),
        };
      }),
    });
  });

/** The minute of each camera and of the worker, so many minutes ago. */
function minutesAt(at: Date, ago: number): MinuteRow[] {
  const nothing = { fault: null, dropped: 0, stalls: 0, reconnects: 0, decodeErrors: 0 };
  const worker: MinuteRow = {
    ...nothing,
    kind: 'worker',
    subject: 'worker-1',
    at,
    worker: DEMO,
    state: 'ok',
    upSeconds: 60,
    due: 0,
    delayMs: 20 + (ago % 17),
    reasons: [],
  };
  return [
    worker,
    ...cameras.map((subject, n): MinuteRow => {
      // The minute stands for the ten that follow it.
      const outage = outages.find(
        (one) =>
          one.subject === subject && ago - CELL_MINUTES < one.ago && ago > one.ago - one.minutes,
      );
      const isOff = outage?.fault === 'offline';
      const isFair = !outage && (ago + n * 211) % 397 < 12;
      return {
        ...nothing,
        kind: 'camera',
        subject,
        at,
        worker: DEMO,
        state: isOff ? 'off' : outage ? 'poor' : isFair ? 'fair' : 'ok',
        upSeconds: isOff ? 0 : 60,
        fault: isOff ? outage.cause : null,
        due: isOff ? 0 : 300,
        dropped: isOff ? 0 : (ago * 7 + n) % 5,
        reconnects: isFair && ago % 14 === 0 ? 1 : 0,
        delayMs: isOff ? null : 170 + ((ago * 13 + n * 40) % 90),
        reasons: isFair ? ['reconnects'] : [],
      };
    }),
  ];
}
