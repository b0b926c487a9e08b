import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** The active users with `model:manage`. */
export const modelOwners = (tx: Transaction): Promise<string[]> =>
  holdersOf(tx, 'model:manage', 'all');
