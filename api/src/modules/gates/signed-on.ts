import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** A person at a machine by a card or a code: until null while it lasts. */
export interface SignedOn {
  readonly person: string;
  readonly from: Date;
  readonly until: Date | null;
}

/**
 * Who had signed on at a machine in a span of time, in the order of the begin: sessions while it ran, and allowed starts
 * as long as they counted. The last of an instant is the one who operated it.
 */
export const signedOnAt = (
  tx: Transaction,
  machine: string,
  from: Date,
  until: Date,
): Promise<SignedOn[]> =>
  sqlIn(tx)<SignedOn>(Prisma.sql`
    SELECT person, s.from, s.until FROM (
      SELECT person_id AS person, from_at AS from, until_at AS until FROM gate_session WHERE machine = ${machine}
      UNION ALL
      SELECT person_id, decided_at, valid_until FROM gate_decision
      WHERE target = ${machine} AND kind = 'start' AND decision = 'allow' AND person_id IS NOT NULL) s
    WHERE s.from <= ${until} AND (s.until IS NULL OR s.until > ${from}) ORDER BY s.from, s.until NULLS LAST`);

/** Who had signed on last at an instant; null for no person. */
export const operatorAt = async (
  tx: Transaction,
  machine: string,
  at: Date,
): Promise<string | null> => (await signedOnAt(tx, machine, at, at)).at(-1)?.person ?? null;
