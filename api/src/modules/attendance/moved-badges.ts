import { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';
import type { CardStretch } from '../gates/rebinding.ts';
import { readWearers } from './position.ts';
import { holdAttendance, renewDays } from './record.ts';

const badgeFact = z.object({ badge: z.string() });

/**
 * A badge was worn by another person than was known: its clock events move to the right one, where that person had agreed to be
 * clocked in by it. Where not, they go: they were collected by the consent of another one.
 */
export function moveWithBadges({
  consumers,
  settings,
}: Pick<Platform, 'consumers' | 'settings'>): void {
  consumers.on({
    name: 'attendance.badges-corrected',
    types: ['cn.anshi.person.badge-corrected.*'],
    handle: async (unit, { data }) => {
      const read = badgeFact.safeParse(data);
      if (!read.success) return;
      const moved = await moveEvents(unit.tx, settings, read.data.badge);
      for (const { person, count } of moved) {
        await unit.audit({
          action: 'clock-move',
          entity: 'clock-event',
          id: person,
          person,
          after: { badge: read.data.badge, count },
        });
      }
    },
  });
}

/** How many clock events of a person were found by a badge: they move to the right wearer, or go. */
export const countClockEvents = (
  tx: Transaction,
  { badge, person, from, to }: CardStretch,
): Promise<number> =>
  tx.clockEvent.count({
    where: {
      badge,
      personId: person,
      source: 'position',
      at: { gte: from, ...(to ? { lt: to } : {}) },
    },
  });

/** @returns whose events changed, and how many. */
async function moveEvents(
  tx: Transaction,
  { tenant, timeZone }: { tenant: string; timeZone: string },
  badge: string,
): Promise<{ person: string; count: number }[]> {
  const events = await tx.clockEvent.findMany({ where: { badge, source: 'position' } });
  const worn = await tx.badge.findMany({ where: { badge } });
  const wearers = await readWearers(tx, [badge]);
  const isIn = (span: { until: Date | null }, from: Date, at: Date) =>
    from <= at && (span.until === null || at < span.until);
  // The event of a wearer stays, also where they left since, or agreed to another notice: it was right when it was written.
  const wrong = events
    .filter(
      ({ personId, at }) =>
        !worn.some((one) => one.personId === personId && isIn(one, one.since, at)),
    )
    .map((event) => ({ event, wearer: wearers.find((one) => isIn(one, one.from, event.at)) }));
  const people = wrong
    .flatMap(({ event, wearer }) => [event.personId, wearer?.person ?? []])
    .flat();
  await holdAttendance(tx, people);
  for (const { event, wearer } of wrong) {
    const { id, at } = event;
    const taken =
      wearer === undefined ||
      (await tx.clockEvent.findFirst({
        where: { personId: wearer.person, source: 'position', at },
        select: { id: true },
      }));
    if (taken) await tx.clockEvent.deleteMany({ where: { id } });
    else {
      const data = { personId: wearer.person, ...(wearer.site ? { site: wearer.site } : {}) };
      await tx.clockEvent.updateMany({ where: { id }, data });
    }
  }
  const changed = [...new Set(people)].sort().map((person) => ({
    person,
    instants: wrong
      .filter(({ event, wearer }) => event.personId === person || wearer?.person === person)
      .map(({ event }) => event.at),
  }));
  for (const { person, instants } of changed) {
    await renewDays(tx, tenant, timeZone, person, instants);
  }
  return changed.map(({ person, instants }) => ({ person, count: instants.length }));
}
