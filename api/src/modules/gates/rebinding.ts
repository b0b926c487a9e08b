import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';

/** Sign-ons with one card, as one person, from an instant until another; null: to now. */
export interface CardStretch {
  badge: string;
  person: string;
  from: Date;
  to: Date | null;
}

/** A session of operation that began with a card. */
export interface SessionByCard {
  id: string;
  machine: string;
  machineName: Bilingual | null;
  from: Date;
  until: Date | null;
}

/**
 * The sessions of operation that a card began in the name of a person, held until the end of the transaction. Where the
 * decision of the sign-on was purged meanwhile, its card is not known, and the session is not among them.
 */
export const sessionsByCard = (
  tx: Transaction,
  { badge, person, from, to }: CardStretch,
  most: number,
): Promise<SessionByCard[]> =>
  sqlIn(tx)<SessionByCard>(Prisma.sql`
    SELECT s.id, s.machine, e.name AS "machineName", s.from_at AS from, s.until_at AS until
    FROM gate_session s JOIN gate_decision d ON d.id = s.decision_id
    LEFT JOIN equipment e ON e.id = s.machine
    WHERE s.person_id = ${person} AND (d.card = ${badge} OR lower(d.card) = ${badge})
      AND d.decided_at >= ${from} AND (${to}::timestamptz IS NULL OR d.decided_at < ${to}::timestamptz)
    ORDER BY s.from_at, s.id LIMIT ${most} FOR UPDATE OF s`);

/** Gives sessions to the person who wore the card. The right of that person is looked at where one runs. */
export const moveSessions = (
  tx: Transaction,
  ids: readonly string[],
  person: string,
): Promise<number> => tx.$executeRaw`
  UPDATE gate_session SET person_id = ${person},
    check_at = CASE WHEN until_at IS NULL THEN now() ELSE check_at END,
    lost_at = CASE WHEN until_at IS NULL THEN NULL ELSE lost_at END
  WHERE id = ANY (${[...ids]}::text[])`;
