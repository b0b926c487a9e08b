import type { Logger } from 'pino';
import type { Transaction } from '../../platform/db/database.ts';
import type { Features } from '../../platform/features/state.ts';

/** Another module whose rows rest on decisions, and have to be decided again when a fact changes. */
export interface MatchWatcher {
  /** Of the module, for the log. */
  readonly name: string;
  readonly feature: string;
  /** Marks rows as due, in the unit of the event: those of a person, or all where the fact concerns no single one. */
  due(tx: Transaction, person: string | null): Promise<void>;
  /** Decides what is due. @returns whether there is more to do at once. */
  pass(): Promise<boolean>;
}

export type MatchWatchers = ReturnType<typeof createWatchers>;

/**
 * The modules that are told of changed facts by the consumer of the matcher, and whose due rows its loop looks at. One that
 * fails does not keep the others from their pass.
 */
export function createWatchers({ features, log }: { features: Features; log: Logger }) {
  const watchers: MatchWatcher[] = [];
  const isOn = ({ feature }: MatchWatcher) => features.isOn(feature);
  return {
    add: (watcher: MatchWatcher): void => {
      watchers.push(watcher);
    },
    async due(tx: Transaction, person: string | null): Promise<void> {
      for (const one of watchers) if (isOn(one)) await one.due(tx, person);
    },
    async pass(): Promise<boolean> {
      let more = false;
      for (const one of watchers) {
        if (!isOn(one)) continue;
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
