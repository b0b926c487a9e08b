import type { Database } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import type { HazardEvents } from './events.ts';
import type { Numbers } from './numbers.ts';

/** What hazards stand on. */
export interface HazardParts {
  database: Database;
  units: Units;
  workflows: Workflows;
  files: Files;
  notices: Notices;
  numbers: Numbers;
  events: HazardEvents;
  /** The floor plan that a camera looks at. */
  floorPlanOf(camera: string): string | null;
  /** Of the plant: days of numbers, of time limits and of reports. */
  timeZone: string;
  /** The clock of the steps; only a demonstration has another than the server's. */
  now?: () => Date;
}
