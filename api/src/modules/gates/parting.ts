import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/**
 * Sessions that began with a card while two files were one belong to the wearer of the card once these are parted: the
 * person of an open one is named by what the machine does next.
 */
export async function sessionsBack(
  tx: Transaction,
  { card, since, wrong, right }: { card: string; since: Date; wrong: string; right: string },
): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    UPDATE gate_session s SET person_id = ${right} FROM gate_decision d
    WHERE d.tenant_id = s.tenant_id AND d.id = s.decision_id AND d.card = ${card}
      AND s.person_id = ${wrong} AND s.from_at >= ${since}`);
}
