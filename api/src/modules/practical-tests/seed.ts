import type { DemoParts } from '../seeds.ts';
import { seedDemoTests } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoTests(database, tenant);
