import { Prisma } from '../../generated/prisma/client.ts';

/** SQL: the machine has a start point in use, so that its sessions are recorded. */
export const isRecorded = (machine: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT 1 FROM gate_point g WHERE g.machine_id = ${machine} AND g.active)`;
