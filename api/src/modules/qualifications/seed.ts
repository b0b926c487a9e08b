import type { DemoParts } from '../seeds.ts';
import { seedDemoQualifications } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoQualifications(database, tenant);
