import type { Transaction } from '../../platform/db/database.ts';
import { countClockEvents } from '../attendance/moved-badges.ts';
import { countFenceEvents } from '../fences/names.ts';
import type { CardStretch } from '../gates/rebinding.ts';
import { countDriven } from '../vehicles/drivers.ts';
import type { Preview } from './schema.ts';

/** What follows the binding after the correction, each by its own rules: see `moveWithBadges`, `correctNames`, `correctDrivers`. */
export const countLater = async (
  tx: Transaction,
  stretch: CardStretch,
): Promise<Preview['later']> => ({
  clockEvents: await countClockEvents(tx, stretch),
  fenceEvents: await countFenceEvents(tx, stretch),
  vehicleEvents: await countDriven(tx, stretch),
});
