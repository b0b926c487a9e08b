import type { DemoParts } from '../seeds.ts';
import { seedDemoPeople } from './demo.ts';

export const seedDemo = ({ database, sealed, tenant }: DemoParts): Promise<void> =>
  seedDemoPeople(database, sealed, tenant);
