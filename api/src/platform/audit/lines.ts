import type { Transaction } from '../db/database.ts';

/** Read-only actions. */
const READS = ['view', 'search', 'reveal'];

/** One record, or several of a kind. */
interface Records {
  entity: string;
  id: string | readonly string[];
}

/**
 * The lines of the audit log about a record, or about it and those that belong to it, newest first.
 *
 * @param options.reveals includes lines about revealed sensitive fields.
 */
export const linesAbout = (
  tx: Transaction,
  records: Records | readonly Records[],
  { take, reveals = false }: { take: number; reveals?: boolean },
) =>
  tx.auditLog.findMany({
    where: {
      OR: [records].flat().map(({ entity, id }) => ({ entity, entityId: { in: [id].flat() } })),
      action: { notIn: READS.filter((one) => !reveals || one !== 'reveal') },
    },
    orderBy: { seq: 'desc' },
    take,
  });
