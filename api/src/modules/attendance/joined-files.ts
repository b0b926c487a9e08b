import { z } from 'zod';
import type { Platform } from '../../platform/module.ts';
import { holdAttendance, removeDays, renewDays } from './record.ts';

const joined = z.object({ person: z.string() });

/** Files that were joined or parted again: the days of each are made again from the clock events that it has now. */
export function renewWithFiles({
  consumers,
  settings,
}: Pick<Platform, 'consumers' | 'settings'>): void {
  consumers.on({
    name: 'attendance.files-joined',
    types: ['cn.anshi.person.merged.*', 'cn.anshi.person.parted.*'],
    handle: async ({ tx }, { data }) => {
      const read = joined.safeParse(data);
      if (!read.success) return;
      const { person } = read.data;
      await holdAttendance(tx, [person]);
      await removeDays(tx, person);
      // A clocking that both files had stays with the joined one: it would be counted for two.
      const file = await tx.person.findFirst({
        where: { id: person, mergedInto: null },
        select: { id: true },
      });
      if (!file) return;
      const events = await tx.clockEvent.findMany({
        where: { personId: person },
        select: { at: true },
      });
      const { tenant, timeZone } = settings;
      await renewDays(
        tx,
        tenant,
        timeZone,
        person,
        events.map(({ at }) => at),
      );
    },
  });
}
