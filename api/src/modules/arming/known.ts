import { createCalendar } from '../../platform/calendar/calendar.ts';
import { readCalendar } from '../../platform/calendar/repository.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';
import type { ArmingKnown } from './state.ts';

/** Reads what decides about arming now. With the module of permits off, none holds. */
export async function readKnown(
  { services, features, settings }: Pick<Platform, 'services' | 'features' | 'settings'>,
  tx: Transaction,
  now = new Date(),
): Promise<ArmingKnown> {
  const { calendar } = await readCalendar(tx);
  const permits = features.isOn('permits') ? await services.get('permits').inAreas(tx, now) : [];
  return { now, calendar: createCalendar(calendar, settings.timeZone), permits };
}
