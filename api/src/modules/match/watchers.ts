import type { Logger } from 'pino';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Features } from '../../platform/features/state.ts';

/** What a changed fact concerns; nothing where it may concern all. */
export interface Concerned {
  person?: string;
  machine?: string;
  area?: string;
}

/** Another module whose rows rest on decisions, and have to be decided again when a fact changes. */
export interface MatchWatcher {
  /** Of the module, for the log. */
  readonly name: string;
  readonly feature: string;
  /** Marks rows as due, in the unit of the event: those that the fact concerns. */
  due(tx: Transaction, concerned: Concerned): Promise<void>;
  /** Decides what is due. @returns whether there is more to do at once. */
  pass(): Promise<boolean>;
}

export type MatchWatchers = ReturnType<typeof createWatchers>;

/**
 * The modules that are told of changed facts by the consumer of the matcher, and whose due rows its loop looks at. One that
 * fails does not keep the others from their pass.
 *
 * What happened while a feature was off, or before this process began, came to no consumer: then all rows of a module are
 * due once.
 */
export function createWatchers({
  features,
  log,
  database,
  tenant,
}: {
  features: Features;
  log: Logger;
  database: Database;
  tenant: string;
}) {
  const watchers: MatchWatcher[] = [];
  /** Those of which all rows are to be looked at. */
  const behind = new Set<MatchWatcher>();
  features.onChange(() => {
    for (const one of watchers) behind.add(one);
  });
  const isOn = ({ feature }: MatchWatcher) => features.isOn(feature);
  return {
    add: (watcher: MatchWatcher): void => {
      watchers.push(watcher);
      behind.add(watcher);
    },
    async due(tx: Transaction, concerned: Concerned): Promise<void> {
      for (const one of watchers) if (isOn(one)) await one.due(tx, concerned);
    },
    async pass(): Promise<boolean> {
      let more = false;
      for (const one of watchers) {
        if (!isOn(one)) continue;
        // Before it is done: a switch meanwhile asks for it again.
        const isBehind = behind.delete(one);
        try {
          if (isBehind) await database.transaction({ tenant, user: null }, (tx) => one.due(tx, {}));
        } catch (error) {
          behind.add(one);
          log.error({ err: error }, `what rests on decisions of ${one.name} is not due yet`);
        }
        try {
          more = (await one.pass()) || more;
        } catch (error) {
          log.error({ err: error }, `what rests on decisions of ${one.name} was not looked at`);
        }
      }
      return more;
    },
  };
}
