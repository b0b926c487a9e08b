import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createAsking } from './asking.ts';
import { createMatcher, type Matcher } from './decisions.ts';
import { createFit, followFacts } from './fit.ts';
import { createMisfitList } from './fit-list.ts';
import { createFitTell } from './fit-tell.ts';
import { createPlaces } from './places.ts';
import { registerMatch } from './routes.ts';

/** How soon what ended by itself is seen, ms. Changes of facts are seen at once. */
const LOOK_MS = 5_000;

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** Who may do what. */
    match: Matcher;
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
}) => {
  const sources = {
    qualifications: services.get('qualifications'),
    permits: services.get('permits'),
    peopleBirths: services.get('peopleBirths'),
  };
  const matcher = createMatcher({ rules, sources });
  services.provide('match', matcher);
  const fit = createFit({ units, matcher, tell: createFitTell(notices) });
  let loop: Loop | null = null;
  consumers.on(followFacts(() => loop?.nudge()));
  return {
    register: (app) =>
      registerMatch(app, {
        asking: createAsking({ units, matcher }),
        places: createPlaces({ units }),
        misfits: createMisfitList({ units }),
      }),
    start() {
      loop = startLoop({
        name: 'people and their posts',
        log,
        everyMs: LOOK_MS,
        pass: async () => features.isOn('qualifications') && fit.look(settings.tenant),
      });
    },
    async close() {
      await loop?.close();
    },
  };
};
