import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import type { AuditAction, AuditEntity } from '../audit/words.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem, type ProblemCode } from '../http/errors.ts';
import { versionConflict } from './save.ts';

/**
 * Narrows a list to the events that were acknowledged, or to those that were not.
 *
 * @param at the column of the time of the acknowledgement.
 */
export function acknowledgedSql(at: Prisma.Sql, asked: 'yes' | 'no' | undefined): Prisma.Sql[] {
  if (asked === undefined) return [];
  return [asked === 'yes' ? Prisma.sql`${at} IS NOT NULL` : Prisma.sql`${at} IS NULL`];
}

/** What is written into an event that is acknowledged. */
export interface AcknowledgedFields {
  acknowledgedBy: string;
  acknowledgedAt: Date;
  note: string | null;
  version: number;
}

/** An event within the reach of the account, and who acknowledges it how. */
interface Acknowledgement {
  entity: AuditEntity;
  action: AuditAction;
  id: string;
  /** As it was read, see `lookedAtVersion`. */
  version: number;
  note: string | null;
  /** The person whom it is about, who may not acknowledge it; null for none. */
  person: string | null;
  acknowledgedAt: Date | null;
  problems: { own: ProblemCode; done: ProblemCode; conflict: ProblemCode };
  /** The data of the event `acknowledged` on the bus, beside its id. */
  data?: Prisma.InputJsonObject;
  /** Writes where the version is still that one and no account was faster. @returns how many rows. */
  write(fields: AcknowledgedFields): Promise<{ count: number }>;
  /** As it is shown now, for a conflict. */
  show(): object | Promise<object>;
}

/**
 * Notes once, and by another person, that an event was looked at: in its row, in the log of changes, and on the bus.
 *
 * @throws Problem the `own`, `done` or `conflict` of the event.
 */
export async function acknowledge(
  unit: Unit,
  account: Account,
  event: Acknowledgement,
): Promise<void> {
  const { entity, action, id, version, note, person, problems } = event;
  if (person !== null && person === account.person) throw new Problem(problems.own);
  if (event.acknowledgedAt !== null) throw new Problem(problems.done);
  const { count } = await event.write({
    acknowledgedBy: account.id,
    acknowledgedAt: new Date(),
    note,
    version: version + 1,
  });
  if (count === 0) throw versionConflict(problems.conflict, await event.show());
  await unit.audit({ entity, action, id, person, after: note === null ? {} : { note } });
  const data = { event: id, ...event.data };
  await unit.emit({ entity, what: 'acknowledged', subject: id, data });
}
