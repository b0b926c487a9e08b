import type { Transaction } from '../../platform/db/database.ts';

/** Removes kept decisions that say where a person was, once that may be known no more. @returns how many. */
export const forgetDecisions = async (tx: Transaction, ids: readonly string[]): Promise<number> =>
  ids.length === 0
    ? 0
    : (await tx.matchDecision.deleteMany({ where: { id: { in: [...ids] } } })).count;
