import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** Counts of accounts that the security report judges. Locked accounts do not count. */
export async function accountFacts(tx: Transaction) {
  const administrators = await holdersOf(tx, 'user:manage');
  const [demoAccounts, administratorsWithoutSecondFactor] = [
    await tx.appUser.count({ where: { demo: true, active: true } }),
    await tx.appUser.count({ where: { id: { in: administrators }, totpSince: null } }),
  ];
  return {
    demoAccounts,
    administrators: administrators.length,
    administratorsWithoutSecondFactor,
  };
}
