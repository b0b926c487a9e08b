import type { Open } from '../../platform/module.ts';
import { registerPracticalTests } from './routes.ts';
import { createPracticalTests } from './service.ts';

export const open: Open = ({ units, settings }) => {
  const tests = createPracticalTests({ units, timeZone: settings.timeZone });
  return { register: (app) => registerPracticalTests(app, tests) };
};
