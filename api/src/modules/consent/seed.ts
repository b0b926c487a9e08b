import type { DemoParts } from '../seeds.ts';
import { seedDemoConsents } from './demo.ts';

export { seedPurposes as seed } from './defaults.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoConsents(database, tenant);
