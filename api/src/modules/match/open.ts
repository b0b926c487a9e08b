import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createAsking } from './asking.ts';
import { createMatcher, type Matcher } from './decisions.ts';
import { createFit, followFacts } from './fit.ts';
import { createMisfitList } from './fit-list.ts';
import { createFitTell } from './fit-tell.ts';
import { createPlaces } from './places.ts';
import { Rankings } from './rankings.ts';
import { registerMatch } from './routes.ts';
import { createSupplierPeople } from './supplier-people.ts';
import { createSystemChecks } from './system-checks.ts';
import { createWatchers, type MatchWatcher } from './watchers.ts';

/** How soon what ended by itself is seen, ms. Changes of facts are seen at once. */
const LOOK_MS = 5_000;

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** Who may do what. */
    match: Matcher & {
      /** Has rows of another module decided again when a fact changes; to be called while it is opened. */
      watch(watcher: MatchWatcher): void;
      /** Lets the next pass begin at once; for `afterCommit`. */
      nudge(): void;
    };
  }
}

export const open: Open = ({
  units,
  rules,
  services,
  consumers,
  notices,
  features,
  settings,
  log,
  database,
}) => {
  const sources = {
    qualifications: services.get('qualifications'),
    permits: services.get('permits'),
    peopleBirths: services.get('peopleBirths'),
  };
  const matcher = createMatcher({ rules, sources });
  const watchers = createWatchers({ features, log, database, tenant: settings.tenant });
  const fit = createFit({ units, matcher, tell: createFitTell(notices) });
  let loop: Loop | null = null;
  const nudge = () => loop?.nudge();
  services.provide('match', { ...matcher, watch: watchers.add, nudge });
  consumers.on(followFacts({ watchers, nudge }));
  return {
    register: (app) =>
      registerMatch(app, {
        asking: createAsking({ units, matcher, rankings: new Rankings() }),
        places: createPlaces({ units }),
        supplierPeople: createSupplierPeople({ units, matcher }),
        misfits: createMisfitList({ units }),
        checks: createSystemChecks({ units, matcher, tenant: settings.tenant }),
      }),
    start() {
      loop = startLoop({
        name: 'people and their posts',
        log,
        everyMs: LOOK_MS,
        async pass() {
          if (!features.isOn('qualifications')) return false;
          const more = await fit.look(settings.tenant);
          return (await watchers.pass()) || more;
        },
      });
    },
    async close() {
      await loop?.close();
    },
  };
};
