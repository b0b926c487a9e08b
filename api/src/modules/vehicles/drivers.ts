import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';
import { decidedAtOf, operatorSql, startsWithCardSql } from '../gates/signed-on.ts';

/** A decision may change who had signed on from a while before it to a shift after it. */
const [BEFORE, AFTER] = [Prisma.sql`interval '15 minutes'`, Prisma.sql`interval '12 hours'`];
const started = z.object({ decision: z.string(), kind: z.literal('start'), target: z.string() });
const badgeFact = z.object({ badge: z.string() });

/**
 * A sign-on that becomes known late, and a card that was another person's, take names out of what is written: who had not
 * signed on by what is known now is not named. No other person is named instead.
 */
export function correctDrivers({ consumers }: Pick<Platform, 'consumers'>): void {
  consumers.on({
    name: 'vehicles.sign-ons-known',
    types: ['cn.anshi.gate-decision.*'],
    handle: async ({ tx }, { data }) => {
      const read = started.safeParse(data);
      if (!read.success) return;
      const { decision, target } = read.data;
      const decidedAt = await decidedAtOf(tx, decision);
      if (!decidedAt) return;
      await takeOut(
        tx,
        (at) => Prisma.sql`r.machine_id = ${target}
          AND ${at} BETWEEN ${decidedAt}::timestamptz - ${BEFORE} AND ${decidedAt}::timestamptz + ${AFTER}`,
      );
    },
  });
  consumers.on({
    name: 'vehicles.badges-corrected',
    types: ['cn.anshi.person.badge-corrected.*'],
    handle: async ({ tx }, { data }) => {
      const read = badgeFact.safeParse(data);
      if (!read.success) return;
      const { badge } = read.data;
      await takeOut(
        tx,
        () => Prisma.sql`(r.machine_id, r.driver_id) IN (${startsWithCardSql(badge)})`,
      );
    },
  });
}

/** @param which a condition on a row `r`, given its time. */
async function takeOut(tx: Transaction, which: (at: Prisma.Sql) => Prisma.Sql): Promise<void> {
  const [begun, at] = [Prisma.sql`r.begun_at`, Prisma.sql`r.at`];
  const machine = Prisma.sql`r.machine_id`;
  await tx.$executeRaw`
    UPDATE vehicle_event r SET driver_id = NULL, version = r.version + 1
    WHERE r.driver_id IS NOT NULL AND ${which(begun)} AND r.driver_id IS DISTINCT FROM ${operatorSql(machine, begun)}`;
  await tx.$executeRaw`
    UPDATE vehicle_pass r SET driver_id = NULL
    WHERE r.driver_id IS NOT NULL AND ${which(at)} AND r.driver_id IS DISTINCT FROM ${operatorSql(machine, at)}`;
}
