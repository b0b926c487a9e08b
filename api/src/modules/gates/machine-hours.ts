import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { ranSeconds } from './ran.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    machineHours: typeof machineHours;
  }
}

const HOUR_S = 3_600;

/**
 * Running hours of a machine by its sessions of operation, from one instant to another. What it ran without a
 * session is not in it.
 */
export async function machineHours(
  tx: Transaction,
  machine: string,
  { from, to }: { from: Date; to: Date },
): Promise<number> {
  const end = Prisma.sql`${to}::timestamptz`;
  const begin = Prisma.sql`${from}::timestamptz`;
  const [row] = await sqlIn(tx)<{ seconds: number }>(Prisma.sql`
    SELECT coalesce(sum(${ranSeconds(Prisma.sql`s`, end)} - ${ranSeconds(Prisma.sql`s`, begin)}), 0)::float8 AS seconds
    FROM gate_session s
    WHERE s.machine = ${machine} AND s.from_at < ${end} AND s.ran_ms IS NOT NULL`);
  return (row?.seconds ?? 0) / HOUR_S;
}
