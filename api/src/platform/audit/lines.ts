import type { Transaction } from '../db/database.ts';

/** Read-only actions. */
const READS = ['view', 'search', 'reveal'];

/**
 * The lines of the audit log about one record, newest first.
 *
 * @param options.reveals includes lines about revealed sensitive fields.
 */
export const linesAbout = (
  tx: Transaction,
  record: { entity: string; id: string },
  { take, reveals = false }: { take: number; reveals?: boolean },
) =>
  tx.auditLog.findMany({
    where: {
      entity: record.entity,
      entityId: record.id,
      action: { notIn: READS.filter((one) => !reveals || one !== 'reveal') },
    },
    orderBy: { seq: 'desc' },
    take,
  });
