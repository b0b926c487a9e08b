import { DateTime } from 'luxon';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { takeTime } from '../../platform/outside-time.ts';
import {
  ATTENDANCE_PHONE,
  ATTENDANCE_POSITION,
  BADGE_TRACKING,
  consentGate,
  holdAnswers,
} from '../consent/gate.ts';
import type { createCorrections } from './corrections.ts';
import { DOUBLE_MS, LONGEST_MS } from './derive.ts';
import { pressTime } from './press-time.ts';
import { holdAttendance, renewDays } from './record.ts';
import type { Evidence, ownAttendance, Press, pressAnswer } from './schema.ts';
import { readSiteSettings } from './settings.ts';
import { readDays, readEvents } from './view.ts';

/** Degrees to about ten metres: more is not needed to see which place it is. */
const coarse = (degrees: number): number => Math.round(degrees * 10_000) / 10_000;

/** A person clocks in and out by the app, and sees their own attendance. */
export function createOwn({
  units,
  settings,
  metrics,
  corrections,
}: Pick<Platform, 'units' | 'settings' | 'metrics'> & {
  corrections: Pick<ReturnType<typeof createCorrections>, 'ofPerson'>;
}) {
  const { timeZone } = settings;

  /** @throws Problem `attendance.no-person` */
  async function selfOf(tx: Transaction, { account }: User) {
    const found = await tx.person.findFirst({
      where: { id: account.person ?? '', status: 'active' },
      select: { id: true, department: { select: { site: true } } },
    });
    if (!found) throw new Problem('attendance.no-person');
    const site =
      found.department.site ?? (await tx.site.findFirst({ orderBy: { id: 'asc' } }))?.id ?? '';
    return { person: found.id, site };
  }

  return {
    /** Clocks in or out; the same press sent or made twice is one event. */
    press: (user: User, given: Press): Promise<z.infer<typeof pressAnswer>> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const now = Date.now();
        const { person, site } = await selfOf(tx, user);
        if (given.place) await holdAnswers(tx, person);
        await holdAttendance(tx, [person]);
        const answer = async (id: string, repeated: boolean) => {
          const event = (await readEvents(tx, [id])).get(id);
          if (!event) throw new Problem('attendance.key-used');
          return { ...event, repeated, placeKept: event.evidence.phone !== undefined };
        };
        const { id, direction } = given;
        const known = await tx.clockEvent.findFirst({ where: { id } });
        if (known) {
          const isSame =
            known.personId === person && known.source === 'app' && known.direction === direction;
          if (!isSame) throw new Problem('attendance.key-used');
          return answer(id, true);
        }
        takeTime(metrics, 'clock-in', given.pressedAt, now);
        const time = pressTime(Date.parse(given.pressedAt), Date.parse(given.sentAt), now);
        if (!time) throw new Problem('attendance.too-old');
        const near = await tx.clockEvent.findFirst({
          where: {
            personId: person,
            source: 'app',
            direction,
            at: { gt: new Date(time.at - DOUBLE_MS), lt: new Date(time.at + DOUBLE_MS) },
          },
          select: { id: true },
        });
        if (near) return answer(near.id, true);
        const setting = (await readSiteSettings(tx, timeZone))(site);
        const { place } = given;
        const isKept =
          place !== undefined &&
          setting.phoneLocation &&
          (await consentGate.allowed(tx, person, ATTENDANCE_PHONE));
        const evidence: Evidence = {
          ...(time.flag === 'clock' ? { clockOffSeconds: Math.round(time.offMs / 1000) } : {}),
          ...(time.waitedMs > DOUBLE_MS ? { waitedSeconds: Math.round(time.waitedMs / 1000) } : {}),
          ...(isKept
            ? {
                phone: {
                  latitude: coarse(place.latitude),
                  longitude: coarse(place.longitude),
                  accuracy: Math.round(place.accuracy),
                },
              }
            : {}),
        };
        const at = new Date(time.at);
        const claimed = new Date(given.pressedAt);
        await tx.clockEvent.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              personId: person,
              site,
              direction,
              source: 'app',
              at,
              claimedAt: claimed.getTime() === time.at ? null : claimed,
              receivedAt: new Date(now),
              timeFlag: time.flag,
              evidence: evidence as Prisma.InputJsonObject,
              createdBy: user.account.id,
            },
          ],
        });
        await renewDays(tx, user.tenant, timeZone, person, [at]);
        return answer(id, false);
      }),

    /** The attendance of the person of the account in a month. */
    month: (user: User, asked: string | undefined): Promise<z.infer<typeof ownAttendance>> =>
      units.run(user, async ({ tx }) => {
        const { person, site } = await selfOf(tx, user);
        const setting = (await readSiteSettings(tx, timeZone))(site);
        const today = DateTime.now().setZone(setting.zone);
        const month = asked ?? today.toFormat('yyyy-MM');
        const first = DateTime.fromFormat(month, 'yyyy-MM', { zone: 'UTC' });
        const span = {
          from: first.toISODate() as string,
          until: first.endOf('month').toISODate() as string,
        };
        const allowed = (purpose: string) => consentGate.allowed(tx, person, purpose);
        const [open] = await sqlIn(tx)<{ firstIn: Date | null; openSince: Date }>(Prisma.sql`
          SELECT ad.first_in AS "firstIn", ad.open_since AS "openSince" FROM attendance_day ad
          WHERE ad.person_id = ${person} AND ad.open_since > ${new Date(Date.now() - LONGEST_MS)}
            AND NOT EXISTS (SELECT 1 FROM attendance_day l WHERE l.person_id = ad.person_id AND l.day > ad.day)
          ORDER BY ad.day DESC LIMIT 1`);
        return {
          today: today.toISODate() as string,
          zone: setting.zone,
          month,
          present: open !== undefined,
          since: (open?.firstIn ?? open?.openSince)?.toISOString() ?? null,
          phone: {
            asked: setting.phoneLocation,
            agreed: setting.phoneLocation && (await allowed(ATTENDANCE_PHONE)),
          },
          position: {
            on: setting.byPosition,
            agreed: (await allowed(BADGE_TRACKING)) && (await allowed(ATTENDANCE_POSITION)),
          },
          days: await readDays(tx, person, span),
          corrections: await corrections.ofPerson(tx, user, person),
        };
      }),

    selfOf,
  };
}
