import type { DemoParts } from '../seeds.ts';
import { seedDemoSuppliers } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoSuppliers(database, tenant);
