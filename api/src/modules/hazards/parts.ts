import type { Database } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import type { HazardEvents } from './events.ts';
import type { Numbers } from './numbers.ts';

/** Dependencies of the hazards module. */
export interface HazardParts {
  database: Database;
  units: Units;
  workflows: Workflows;
  files: Files;
  notices: Notices;
  numbers: Numbers;
  events: HazardEvents;
  /** The floor plan of a camera. */
  floorPlanOf(camera: string): string | null;
  /** The plant's time zone: for numbers, deadlines and reports. */
  timeZone: string;
  /** The clock of the steps; only the demonstration overrides the server's. */
  now?: () => Date;
}
