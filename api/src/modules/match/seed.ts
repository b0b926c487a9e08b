import type { DemoParts } from '../seeds.ts';
import { seedDemoRequirements } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoRequirements(database, tenant);
