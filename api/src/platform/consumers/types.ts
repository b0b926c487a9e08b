import type { Logger } from 'pino';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { Features } from '../features/state.ts';
import type { Metrics } from '../metrics.ts';
import type { Notices } from '../notices/types.ts';

/** A committed event as a consumer gets it. */
export interface ConsumedEvent {
  id: string;
  /** `cn.anshi.<entity>.<what>.v1` */
  type: string;
  /** The id of the record. */
  subject: string | null;
  at: Date;
  data: Prisma.JsonValue;
}

/** A reaction of a module to events of other modules. */
export interface Consumer {
  /** `module.reaction`, such as `users.person-left`. Unique and kept over versions: its position hangs on it. */
  name: string;
  /** Types of events: exact, or the beginning and `*` (`cn.anshi.hazard.*`). */
  types: readonly string[];
  /**
   * The feature that it belongs to. While it is off, events are skipped: they do not come later, as
   * a reaction to an event of months ago would be wrong.
   */
  feature?: string;
  /** A new consumer begins with what commits after its first start; `beginning`: with all that is kept. */
  from?: 'beginning';
  /**
   * Runs in a unit of work of its own, as the system. The position moves in the same transaction:
   * what it writes there is written once. What it does outside of the transaction may happen twice.
   */
  handle(unit: Unit, event: ConsumedEvent): Promise<void>;
}

export interface Consumers {
  /**
   * Registers a consumer; for the `open.ts` of a module.
   *
   * @throws Error where the name is taken, too long, or there is no such feature.
   */
  on(consumer: Consumer): void;
}

/** What consumers stand on. */
export interface ConsumerParts {
  database: Database;
  units: Units;
  notices: Notices;
  features: Pick<Features, 'catalogue' | 'check'>;
  metrics: Pick<Metrics, 'consumed' | 'deadLetters'>;
  tenant: string;
  log: Logger;
}
