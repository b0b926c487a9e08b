import type { DemoParts } from '../seeds.ts';
import { seedDemoPosts } from './demo.ts';

export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  seedDemoPosts(database, tenant);
