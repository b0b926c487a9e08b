import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import type {
  AttendanceDayView,
  CorrectionView,
  DayRow,
  DayState,
} from '../modules/attendance/schema.ts';
import { importer } from './imports.ts';
import { openPositionsWorld } from './positions-world.ts';
import { until } from './site.ts';
import { makeUser } from './users.ts';

const DAY_MS = 86_400_000;

/** A time zone where it is about noon: events of the last hours are then on the same day. */
function noonZone(): string {
  const hours = 12 - new Date().getUTCHours();
  // The names of these zones have the sign the other way round.
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

export interface OwnAttendance {
  today: string;
  present: boolean;
  position: { on: boolean; agreed: boolean };
  phone: { asked: boolean; agreed: boolean };
  days: AttendanceDayView[];
  corrections: CorrectionView[];
}
export type AttendanceWorld = Awaited<ReturnType<typeof openAttendance>>;

/** The plant of the demonstration without clock events, a way out at the gate, and accounts of several reaches. */
export async function openAttendance() {
  const positions = await openPositionsWorld();
  const { api, database } = positions;
  const inTenant = <Result>(
    work: Parameters<typeof database.transaction<Result>>[1],
  ): Promise<Result> => database.transaction({ tenant: 'demo', user: null }, work);
  const zone = noonZone();
  await inTenant(async (tx) => {
    await tx.attendanceSetting.create({
      data: { tenantId: 'demo', site: 'changzhou-1', timeZone: zone },
    });
    await tx.clockEvent.deleteMany();
    await tx.attendanceDay.deleteMany();
    await tx.clockCorrection.deleteMany();
    await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
    await tx.badge.updateMany({ data: { since: new Date(Date.now() - 3 * DAY_MS) } });
    await tx.readerPlace.create({
      data: {
        tenantId: 'demo',
        id: ulid(),
        source: 'gate',
        floorPlan: 'hall',
        x: 24,
        y: 3,
        radius: 2,
        isPortal: true,
        isExit: true,
      },
    });
  });
  await makeUser(database, 'timekeeper', [
    'attendance:read@all',
    'attendance:decide@all',
    'attendance:manage@all',
  ]);
  await makeUser(database, 'corrector', ['badge:correct@all', 'person:read@all']);
  const send = api.send;
  const read = async (user: string): Promise<OwnAttendance> =>
    (await send<OwnAttendance>(user, 'GET', '/me/attendance')).body;

  return {
    positions,
    /** Of the site. */
    zone,
    /** The day now, by the clock of the site. */
    today: () => DateTime.now().setZone(zone).toISODate() as string,
    api,
    send,
    inTenant,
    own: read,
    imports: importer(api, 'timekeeper'),
    /** Presses the button; times are ms before now, by the phone. */
    press: (
      user: string,
      direction: 'in' | 'out',
      {
        id = ulid(),
        ago = 0,
        sentAgo = 0,
        ...more
      }: Record<string, unknown> & {
        id?: string;
        ago?: number;
        sentAgo?: number;
      } = {},
    ) => {
      const time = (ms: number) => new Date(Date.now() - ms).toISOString();
      const body = { id, direction, pressedAt: time(ago), sentAt: time(sentAgo), ...more };
      return send<Record<string, unknown>>(user, 'POST', '/me/clock-events', body);
    },
    /** Agreed so many ms ago to these purposes. */
    async agreed(person: string, purposes: readonly string[], ago: number): Promise<void> {
      await inTenant(async (tx) => {
        for (const purposeId of purposes) {
          await tx.consent.create({
            data: {
              tenantId: 'demo',
              personId: person,
              purposeId,
              noticeVersion: 1,
              scope: [],
              decision: 'given',
              how: 'desk',
              at: new Date(Date.now() - ago),
            },
          });
        }
      });
    },
    /** A position in the hall, or the read of the way out. */
    seen: (badge: string, where: 'hall' | 'gate', at: number) =>
      positions.fix(badge, {
        source: where,
        timestamp_generated: new Date(at).toISOString(),
        ...(where === 'gate'
          ? {
              provider_type: 'rfid' as const,
              accuracy: 0,
              position: { type: 'Point' as const, coordinates: [0, 0] as [number, number] },
            }
          : { accuracy: 0.5 }),
      }),
    /** Waits until what was sent before is stored. */
    async settled(): Promise<void> {
      const badge = `after-${ulid()}`;
      await positions.fix(badge);
      const isStored = () => inTenant((tx) => tx.locationTag.findFirst({ where: { badge } }));
      await until(isStored, 'what was sent is stored');
    },
    events: (person: string) =>
      inTenant((tx) =>
        tx.clockEvent.findMany({ where: { personId: person }, orderBy: { at: 'asc' } }),
      ),
    list: async (user: string, query: string) =>
      (
        await send<{ items: DayRow[]; next: string | null; counts: Record<DayState, number> }>(
          user,
          'GET',
          `/attendance/days?${query}`,
        )
      ).body,
  };
}
