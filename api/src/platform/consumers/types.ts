import type { Logger } from 'pino';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { Features } from '../features/state.ts';
import type { Metrics } from '../metrics.ts';
import type { Notices } from '../notices/types.ts';

/** A committed event for a consumer. */
export interface ConsumedEvent {
  id: string;
  /** `cn.anshi.<entity>.<what>.v1` */
  type: string;
  /** The id of the record. */
  subject: string | null;
  at: Date;
  data: Prisma.JsonValue;
}

/** A module's handler for events of other modules. */
export interface Consumer {
  /**
   * `module.reaction`, such as `users.person-left`. Unique and stable over versions: its position
   * is stored under it.
   */
  name: string;
  /** Event types: exact, or a prefix and `*` (`cn.anshi.hazard.*`). */
  types: readonly string[];
  /**
   * Its feature. While the feature is off, events are skipped, not deferred: a reaction to an event
   * of months ago would be wrong.
   */
  feature?: string;
  /**
   * A new consumer starts with events after its first start; `beginning`: with all stored events.
   */
  from?: 'beginning';
  /**
   * Runs in its own unit of work, as the system. The position is committed in the same transaction:
   * its writes happen exactly once. Side effects outside of the transaction may happen twice.
   */
  handle(unit: Unit, event: ConsumedEvent): Promise<void>;
}

export interface Consumers {
  /**
   * Registers a consumer; for the `open.ts` of a module.
   *
   * @throws Error where the name is taken or too long, or the feature is unknown.
   */
  on(consumer: Consumer): void;
}

/** Dependencies of the consumers. */
export interface ConsumerParts {
  database: Database;
  units: Units;
  notices: Notices;
  features: Pick<Features, 'catalogue' | 'check'>;
  metrics: Pick<Metrics, 'consumed' | 'deadLetters'>;
  tenant: string;
  log: Logger;
}
