import type { DemoParts } from '../seeds.ts';
import { seedDemoPlaces } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoPlaces(database, tenant);
