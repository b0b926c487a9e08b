import type { DemoParts } from '../seeds.ts';
import { seedDemoAbilities } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoAbilities(database, tenant);
