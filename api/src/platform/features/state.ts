import type { Logger } from 'pino';
import type { AccountEvents } from '../access/account-events.ts';
import type { Database, Transaction } from '../db/database.ts';
import { type Feature, type FeatureState, features, resolve } from './catalogue.ts';

/** Which modules of the tenant are on, as the database knows at this moment. */
export interface Features {
  readonly catalogue: readonly Feature[];
  /** For what cannot wait, such as a push: as it was last heard of. */
  isOn(id: string): boolean;
  /** Asks the database where a change might have been missed. */
  check(id: string): Promise<boolean>;
  states(): Promise<ReadonlyMap<string, FeatureState>>;
  /** Those that are on, for the menu. */
  list(): Promise<string[]>;
  /** Kinds of records whose module is off. */
  paused(): Promise<string[]>;
  /** After a change of this process. */
  forget(): void;
  /** Told where something was switched, by whichever process. */
  onChange(listener: () => void): void;
  /**
   * A handler of a job that does nothing while the module is off. What it would have done is done
   * by its next run, once the module is on again.
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
 * Remembers the switches of the tenant. A trigger in the database says in the transaction of a
 * change that what the tenant's accounts may do has changed; every API process hears it.
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
  /** Each change makes what is being read meanwhile worthless. */
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
