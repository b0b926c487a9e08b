import type { Transaction } from '../../platform/db/database.ts';
import { countClockEvents } from '../attendance/moved-badges.ts';
import { countFenceEvents, countTakenOut } from '../fences/names.ts';
import type { CardStretch } from '../gates/rebinding.ts';
import { countDriven, countRemoved } from '../vehicles/drivers.ts';
import type { Preview } from './schema.ts';

/**
 * What follows the binding after the correction, each by its own rules: see `moveWithBadges`, `correctNames`, `correctDrivers`.
 *
 * @param stretch its person is the wrong one.
 * @param right whose names come back, where they were taken out by the correction that is undone.
 */
export async function countLater(
  tx: Transaction,
  stretch: CardStretch,
  right: string,
): Promise<Preview['later']> {
  const ofRight = { ...stretch, person: right };
  return {
    clockEvents: await countClockEvents(tx, stretch),
    fenceEvents: await countFenceEvents(tx, stretch),
    fenceEventsBack: await countTakenOut(tx, ofRight),
    vehicleEvents: await countDriven(tx, stretch),
    vehicleEventsBack: await countRemoved(tx, ofRight),
  };
}
