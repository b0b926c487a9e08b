import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices, Severity } from '../../platform/notices/types.ts';
import type { VehicleCode } from './schema.ts';
import { codeTexts } from './words.ts';

/** The same kind of event of a vehicle in the same place is no news within this, ms. */
const AGAIN_MS = 10 * 60_000;

/** Notifies those in charge of the place and of the vehicle; the driver is not named, and does not judge the own event. */
export type VehicleTell = (unit: Unit, id: string) => Promise<void>;

const kinds = { area: 'vehicle.area', speed: 'vehicle.speed', pass: 'vehicle.pass' } as const;

export const createTell =
  (notices: Notices): VehicleTell =>
  async (unit, id) => {
    const { tx } = unit;
    const event = await tx.vehicleEvent.findFirst({ where: { id }, include: { vehicle: true } });
    if (!event) return;
    const { vehicleId, areaId, openedAt, driverId } = event;
    const again = await tx.vehicleEvent.findFirst({
      where: {
        vehicleId,
        areaId,
        kind: event.kind,
        id: { not: id },
        openedAt: { gt: new Date(openedAt.getTime() - AGAIN_MS) },
      },
      select: { id: true },
    });
    if (again) return;
    const where = { where: { id: areaId ?? '' } };
    const area = areaId === null ? null : await tx.area.findFirst(where);
    const owner = await tx.department.findFirst({ where: { id: event.vehicle.departmentId } });
    const inCharge = await holdersWithin(tx, 'vehicle:review', {
      department: event.vehicle.departmentId,
      site: owner?.site ?? null,
    });
    const ofPlace = area
      ? await holdersWithin(tx, 'vehicle:review', {
          department: area.departmentId,
          site: area.site,
        })
      : [];
    const own = driverId === null ? [] : await accountsOf(tx, driverId);
    const to = [...new Set([...inCharge, ...ofPlace])].filter((user) => !own.includes(user));
    if (to.length === 0) return;
    const kind = kinds[event.kind as keyof typeof kinds];
    await notices.notify(unit, {
      to,
      kind,
      severity: event.severity as Severity,
      ...textOf(event, (area?.name as Bilingual | undefined) ?? null),
      link: noticeLink(kind, id),
      subject: { entity: 'vehicle-event', id },
      first: true,
    });
  };

function textOf(
  event: {
    kind: string;
    plate: string;
    begunAt: Date;
    codes: string[];
    speedKmh: number | null;
    limitKmh: number | null;
  },
  area: Bilingual | null,
): { title: Bilingual; body: Bilingual } {
  const { plate } = event;
  const at = timeMark(event.begunAt);
  const place = { zh: area ? `：${area.zh}` : '', en: area ? `: ${area.en}` : '' };
  const codes = event.codes as VehicleCode[];
  const why = {
    zh: codes.map((code) => codeTexts[code].zh).join(''),
    en: codes.map((code) => codeTexts[code].en).join(' '),
  };
  if (event.kind === 'speed') {
    const [kmh, limit] = [Math.round(event.speedKmh ?? 0), event.limitKmh ?? 0];
    return {
      title: { zh: `车辆 ${plate} 超速${place.zh}`, en: `Vehicle ${plate} too fast${place.en}` },
      body: {
        zh: `${at}，约 ${kmh} km/h，限速 ${limit} km/h。`,
        en: `${at}: about ${kmh} km/h where ${limit} km/h is allowed.`,
      },
    };
  }
  return event.kind === 'pass'
    ? {
        title: {
          zh: `车辆 ${plate} 不得入场${place.zh}`,
          en: `Vehicle ${plate} let in${place.en}`,
        },
        body: { zh: `${at} 通过门岗。${why.zh}`, en: `It passed a portal at ${at}. ${why.en}` },
      }
    : {
        title: {
          zh: `车辆 ${plate} 无权进入${place.zh}`,
          en: `Vehicle ${plate} where it may not be${place.en}`,
        },
        body: { zh: `自 ${at} 起。${why.zh}`, en: `Since ${at}. ${why.en}` },
      };
}
