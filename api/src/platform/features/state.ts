import type { Logger } from 'pino';
import type { AccountEvents } from '../access/account-events.ts';
import type { Database, Transaction } from '../db/database.ts';
import { type Feature, type FeatureState, features, resolve } from './catalogue.ts';

/** The tenant's enabled features, current in the database. */
export interface Features {
  readonly catalogue: readonly Feature[];
  /** For callers that cannot wait, such as a push: the cached state. */
  isOn(id: string): boolean;
  /** Queries the database where a change might have been missed. */
  check(id: string): Promise<boolean>;
  states(): Promise<ReadonlyMap<string, FeatureState>>;
  /** The enabled ones, for the menu. */
  list(): Promise<string[]>;
  /** Record kinds whose feature is off. */
  paused(): Promise<string[]>;
  /** After a change by this process. */
  forget(): void;
  /** Called after a switch by any process. */
  onChange(listener: () => void): void;
  /**
   * A job handler that does nothing while the feature is off. Its next run catches up once the
   * feature is on again.
   */
  whileOn<Arguments extends unknown[]>(
    id: string,
    work: (...given: Arguments) => Promise<void>,
  ): (...given: Arguments) => Promise<void>;
}

export function readChoices(tx: Transaction): Promise<Map<string, boolean>> {
  return tx.tenantFeature
    .findMany()
    .then((rows) => new Map(rows.map((row) => [row.feature, row.on])));
}

/**
 * Caches the tenant's switches. A database trigger notifies all API processes in the transaction of
 * a change.
 */
export function createFeatures(options: {
  database: Database;
  tenant: string;
  events: AccountEvents;
  log: Logger;
  catalogue?: readonly Feature[];
}): Features {
  const { database, tenant, events, log } = options;
  const catalogue = options.catalogue ?? features;
  let known: ReadonlyMap<string, FeatureState> = resolve(new Map(), catalogue);
  /** A change invalidates reads in progress. */
  let generation = 0;
  let fresh = false;
  let reading: Promise<void> | null = null;
  const listeners: (() => void)[] = [];

  async function read(): Promise<void> {
    for (;;) {
      const began = generation;
      const listened = events.listening;
      const choices = await database.transaction({ tenant, user: null }, readChoices);
      if (began !== generation) continue;
      const before = known;
      known = resolve(choices, catalogue);
      fresh = listened && events.listening;
      if (catalogue.some(({ id }) => before.get(id)?.on !== known.get(id)?.on)) {
        for (const listener of listeners) listener();
      }
      return;
    }
  }
  const current = async (): Promise<ReadonlyMap<string, FeatureState>> => {
    if (!fresh || !events.listening) {
      reading ??= read().finally(() => {
        reading = null;
      });
      await reading;
    }
    return known;
  };
  const refresh = () => {
    current().catch((error: Error) => log.debug({ why: error.message }, 'modules not read yet'));
  };
  const forget = () => {
    generation++;
    fresh = false;
  };
  events.on((change) => {
    if (change.tenant !== tenant || change.user !== null) return;
    forget();
    refresh();
  });
  events.onGap(() => {
    forget();
    refresh();
  });

  const check = async (id: string) => (await current()).get(id)?.on === true;
  return {
    catalogue,
    isOn: (id) => known.get(id)?.on === true,
    check,
    states: current,
    async list() {
      return [...(await current())].flatMap(([id, { on }]) => (on ? [id] : []));
    },
    async paused() {
      const states = await current();
      return catalogue.flatMap(({ id, records }) => (states.get(id)?.on ? [] : [...records]));
    },
    forget() {
      forget();
      refresh();
    },
    onChange(listener) {
      listeners.push(listener);
    },
    whileOn: (id, work) => {
      if (!catalogue.some((one) => one.id === id)) throw new Error(`there is no module "${id}"`);
      return async (...given) => {
        if (await check(id)) await work(...given);
      };
    },
  };
}
