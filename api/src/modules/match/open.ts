import type { Open } from '../../platform/module.ts';
import { createAsking } from './asking.ts';
import { createMatcher, type Matcher } from './decisions.ts';
import { createPlaces } from './places.ts';
import { registerMatch } from './routes.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** Who may do what. */
    match: Matcher;
  }
}

export const open: Open = ({ units, rules, services }) => {
  const sources = {
    qualifications: services.get('qualifications'),
    permits: services.get('permits'),
    peopleBirths: services.get('peopleBirths'),
  };
  const matcher = createMatcher({ rules, sources });
  services.provide('match', matcher);
  const asking = createAsking({ units, matcher });
  return { register: (app) => registerMatch(app, { asking, places: createPlaces({ units }) }) };
};
