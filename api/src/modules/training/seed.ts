import type { DemoParts } from '../seeds.ts';
import { seedDemoTrainings } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoTrainings(database, tenant);
